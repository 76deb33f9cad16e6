package amber.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** One stored archive, to be read from any position. Many threads may read at once. */
public interface ArchiveSource extends Closeable {

  /** Where the archive is, as the user knows it; every error names it. */
  String location();

  /** The archive's size in bytes. */
  long sizeBytes();

  /**
   * Fills {@code target} with the bytes from {@code position} on.
   *
   * @throws java.io.EOFException if the archive ends before {@code target} is full
   */
  void read(long position, ByteBuffer target) throws IOException;
}
