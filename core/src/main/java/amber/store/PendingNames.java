package amber.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;

/** How files and directories are called while they are pending. */
public final class PendingNames {

  private PendingNames() {}

  /** A hidden name beside {@code target}, on the same file system, that nobody else uses. */
  public static Path beside(Path target) {
    long random = ThreadLocalRandom.current().nextLong();
    return target.resolveSibling(".%s.%016x.pending".formatted(target.getFileName(), random));
  }

  /** Makes the names in a directory survive a power failure, where the system can. */
  public static void syncDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
