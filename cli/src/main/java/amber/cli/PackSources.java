package amber.cli;

import amber.disk.ImageDirectory;
import amber.image.Image;
import amber.image.Volume;
import amber.work.Preflight;
import java.io.InterruptedIOException;
import java.util.Map;

/** Opens the images that operands name. */
final class PackSources {

  private PackSources() {}

  /**
   * Checks that an operand can be an image.
   *
   * @throws RefusedException if not
   */
  static void requireSense(Operand operand) throws RefusedException {
    if (operand instanceof Operand.Stream) {
      throw RefusedException.usage(
          "-: a disk cannot be read from stdin, its size and its holes must be known first",
          "save it to a file and pack that");
    }
    if (operand instanceof Operand.Stored) {
      throw RefusedException.usage(
          operand + ": is an archive in S3, should be a disk, an image or a snapshot",
          "to copy it as it is: amber copy " + operand + " TARGET");
    }
    if (operand instanceof Operand.NewAmi) {
      throw RefusedException.usage(
          operand + ": is an image to be made, should be one that is there",
          "name it by its id, such as ami-0abc123def4567890");
    }
  }

  /**
   * Finds out whether an image can be read, and opens it.
   *
   * @param operand one that can be an image
   * @return the image, or null if something stands in the way, which the preflight knows
   */
  static PackSource open(Operand operand, AwsSide side, Preflight preflight)
      throws InterruptedIOException {
    return open(operand, side, preflight, Map.of());
  }

  /**
   * As above, of an image of which something is known.
   *
   * @param known attributes by the manifest's names, which a raw disk does not need to show; empty
   *     for those that shall not be said
   */
  static PackSource open(
      Operand operand, AwsSide side, Preflight preflight, Map<String, String> known)
      throws InterruptedIOException {
    PackSource[] opened = new PackSource[1];
    preflight.check(
        () -> {
          requireSense(operand);
          opened[0] =
              operand instanceof Operand.Local local
                  ? DiskSource.open(local.path(), known)
                  : AmiSource.open(side.ec2(), operand, preflight).orElse(null);
          if (opened[0] != null) {
            preflight.found(opened[0].location(), "can be read: " + amount(opened[0].image()));
          }
        });
    return opened[0];
  }

  private static String amount(Image image) {
    return "%s, %s"
        .formatted(
            Text.count(image.volumes().size(), "volume"),
            Text.bytes(image.volumes().stream().mapToLong(Volume::sizeBytes).sum()));
  }

  /** What an image is called that may be in no state to say so itself. */
  static String nameOf(Operand operand) {
    return operand instanceof Operand.Local local
        ? ImageDirectory.baseName(local.path())
        : operand.toString();
  }
}
