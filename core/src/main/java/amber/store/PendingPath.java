package amber.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file that gets its name when it is whole. Until then it is hidden beside that name, where
 * whoever has this may write it. Closing removes it unless it was committed.
 */
public final class PendingPath implements Closeable {

  private final String name;
  private final Path target;
  private final Path path;
  private final boolean replace;
  private final boolean sync;
  private boolean committed;

  PendingPath(String name, Path target, boolean replace, boolean sync) {
    this(name, target, PendingNames.beside(target), replace, sync);
  }

  /** One that an earlier run has left. */
  PendingPath(String name, Path target, Path path, boolean replace, boolean sync) {
    this.name = name;
    this.target = target;
    this.path = path;
    this.replace = replace;
    this.sync = sync;
  }

  /** Where to write it; there is nothing yet. */
  public Path path() {
    return path;
  }

  /**
   * Makes the file visible, whole.
   *
   * @throws FileAlreadyExistsException if the name was taken in the meantime
   */
  public void commit() throws IOException {
    if (sync) {
      try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
    }
    publish();
  }

  /** Makes the file visible, whose content is on the disk if that is asked for. */
  void publish() throws IOException {
    if (replace) {
      Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
    } else {
      link();
    }
    committed = true;
    if (sync) {
      PendingNames.syncDirectory(target.getParent());
    }
  }

  private void link() throws IOException {
    try {
      // Unlike a rename, a link fails if someone took the name while we worked.
      Files.createLink(target, path);
    } catch (FileAlreadyExistsException e) {
      throw new FileAlreadyExistsException(name, null, "archive already exists");
    } catch (UnsupportedOperationException | FileSystemException e) {
      moveWithoutLink();
      return;
    }
    Files.deleteIfExists(path);
  }

  /** Some file systems have no links; there, a name taken at the last moment is lost. */
  private void moveWithoutLink() throws IOException {
    if (Files.exists(target)) {
      throw new FileAlreadyExistsException(name, null, "archive already exists");
    }
    Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void close() throws IOException {
    if (!committed) {
      Files.deleteIfExists(path);
    }
  }
}
