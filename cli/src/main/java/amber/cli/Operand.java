package amber.cli;

import amber.s3.S3Location;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a command works on; the text says by itself what it is. Each prints as it was written. */
sealed interface Operand {

  /** Stands for stdin or stdout. */
  String STREAM = "-";

  /** Stdin or stdout. */
  record Stream() implements Operand {
    @Override
    public String toString() {
      return STREAM;
    }
  }

  /** A file, a device or a directory. */
  record Local(Path path, boolean isPlace) implements Operand {
    @Override
    public String toString() {
      return path.toString();
    }
  }

  /** An object in S3, or a place for some. */
  record Stored(S3Location location) implements Operand {
    @Override
    public String toString() {
      return location.toString();
    }
  }

  /** An image that EC2 has. */
  record Ami(String id) implements Operand {
    @Override
    public String toString() {
      return id;
    }
  }

  /** A snapshot that EC2 has. */
  record Snapshot(String id) implements Operand {
    @Override
    public String toString() {
      return id;
    }
  }

  /**
   * An image to be registered in EC2.
   *
   * @param name none for the one that was packed
   */
  record NewAmi(Optional<String> name) implements Operand {
    @Override
    public String toString() {
      return Syntax.NEW_AMI + name.orElse("");
    }
  }

  /** How operands are written. */
  final class Syntax {
    private static final String FILE = "file:";
    private static final String NEW_AMI = "ami:";
    private static final String AMI_ID = "ami-";
    private static final Pattern EC2_ID = Pattern.compile("(ami|snap)-[0-9a-f]{8,17}");

    private Syntax() {}
  }

  /**
   * Reads an operand.
   *
   * @throws RefusedException if it cannot be what it says
   */
  static Operand parse(String text) throws RefusedException {
    if (text.equals(STREAM)) {
      return new Stream();
    }
    if (text.startsWith("s3://")) {
      return stored(text);
    }
    if (text.startsWith(Syntax.NEW_AMI)) {
      String name = text.substring(Syntax.NEW_AMI.length());
      return new NewAmi(Optional.of(name).filter(given -> !given.isEmpty()));
    }
    if (text.startsWith(Syntax.FILE)) {
      return local(text.substring(Syntax.FILE.length()), text);
    }
    Local local = local(text, text);
    // A file may be called like that, too.
    if (Syntax.EC2_ID.matcher(text).matches() && !Files.exists(local.path())) {
      return text.startsWith(Syntax.AMI_ID) ? new Ami(text) : new Snapshot(text);
    }
    return local;
  }

  private static Stored stored(String text) throws RefusedException {
    try {
      return new Stored(S3Location.parse(text));
    } catch (IllegalArgumentException e) {
      throw RefusedException.usage(
          "%s: %s".formatted(text, e.getMessage()), "write s3://BUCKET/KEY, or s3://BUCKET/");
    }
  }

  private static Local local(String name, String text) throws RefusedException {
    if (name.isEmpty()) {
      throw RefusedException.usage(
          "an operand is '%s', should be a path".formatted(text), "'.' is the current directory");
    }
    try {
      Path path = Path.of(name);
      return new Local(path, name.endsWith("/") || Files.isDirectory(path));
    } catch (InvalidPathException e) {
      throw RefusedException.usage(
          "'%s' is no path: %s".formatted(text, e.getReason()), "give the path of a file");
    }
  }
}
