package amber.disk;

import amber.store.PendingNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A directory on its way to its name: which one it is, and where the one steps aside to whose place
 * it takes.
 *
 * @param key what the file system knows the directory by, whatever its name is
 */
record Publication(Path target, String key, Path old) {

  private static final String BETWEEN = " replaces ";

  static Publication of(Path target, Path pending) throws IOException {
    return new Publication(target, key(pending), PendingNames.beside(target));
  }

  /** Reads what {@link #toString} has written. */
  static Publication read(Path target, String text) throws IOException {
    int end = text.indexOf(BETWEEN);
    Path old = end < 0 ? target : Path.of(text.substring(end + BETWEEN.length()));
    if (!PendingNames.isBeside(target, old)) {
      throw new IOException("%s: was noted to replace '%s'".formatted(target, text));
    }
    return new Publication(target, text.substring(0, end), old);
  }

  private static String key(Path directory) throws IOException {
    return String.valueOf(Files.getAttribute(directory, "fileKey"));
  }

  /** Whether the directory has its name. */
  boolean isDone() throws IOException {
    return Files.isDirectory(target) && key(target).equals(key);
  }

  /** Gives the directory that stepped aside its name again, unless another has it. */
  void restore() throws IOException {
    if (Files.exists(old) && !Files.exists(target)) {
      Files.move(old, target, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /** Removes the directory that stepped aside. */
  void deleteOld() throws IOException {
    PendingImageDirectory.delete(old);
  }

  @Override
  public String toString() {
    return key + BETWEEN + old;
  }
}
