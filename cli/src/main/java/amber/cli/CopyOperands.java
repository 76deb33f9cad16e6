package amber.cli;

import amber.store.ArchiveSource;
import amber.store.FileStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells whether two operands ask for the copy of an archive or of an image, or for neither. */
final class CopyOperands {

  private CopyOperands() {}

  /**
   * Whether an image is to be copied, with no archive between; else an archive is, as it is.
   *
   * @throws RefusedException if neither can be
   */
  static boolean areImages(Operand from, Operand to) throws IOException {
    requireSense(from, to);
    if (from instanceof Operand.Stored) {
      requireNoImage(from, to);
      return false;
    }
    boolean image = !(from instanceof Operand.Local local) || isImage(local, to);
    if (!image) {
      requireNoImage(from, to);
      return false;
    }
    if (to instanceof Operand.Stored) {
      throw unsupported(
          "%s: is an image, %s should be an archive".formatted(from, to),
          "amber pack %s %s".formatted(from, to));
    }
    if (to instanceof Operand.Local local) {
      requireDirectory(from, local);
    }
    return true;
  }

  private static void requireSense(Operand from, Operand to) throws RefusedException {
    if (from instanceof Operand.Stream) {
      throw RefusedException.usage(
          "-: an archive cannot be read from stdin, its end is needed to check it",
          "save it to a file: cat > copy.bin");
    }
    if (to instanceof Operand.Stream) {
      boolean archive = from instanceof Operand.Stored || from instanceof Operand.Local;
      String cat = from instanceof Operand.Stored ? "aws s3 cp " + from + " -" : "cat " + from;
      throw RefusedException.usage(
          "-: nothing is copied to stdout, where a part of it would look like the whole",
          archive ? cat : "amber pack %s - makes an archive".formatted(from));
    }
    if (from instanceof Operand.NewAmi) {
      throw RefusedException.usage(
          from + ": is an image to be made, should be one that is there, or an archive",
          "name an AMI by its id, a file, or s3://BUCKET/KEY");
    }
    if (to instanceof Operand.Ami || to instanceof Operand.Snapshot) {
      throw RefusedException.usage(
          to + ": is there already, should be what is to be made",
          "name a new AMI (ami:NAME), a directory, a file, or s3://BUCKET/KEY");
    }
  }

  /**
   * Whether what a path names is an image: a directory, a device, or a file that does not begin as
   * an archive does. A file that is to become a file can be an archive only.
   */
  private static boolean isImage(Operand.Local from, Operand to) throws IOException {
    Path path = from.path();
    if (!Files.exists(path)) {
      return !(to instanceof Operand.Local) && !(to instanceof Operand.Stored);
    }
    if (!Files.isRegularFile(path)) {
      return true;
    }
    boolean toImage =
        to instanceof Operand.NewAmi || (to instanceof Operand.Local local && local.isPlace());
    if (!toImage) {
      return false;
    }
    try (ArchiveSource source = FileStore.open(path)) {
      return !Archives.beginsAsArchive(source);
    }
  }

  private static void requireNoImage(Operand from, Operand to) throws RefusedException {
    if (to instanceof Operand.NewAmi) {
      throw unsupported(
          "%s: is an archive, %s should be made of an image".formatted(from, to),
          "amber unpack %s %s".formatted(from, to));
    }
  }

  /** What is called like a file is hardly meant to become a directory. */
  private static void requireDirectory(Operand from, Operand.Local to) throws RefusedException {
    Path name = to.path().getFileName();
    if (!to.isPlace() && name != null && name.toString().lastIndexOf('.') > 0) {
      throw unsupported(
          "%s: is called like a file, the disks of %s should go into a directory"
              .formatted(to, from),
          "for a directory: %s/; for an archive: amber pack %s %s".formatted(to, from, to));
    }
  }

  private static RefusedException unsupported(String message, String hint) {
    return new RefusedException(Outcome.UNSUPPORTED, message, hint);
  }
}
