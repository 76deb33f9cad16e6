package amber.cli;

import amber.image.InvalidImageException;
import amber.image.Json;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * One run of the command line in this JVM.
 *
 * @param exitCode its exit code
 * @param stdout what it printed there
 * @param stderr what it printed there
 */
record Run(int exitCode, byte[] stdout, String stderr) {

  static Run of(Object... arguments) {
    return with(Map.of(), arguments);
  }

  /** Arguments may be paths. */
  static Run with(Map<String, String> environment, Object... arguments) {
    List<String> texts = Arrays.stream(arguments).map(String::valueOf).toList();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console = new Console(out, err, environment, false, false);
    int exitCode = new Main(console).run(texts);
    return new Run(exitCode, out.toByteArray(), err.toString(StandardCharsets.UTF_8));
  }

  String text() {
    return new String(stdout, StandardCharsets.UTF_8);
  }

  Map<String, Object> json() throws InvalidImageException {
    return Json.read(stdout, "stdout");
  }

  /** Packs, expecting success. */
  static Path packed(Path source, Path archive) {
    Run run = of("pack", "--no-sync", source, archive);
    if (run.exitCode() != 0) {
      throw new AssertionError(run.stderr());
    }
    return archive;
  }
}
