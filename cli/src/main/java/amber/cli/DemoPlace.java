package amber.cli;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The directory of a demo. What the demo made in it goes when it is over, unless it is kept. */
final class DemoPlace implements Closeable {

  /** Room for the snapshots on both sides, and the archive there and on its way. */
  private static final int COPIES = 6;

  private final Path directory;
  private final boolean made;
  private final boolean keep;

  private DemoPlace(Path directory, boolean made, boolean keep) {
    this.directory = directory;
    this.made = made;
    this.keep = keep;
  }

  /**
   * Takes a directory, or a temporary one.
   *
   * @param wanted null for a temporary one
   */
  static DemoPlace open(String wanted, boolean keep) throws IOException {
    if (wanted == null) {
      return new DemoPlace(Files.createTempDirectory("amber-demo-"), true, keep);
    }
    Path directory = LocalPlace.path(wanted);
    if (!Files.exists(directory)) {
      return new DemoPlace(Files.createDirectories(directory), true, keep);
    }
    try (Stream<Path> there =
        Files.isDirectory(directory) ? Files.list(directory) : Stream.of(directory)) {
      if (there.findAny().isPresent()) {
        throw new RefusedException(
            Outcome.EXISTS,
            directory + ": is there already, should be an empty directory",
            "choose a directory that is empty or does not exist yet");
      }
    }
    return new DemoPlace(directory, false, keep);
  }

  Path directory() {
    return directory;
  }

  Path region() {
    return directory.resolve("region");
  }

  Path disk() {
    return directory.resolve("disk.img");
  }

  /** Refuses to begin what could not end. */
  void requireSpace(long bytes) throws IOException {
    long usable = Files.getFileStore(directory).getUsableSpace();
    if (usable < COPIES * bytes) {
      throw new RefusedException(
          Outcome.FAILED,
          "%s: has room for %s, should have %s"
              .formatted(directory, Text.bytes(usable), Text.bytes(COPIES * bytes)),
          "name a directory with more room: --dir DIR");
    }
  }

  @Override
  public void close() throws IOException {
    if (keep) {
      return;
    }
    // An interrupt is why we are here, perhaps; what was made goes all the same.
    boolean interrupted = Thread.interrupted();
    try {
      delete(region());
      Files.deleteIfExists(disk());
      if (made) {
        Files.deleteIfExists(directory);
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    List<Path> all;
    try (Stream<Path> found = Files.walk(directory)) {
      all = found.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : all) {
      Files.deleteIfExists(file);
    }
  }
}
