package amber.cli;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Reads operands, which say by themselves what they are. */
final class Operand {

  /** Stands for stdin or stdout. */
  static final String STREAM = "-";

  private static final String FILE = "file:";
  private static final String EC2_ID = "(ami|snap)-[0-9a-f]{8,17}";

  private Operand() {}

  /**
   * The path that an operand names, with or without {@code file:} before it.
   *
   * @throws RefusedException if it names something else
   */
  static Path path(String text) throws RefusedException {
    if (text.startsWith("s3://") || text.startsWith("ami:")) {
      throw unsupported(text);
    }
    String name = text.startsWith(FILE) ? text.substring(FILE.length()) : text;
    if (name.isEmpty()) {
      throw RefusedException.usage(
          "an operand is '%s', should be a path".formatted(text), "'.' is the current directory");
    }
    Path path;
    try {
      path = Path.of(name);
    } catch (InvalidPathException e) {
      throw RefusedException.usage(
          "'%s' is no path: %s".formatted(text, e.getReason()), "give the path of a file");
    }
    // A file may be called like that, too.
    if (text.matches(EC2_ID) && !Files.exists(path)) {
      throw unsupported(text);
    }
    return path;
  }

  private static RefusedException unsupported(String text) {
    return new RefusedException(
        Outcome.UNSUPPORTED,
        text + ": this build of amber reaches files only, should be a path",
        text.startsWith("s3://")
            ? "copy it to or from a file with another program: aws s3 cp"
            : "for a file of that name, write ./" + text);
  }
}
