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

  /** How many bytes at the archive's end are in memory, so that they cost no read; or 0. */
  default int atHand() {
    return 0;
  }

  /** How large a buffer has to be for {@link #readRoomily} to need no other beside it. */
  default int capacityFor(int bytes) {
    return bytes;
  }

  /**
   * As {@link #read}, but what lies in the buffer behind its limit may be overwritten, up to its
   * capacity.
   */
  default void readRoomily(long position, ByteBuffer target) throws IOException {
    read(position, target);
  }
}
