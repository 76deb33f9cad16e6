package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * The command as a process: to be killed, or sent a signal.
 *
 * @param output where it writes all that it says
 */
record AmberProcess(Process process, Path output) {

  private static final AtomicInteger OUTPUTS = new AtomicInteger();
  private static final long LIMIT_SECONDS = 120;

  /** Starts one in a directory, with these variables and no others of AWS. */
  static AmberProcess start(Path directory, Map<String, String> environment, List<?> arguments)
      throws IOException {
    List<String> command = JavaCommand.of("amber.cli.Main", arguments);
    Path output = directory.resolve("output-" + OUTPUTS.incrementAndGet());
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
    builder.environment().put("AWS_EC2_METADATA_DISABLED", "true");
    builder.environment().put("AWS_CONFIG_FILE", "/dev/null");
    builder.environment().put("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.environment().put("AMBER_POLL_MS", "20");
    builder.environment().putAll(environment);
    return new AmberProcess(builder.start(), output);
  }

  /** Ends it as a power failure would. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
  }

  /** Ends it so after some time, unless it ends before. */
  void killAfter(long millis) throws InterruptedException {
    process.waitFor(millis, TimeUnit.MILLISECONDS);
    kill();
  }

  void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor();
  }

  /** Waits for something that it does. */
  void await(String what, BooleanSupplier done) throws IOException, InterruptedException {
    while (!done.getAsBoolean()) {
      assertThat(process.isAlive()).as("amber runs until %s: %s", what, said()).isTrue();
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  String said() throws IOException {
    return Files.readString(output, StandardCharsets.UTF_8);
  }

  /** Waits for its end. */
  int exitCode() throws IOException, InterruptedException {
    assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).as("amber ends").isTrue();
    return process.exitValue();
  }

  /** Waits for its end, which must be this one, and returns all that it said. */
  String ended(int exitCode) throws IOException, InterruptedException {
    assertThat(exitCode()).as(said()).isEqualTo(exitCode);
    return said();
  }
}
