package amber.cli;

import java.io.IOException;
import java.nio.file.Files;

/** Tells what cannot be copied as it is, and what to do instead. */
final class CopyOperands {

  private CopyOperands() {}

  /**
   * Checks that both operands can be archives.
   *
   * @throws RefusedException if not
   */
  static void requireArchives(Operand from, Operand to) throws IOException {
    if (from instanceof Operand.Stream) {
      throw RefusedException.usage(
          "-: an archive cannot be read from stdin, its end is needed to check it",
          "save it to a file: cat > copy.bin");
    }
    if (to instanceof Operand.Stream) {
      throw RefusedException.usage(
          "-: an archive is not copied to stdout, where a part of one would look like the whole",
          from instanceof Operand.Stored ? "aws s3 cp " + from + " -" : "cat " + from);
    }
    if (from instanceof Operand.NewAmi) {
      throw RefusedException.usage(
          from + ": is an image to be made, should be an archive that is there",
          "name a file, or s3://BUCKET/KEY");
    }
    if (from instanceof Operand.Ami || from instanceof Operand.Snapshot || isImageDirectory(from)) {
      throw inTwoSteps(from, to);
    }
    if (to instanceof Operand.NewAmi) {
      throw unsupported(
          "%s: is an image to be made, amber copy makes archives".formatted(to),
          "of an archive: amber unpack %s %s; of a disk, in two steps: amber pack %s ARCHIVE, then amber unpack ARCHIVE %s"
              .formatted(from, to, from, to));
    }
    if (to instanceof Operand.Ami || to instanceof Operand.Snapshot) {
      throw RefusedException.usage(
          to + ": is there already, should be a place for an archive",
          "name a file, or s3://BUCKET/KEY");
    }
  }

  private static boolean isImageDirectory(Operand operand) {
    return operand instanceof Operand.Local local && Files.isDirectory(local.path());
  }

  private static RefusedException inTwoSteps(Operand from, Operand to) {
    if (to instanceof Operand.Stored) {
      return unsupported(
          "%s: is no archive, amber copy copies archives as they are".formatted(from),
          "amber pack %s %s".formatted(from, to));
    }
    return unsupported(
        "%s: is no archive, amber copy copies archives as they are".formatted(from),
        "in two steps: amber pack %s ARCHIVE, then amber unpack ARCHIVE %s".formatted(from, to));
  }

  private static RefusedException unsupported(String message, String hint) {
    return new RefusedException(Outcome.UNSUPPORTED, message, hint);
  }
}
