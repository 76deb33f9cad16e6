package amber.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs the programs that a system brings along. */
final class StockTools {

  /** No program of these tests runs longer. */
  static final Duration LIMIT = Duration.ofMinutes(8);

  // mkfs.ext4 and losetup are not in everyone's search path.
  private static final String SEARCH_PATH =
      String.join(
          File.pathSeparator,
          Objects.requireNonNullElse(System.getenv("PATH"), ""),
          "/usr/sbin",
          "/sbin");

  private StockTools() {}

  /**
   * How a program ended.
   *
   * @param command what ran
   * @param exit its exit code
   * @param out what it wrote to its standard output
   * @param err what it wrote to its standard error
   */
  record Result(List<String> command, int exit, byte[] out, String err) {

    String text() {
      return new String(out, UTF_8);
    }

    Result requireSuccess() {
      assertThat(exit).as("exit code of %s, which said: %s%s", command, err, text()).isZero();
      return this;
    }
  }

  /** Skips the test on a machine that lacks one of these programs. */
  static void require(String... programs) {
    for (String program : programs) {
      assumeTrue(has(program), "this machine has no " + program);
    }
  }

  /** Skips the test for a user who may not do what root may. */
  static void requireRoot() throws Exception {
    require("id");
    assumeTrue(run("id", "-u").text().strip().equals("0"), "only root can do this");
  }

  private static boolean has(String program) {
    return Stream.of(SEARCH_PATH.split(File.pathSeparator, -1))
        .filter(directory -> !directory.isEmpty())
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }

  /** Runs a program that must succeed. */
  static Result run(String... command) throws Exception {
    return tryRun(Map.of(), List.of(command)).requireSuccess();
  }

  /**
   * Runs a line of bash that must succeed in all its parts.
   *
   * @param arguments what the line calls $1, $2 and so on
   */
  static Result shell(String line, Object... arguments) throws Exception {
    return tryShell(line, arguments).requireSuccess();
  }

  /** Runs a line of bash, however it ends. */
  static Result tryShell(String line, Object... arguments) throws Exception {
    require("bash");
    List<String> command = new ArrayList<>(List.of("bash", "-c", "set -eo pipefail; " + line, "-"));
    Stream.of(arguments).map(String::valueOf).forEach(command::add);
    return tryRun(Map.of(), command);
  }

  /** Runs a program, however it ends. */
  static Result tryRun(Map<String, String> environment, List<String> command) throws Exception {
    Path out = Files.createTempFile("amber-tool-", ".out");
    Path err = Files.createTempFile("amber-tool-", ".err");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      builder.environment().put("PATH", SEARCH_PATH);
      builder.environment().put("LC_ALL", "C");
      builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
      builder.environment().putAll(environment);
      Process process = builder.start();
      try {
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
          throw new IOException(
              "%s did not end in %d s; it said: %s"
                  .formatted(command, LIMIT.toSeconds(), Files.readString(err)));
        }
      } finally {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
      return new Result(
          List.copyOf(command),
          process.exitValue(),
          Files.readAllBytes(out),
          Files.readString(err));
    } finally {
      Files.deleteIfExists(out);
      Files.deleteIfExists(err);
    }
  }

  /** A new Java process over this one's class path. */
  static Result java(
      String java, Map<String, String> environment, List<String> options, List<String> program)
      throws Exception {
    List<String> command = new ArrayList<>();
    command.add(java);
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(program);
    return tryRun(environment, command);
  }

  /** The java command that runs these tests. */
  static String thisJava() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** A script of these tests, as a file. */
  static Path script(String name) throws IOException, URISyntaxException {
    URL url = StockTools.class.getResource("/" + name);
    if (Objects.requireNonNull(url, name).getProtocol().equals("file")) {
      return Path.of(url.toURI());
    }
    Path copy = Files.createTempDirectory("amber-script-").resolve(name);
    try (InputStream in = url.openStream()) {
      Files.copy(in, copy);
    }
    copy.toFile().deleteOnExit();
    return copy;
  }

  /** What a file takes on its disk, by the file system's own account. */
  static long allocatedBytes(Path file) throws Exception {
    require("stat");
    String[] blocks = run("stat", "-c", "%b %B", file.toString()).text().strip().split(" ", 2);
    return Long.parseLong(blocks[0]) * Long.parseLong(blocks[1]);
  }
}
