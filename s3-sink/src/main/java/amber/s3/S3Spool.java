package amber.s3;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where parts go that do not fit in memory, until they are sent.
 *
 * @param directory on a disk, not in memory; none is the system's for temporary files
 * @param maxBytes the most that they may take together
 */
public record S3Spool(Optional<Path> directory, long maxBytes) {

  /** 32 GiB in the directory for temporary files: room for four of the largest parts in flight. */
  public static final S3Spool DEFAULT = new S3Spool(Optional.empty(), 32L << 30);

  /** Checks that the room is not negative. */
  public S3Spool {
    if (maxBytes < 0) {
      throw new IllegalArgumentException("a spool of %d bytes".formatted(maxBytes));
    }
  }

  /** The directory. */
  Path path() {
    return directory.orElseGet(() -> Path.of(System.getProperty("java.io.tmpdir")));
  }

  /**
   * How many bytes may be put there now.
   *
   * @throws IOException if the directory cannot be written to
   */
  long room() throws IOException {
    Path path = path();
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString(), null, "no such directory");
    }
    if (!Files.isDirectory(path) || !Files.isWritable(path)) {
      throw new FileSystemException(
          path.toString(), null, "should be a directory that can be written to");
    }
    return Math.min(maxBytes, Files.getFileStore(path).getUsableSpace());
  }
}
