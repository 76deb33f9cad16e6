package amber.cli;

import amber.image.Json;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs commands in this process, as in a shell that has the lines which {@code amber local} prints.
 */
final class DemoShell implements Closeable {

  private static final String ACCESS_KEY = "aws.accessKeyId";
  private static final String SECRET_KEY = "aws.secretAccessKey";

  private final Console console;
  private final CommonOptions common;
  private final URI endpoint;
  private final Map<String, String> environment;
  private final Map<String, Optional<String>> before = new HashMap<>();

  /** A command failed, and has said why. */
  static final class FailedException extends IOException {
    private static final long serialVersionUID = 1L;
    private final int exitCode;

    FailedException(int exitCode, List<String> arguments) {
      super("exit code %d: amber %s".formatted(exitCode, String.join(" ", arguments)));
      this.exitCode = exitCode;
    }

    int exitCode() {
      return exitCode;
    }
  }

  DemoShell(Console console, CommonOptions common, URI endpoint) {
    this.console = console;
    this.common = common;
    this.endpoint = endpoint;
    this.environment = new HashMap<>(LocalCommand.variables(endpoint));
    // Nothing in there takes its time.
    environment.put("AMBER_POLL_MS", "100");
    // The SDK asks these before the environment, which nobody can change, nor need see the demo.
    set(ACCESS_KEY);
    set(SECRET_KEY);
  }

  private void set(String property) {
    before.put(property, Optional.ofNullable(System.getProperty(property)));
    System.setProperty(property, LocalPlace.KEY);
  }

  /**
   * Runs a command that speaks to AWS, and returns its result.
   *
   * @throws FailedException if it fails
   */
  Map<String, Object> amber(List<String> arguments) throws IOException {
    List<String> all = new ArrayList<>(arguments);
    // What AWS_ENDPOINT_URL does in a shell; in this process the environment may say otherwise.
    all.addAll(List.of("--endpoint-url", endpoint.toString()));
    return local(all);
  }

  /**
   * Runs any other command, and returns its result.
   *
   * @throws FailedException if it fails
   */
  Map<String, Object> local(List<String> arguments) throws IOException {
    List<String> all = new ArrayList<>(arguments);
    all.addAll(List.of("--output", "json", "--progress", common.progress().toString()));
    if (common.quiet()) {
      all.add("--quiet");
    }
    if (common.verbose()) {
      all.add("--verbose");
    }
    ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    int exitCode = new Main(console.beside(stdout, environment)).run(all);
    if (exitCode != Outcome.OK.exitCode()) {
      throw new FailedException(exitCode, arguments);
    }
    return Json.read(stdout.toByteArray(), "the result of amber " + arguments.get(0));
  }

  @Override
  public void close() {
    before.forEach(
        (property, value) ->
            value.ifPresentOrElse(
                text -> System.setProperty(property, text), () -> System.clearProperty(property)));
  }
}
