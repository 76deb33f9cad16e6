package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The command as a process of its own, which talks to the tests' emulator. */
final class PipedProcess implements AutoCloseable {

  private static final long LIMIT_SECONDS = 60;

  private final Process process;
  private final Path stderr;

  private PipedProcess(Process process, Path stderr) {
    this.process = process;
    this.stderr = stderr;
  }

  /** Starts it in a directory, with its stdout as a pipe that nobody reads. */
  static PipedProcess start(Path directory, Map<String, String> environment, Object... arguments)
      throws IOException {
    return startProgram(directory, "amber.cli.Main", environment, List.of(arguments));
  }

  /** Starts another program that runs commands. */
  static PipedProcess startProgram(
      Path directory, String program, Map<String, String> environment, List<Object> arguments)
      throws IOException {
    List<String> command = JavaCommand.of(program, arguments);
    Path stderr = Files.createTempFile(directory, "stderr", "");
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(directory.toFile()).redirectError(stderr.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
    builder
        .environment()
        .putAll(
            Map.of(
                "AWS_EC2_METADATA_DISABLED", "true",
                "AWS_CONFIG_FILE", "/dev/null",
                "AWS_SHARED_CREDENTIALS_FILE", "/dev/null",
                "AWS_ACCESS_KEY_ID", "local",
                "AWS_SECRET_ACCESS_KEY", "local",
                "AWS_DEFAULT_REGION", Cloud.EAST,
                "AWS_ENDPOINT_URL", Cloud.emulator().endpoint().toString(),
                "LC_ALL", "C.UTF-8",
                "AMBER_POLL_MS", "20",
                "AMBER_STATE_DIR", directory.resolve("state").toString()));
    builder.environment().putAll(environment);
    return new PipedProcess(builder.start(), stderr);
  }

  /** Waits until it has called an operation more often than that. */
  void awaitCall(String service, String operation, long before) throws Exception {
    while (Cloud.emulator().faults().calls(service, operation) <= before) {
      assertThat(process.isAlive()).as("runs until it calls %s: %s", operation, stderr()).isTrue();
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  /** Sends a signal and returns how long it then took to end. */
  Duration end(String signal) throws Exception {
    long began = System.nanoTime();
    new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid())).start().waitFor();
    awaitEnd();
    return Duration.ofNanos(System.nanoTime() - began);
  }

  /** Waits for its end and returns the exit code. */
  int awaitEnd() throws Exception {
    assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).as("ends: %s", stderr()).isTrue();
    return process.exitValue();
  }

  /** Waits until something lies in the pipe of its stdout. */
  void awaitOutput() throws Exception {
    while (process.getInputStream().available() == 0) {
      assertThat(process.isAlive()).as("runs until it writes: %s", stderr()).isTrue();
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  /** What it prints there, to be read. */
  InputStream stdout() {
    return process.getInputStream();
  }

  String stderr() throws IOException {
    return Files.readString(stderr, StandardCharsets.UTF_8);
  }

  /** Kills it if it still runs. */
  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    process.getInputStream().close();
  }
}
