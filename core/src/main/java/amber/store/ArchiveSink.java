package amber.store;

import java.io.IOException;

/** A place that stores whole archives. */
public interface ArchiveSink {

  /**
   * Starts an archive that stays invisible until it is committed.
   *
   * @throws java.nio.file.FileAlreadyExistsException if {@code name} is taken; the same is checked
   *     again when the archive is committed
   */
  PendingArchive begin(String name) throws IOException;

  /**
   * Starts an archive whose size has a known bound, by which a store may choose how to store it.
   *
   * @throws IOException also if the store cannot hold that much
   */
  default PendingArchive begin(String name, ArchiveBound bound) throws IOException {
    return begin(name);
  }
}
