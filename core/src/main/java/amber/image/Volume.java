package amber.image;

import java.util.Locale;
import java.util.Optional;

/**
 * One disk of an image.
 *
 * @param number its place in the image, from 0
 * @param sizeBytes a multiple of 512, at most 64 TiB
 * @param device the name it is mapped to, such as {@code /dev/xvda}, where one is known
 */
public record Volume(int number, long sizeBytes, Optional<String> device) {

  /** Volumes are whole sectors of this many bytes. */
  public static final int SECTOR = 512;

  /** The largest volume, 64 TiB: what EBS allows. */
  public static final long MAX_BYTES = 1L << 46;

  /** How the names of volumes' files end. */
  public static final String FILE_ENDING = ".raw";

  /** Whether a volume may have this size. */
  public static boolean isValidSize(long bytes) {
    return bytes >= SECTOR && bytes <= MAX_BYTES && bytes % SECTOR == 0;
  }

  /** The name of the volume's file in archives and image directories, such as volume-00.raw. */
  public String file() {
    return fileName(number);
  }

  /** The name that volume {@code number}'s file has. */
  public static String fileName(int number) {
    // Whatever digits the user's language has, a file name has these.
    return String.format(Locale.ROOT, "volume-%02d%s", number, FILE_ENDING);
  }

  /** How messages name the volume: {@code volume 0} or {@code volume 0 (/dev/xvda)}. */
  @Override
  public String toString() {
    return "volume " + number + device.map(name -> " (" + name + ")").orElse("");
  }
}
