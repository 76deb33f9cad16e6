package amber.cli;

import amber.Progress;
import amber.work.Preflight;
import amber.work.Traffic;
import amber.work.Watchdog;
import java.io.IOException;
import java.util.Optional;
import java.util.function.IntSupplier;
import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The options of every command that does something, and what follows from them. */
final class CommonOptions {

  @Option(
      names = "--output",
      paramLabel = "text|json",
      defaultValue = "text",
      converter = Values.Output.class,
      description = "How the result is printed on stdout (default: text).")
  private OutputFormat output;

  @Option(
      names = "--progress",
      paramLabel = "auto|bar|lines|json|none",
      defaultValue = "auto",
      converter = Values.Style.class,
      description =
          "How progress is shown on stderr (default: auto, a bar on a terminal and lines"
              + " elsewhere).")
  private ProgressStyle progress;

  @Option(
      names = {"-q", "--quiet"},
      description = "Print errors only.")
  private boolean quiet;

  @Option(
      names = {"-v", "--verbose"},
      description =
          "Tell the options in effect, each request that is asked again, and print stack traces.")
  private boolean verbose;

  private Traffic traffic;
  private Watchdog watchdog;

  boolean verbose() {
    return verbose;
  }

  boolean quiet() {
    return quiet;
  }

  boolean isJson() {
    return output == OutputFormat.JSON;
  }

  ProgressStyle progress() {
    return progress;
  }

  /** Prints a result that the command was run for: always. */
  void print(Console console, Document document) {
    if (output == OutputFormat.JSON) {
      console.json(document.json());
    } else {
      document.text().forEach(console::out);
    }
  }

  /** Prints a result that the exit code tells as well: unless it should be quiet. */
  void confirm(Console console, Document document) {
    if (output == OutputFormat.JSON || !quiet) {
      print(console, document);
    }
  }

  /** Says something beside the result. */
  void note(Console console, String text) {
    if (!quiet) {
      console.err("amber: " + text);
    }
  }

  void warn(Console console, String warning) {
    if (!quiet) {
      console.err("amber: warning: " + warning);
    }
  }

  /** What is said beside the result. */
  PackTask.Messages messages(Console console) {
    return new PackTask.Messages() {
      @Override
      public void note(String text) {
        CommonOptions.this.note(console, text);
      }

      @Override
      public void warn(String text) {
        CommonOptions.this.warn(console, text);
      }
    };
  }

  /** Tells what checks have found, and fails if something stands in the way. */
  void requireClear(Console console, Preflight preflight) throws IOException {
    preflight.warnings().forEach(warning -> warn(console, warning));
    preflight.requireClear();
  }

  /** Hears of all requests of the run. */
  synchronized Traffic traffic(Console console) throws RefusedException {
    if (traffic == null) {
      traffic = Stillness.traffic(console, verbose);
    }
    return traffic;
  }

  /** What was asked again so far. */
  synchronized Repeats repeats() {
    return traffic == null ? Repeats.NONE : Repeats.of(traffic);
  }

  /** Does something and shows how far it is; ends it if nothing moves. */
  <T> T showing(Console console, String verb, Progress counts, ProgressDisplay.Work<T> work)
      throws IOException {
    ProgressStyle style = quiet ? ProgressStyle.NONE : progress;
    return ProgressDisplay.during(
        console, style, verb, counts, traffic(console), () -> watched(work));
  }

  private <T> T watched(ProgressDisplay.Work<T> work) throws IOException {
    return watchdog == null ? work.run() : watchdog.during(work::run);
  }

  /** Those of a command, if it has them. */
  static Optional<CommonOptions> of(CommandLine command) {
    CommandSpec common = command.getCommandSpec().mixins().get("common");
    return common != null && common.userObject() instanceof CommonOptions options
        ? Optional.of(options)
        : Optional.empty();
  }

  /** Runs the command whose options these are, and ends it if nothing moves. */
  int watching(Console console, IntSupplier command) throws IOException {
    try (Watchdog begun = Watchdog.begin(Stillness.ofRun(console), traffic(console))) {
      watchdog = begun;
      return begun.during(() -> run(command));
    }
  }

  private static int run(IntSupplier command) throws IOException {
    try {
      return command.getAsInt();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw e;
    }
  }
}
