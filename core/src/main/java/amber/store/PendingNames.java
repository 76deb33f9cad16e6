package amber.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;

/** How files and directories are called while they are pending. */
public final class PendingNames {

  private static final String SUFFIX = ".pending";
  private static final int RANDOM_DIGITS = 16;

  private PendingNames() {}

  /** A hidden name beside {@code target}, on the same file system, that nobody else uses. */
  public static Path beside(Path target) {
    long random = ThreadLocalRandom.current().nextLong();
    return target.resolveSibling(".%s.%016x%s".formatted(target.getFileName(), random, SUFFIX));
  }

  /** Whether a name is one that {@link #beside} gave for this target. */
  static boolean isBeside(Path target, String name) {
    String prefix = ".%s.".formatted(target.getFileName());
    return name.length() == prefix.length() + RANDOM_DIGITS + SUFFIX.length()
        && name.startsWith(prefix)
        && name.endsWith(SUFFIX)
        && name.substring(prefix.length(), prefix.length() + RANDOM_DIGITS)
            .matches("[0-9a-f]{%d}".formatted(RANDOM_DIGITS));
  }

  /** Whether a path is one that {@link #beside} may have given for a target. */
  public static boolean isBeside(Path target, Path path) {
    return path.equals(target.resolveSibling(String.valueOf(path.getFileName())))
        && isBeside(target, path.getFileName().toString());
  }

  /** Makes the names in a directory survive a power failure, where the system can. */
  public static void syncDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
