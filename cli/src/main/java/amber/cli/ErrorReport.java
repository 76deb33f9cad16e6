package amber.cli;

import amber.work.LeftBehindException;
import amber.work.PreflightException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says why a run failed, and what can be done about it. */
final class ErrorReport {

  private final Console console;
  private final List<String> arguments;
  private Repeats repeats = Repeats.NONE;

  ErrorReport(Console console, List<String> arguments) {
    this.console = console;
    this.arguments = arguments;
  }

  /** Reports a failure of a command that asked some things again, and returns the exit code. */
  int failed(Throwable failure, Repeats askedAgain) {
    repeats = askedAgain;
    return failed(failure);
  }

  /** Reports a failure of a command and returns the exit code. */
  int failed(Throwable failure) {
    if (failure instanceof PreflightException several) {
      return failed(several.problems());
    }
    return report(failure, message(failure), Hints.of(failure));
  }

  /** Reports all that stands in the way; the first gives the exit code. */
  private int failed(List<IOException> problems) {
    List<Map<String, Object>> documents = new ArrayList<>();
    for (IOException problem : problems) {
      print(problem, message(problem), Hints.of(problem));
      documents.add(document(problem, message(problem), Hints.of(problem)));
    }
    Map<String, Object> error = new LinkedHashMap<>(documents.get(0));
    error.put("all", documents);
    json(error);
    return Outcome.of(problems.get(0)).exitCode();
  }

  /** Reports a command line that makes no sense and returns the exit code. */
  int misused(ParameterException failure) {
    CommandLine command = failure.getCommandLine();
    String usage = "run '%s --help'".formatted(command.getCommandSpec().qualifiedName());
    String hint =
        suggestion(failure).map(s -> "did you mean '%s'? or %s".formatted(s, usage)).orElse(usage);
    return report(failure, misuse(failure), Optional.of(hint));
  }

  private int report(Throwable failure, String message, Optional<String> hint) {
    print(failure, message, hint);
    json(document(failure, message, hint));
    return Outcome.of(failure).exitCode();
  }

  private void print(Throwable failure, String message, Optional<String> hint) {
    console.err("amber: error: " + message);
    hint.ifPresent(text -> console.err("amber: hint: " + text));
    leftBehind(failure).forEach(text -> console.err("amber: warning: " + text));
    if (hasFlag("--verbose", 'v')) {
      stackTrace(failure);
    }
  }

  private static Map<String, Object> document(
      Throwable failure, String message, Optional<String> hint) {
    Outcome outcome = Outcome.of(failure);
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("code", outcome.name());
    if (outcome != Outcome.INTERRUPTED) {
      error.put("exitCode", outcome.exitCode());
    }
    error.put("message", message);
    hint.ifPresent(text -> error.put("hint", text));
    List<String> left = leftBehind(failure);
    if (!left.isEmpty()) {
      error.put("leftBehind", left);
    }
    return error;
  }

  /** What could not be removed after a failure, beside what the failure itself says. */
  private static List<String> leftBehind(Throwable failure) {
    List<String> left = new ArrayList<>();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      for (Throwable other : cause.getSuppressed()) {
        if (other instanceof LeftBehindException) {
          left.add(other.getMessage());
        }
        left.addAll(leftBehind(other));
      }
    }
    return left.stream().distinct().toList();
  }

  private void json(Map<String, Object> error) {
    if (!wantsJson()) {
      return;
    }
    if (repeats.retries() > 0) {
      error.put("retries", repeats.retries());
      error.put("throttled", repeats.throttled());
    }
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("schema", 1);
    document.put("error", error);
    if (arguments.contains(Operand.STREAM)) {
      // Who reads stdout expects an archive there.
      console.jsonToErr(document);
    } else {
      console.json(document);
    }
  }

  private void stackTrace(Throwable failure) {
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    trace.toString().lines().map(line -> line.replace("\t", "    ")).forEach(console::err);
  }

  /** Read from the arguments themselves, which may not have been understood. */
  private boolean wantsJson() {
    String wanted = console.variable("AMBER_OUTPUT");
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (argument.startsWith("--output=")) {
        wanted = argument.substring("--output=".length());
      } else if (argument.equals("--output") && i + 1 < arguments.size()) {
        wanted = arguments.get(i + 1);
      }
    }
    return "json".equalsIgnoreCase(wanted);
  }

  private boolean hasFlag(String name, char letter) {
    return arguments.stream()
        .anyMatch(
            argument ->
                argument.equals(name)
                    || (argument.matches("-[qv]+") && argument.indexOf(letter) > 0));
  }

  /** What went wrong, in one line. */
  static String message(Throwable failure) {
    if (failure instanceof ResumableException stopped) {
      return message(stopped.failure());
    }
    if (failure instanceof AccessDeniedException denied) {
      return at(denied, "access is denied");
    }
    if (failure instanceof NoSuchFileException missing) {
      return at(missing, "no such file or directory");
    }
    if (failure instanceof FileAlreadyExistsException existing) {
      return at(existing, "exists already");
    }
    Outcome outcome = Outcome.of(failure);
    if (outcome == Outcome.INTERRUPTED) {
      return "interrupted";
    }
    if (failure instanceof OutOfMemoryError) {
      return "not enough memory: " + failure.getMessage();
    }
    boolean bug = failure instanceof RuntimeException || failure instanceof Error;
    String message = failure.getMessage();
    if (message == null || bug) {
      message = failure.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    }
    return bug ? "bug: " + message : message;
  }

  /** Java leaves the reason out where its exception's type tells it. */
  private static String at(FileSystemException failure, String reason) {
    String what = failure.getReason() == null ? reason : failure.getReason();
    return failure.getFile() + ": " + what;
  }

  private String misuse(ParameterException failure) {
    if (failure instanceof UnmatchedArgumentException unmatched
        && !unmatched.getUnmatched().isEmpty()) {
      String argument = unmatched.getUnmatched().get(0);
      if (argument.startsWith("-")) {
        return "unknown option '%s'".formatted(argument);
      }
      return failure.getCommandLine().getParent() == null
          ? "unknown command '%s'".formatted(argument)
          : "'%s' is one operand too many".formatted(argument);
    }
    if (failure.getCommandLine().getParent() == null) {
      return "a command is missing, should be pack, unpack, inspect or verify";
    }
    if (failure instanceof OverwrittenOptionException repeat) {
      return "option '%s': is given more than once, should be given once"
          .formatted(name(repeat.getOverwritten()));
    }
    String message = String.valueOf(failure.getMessage()).replaceFirst("^Error: ", "");
    ArgSpec argument = failure.getArgSpec();
    String variable = argument == null ? null : Settings.variable(argument);
    boolean fromVariable =
        variable != null && arguments.stream().noneMatch(a -> a.startsWith(name(argument)));
    String origin = fromVariable && console.variable(variable) != null ? variable + ": " : "";
    // Messages here begin in lower case; picocli's do not.
    return origin + message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
  }

  private static String name(ArgSpec argument) {
    return ((OptionSpec) argument).longestName();
  }

  private static Optional<String> suggestion(ParameterException failure) {
    if (failure instanceof UnmatchedArgumentException unmatched) {
      return unmatched.getSuggestions().stream().findFirst();
    }
    return Optional.empty();
  }
}
