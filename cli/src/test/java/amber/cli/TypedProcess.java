package amber.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The command on a terminal of its own, on which a test types what somebody would; by the program
 * {@code script}.
 *
 * @param screen all that the terminal shows
 */
record TypedProcess(Process process, Path screen) {

  private static final Path SCRIPT = Path.of("/usr/bin/script");
  private static final long LIMIT_SECONDS = 60;

  /** Whether there are terminals to be had. */
  static boolean isPossible() {
    return Files.isExecutable(SCRIPT) && Files.exists(Path.of("/proc/self/cmdline"));
  }

  /** Starts the command in a directory. */
  static TypedProcess start(Path directory, Map<String, String> environment, List<?> arguments)
      throws IOException {
    String command =
        JavaCommand.of("amber.cli.Main", arguments).stream()
            .map(word -> "'" + word.replace("'", "'\\''") + "'")
            .collect(Collectors.joining(" "));
    Path screen = Files.createTempFile(directory, "screen", "");
    ProcessBuilder builder =
        new ProcessBuilder(SCRIPT.toString(), "-qec", command, "/dev/null")
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(screen.toFile());
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.environment().put("SHELL", "/bin/sh");
    builder.environment().putAll(environment);
    return new TypedProcess(builder.start(), screen);
  }

  /** Waits until a question was asked that often, and types the answer. */
  void answer(String question, int times, String answer) throws IOException, InterruptedException {
    for (long waited = 0; count(shown(), question) < times; waited += 10) {
      assertThat(process.isAlive() && waited < LIMIT_SECONDS * 1000)
          .as("'%s' is asked: %s", question, shown())
          .isTrue();
      TimeUnit.MILLISECONDS.sleep(10);
    }
    OutputStream keyboard = process.getOutputStream();
    keyboard.write((answer + "\n").getBytes(UTF_8));
    keyboard.flush();
  }

  private static int count(String text, String part) {
    return text.split(java.util.regex.Pattern.quote(part), -1).length - 1;
  }

  String shown() throws IOException {
    return Files.readString(screen, UTF_8);
  }

  /** Waits for its end. */
  int exitCode() throws IOException, InterruptedException {
    try {
      assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).as(shown()).isTrue();
      return process.exitValue();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  /** The command lines of it and of all that it has started, as everybody on the machine sees. */
  String commandLines() throws IOException {
    StringBuilder all = new StringBuilder();
    for (ProcessHandle each :
        Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList()) {
      Path line = Path.of("/proc", String.valueOf(each.pid()), "cmdline");
      if (Files.exists(line)) {
        all.append(Files.readString(line, java.nio.charset.StandardCharsets.ISO_8859_1))
            .append('\n');
      }
    }
    return all.toString();
  }
}
