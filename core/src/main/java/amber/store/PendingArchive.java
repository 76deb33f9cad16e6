package amber.store;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * An archive being written. It ends in one of two ways: committed, or discarded. Closing never
 * publishes.
 */
public interface PendingArchive extends AutoCloseable {

  /** Appends all remaining bytes; the caller may reuse the buffer when this returns. */
  void append(ByteBuffer bytes) throws IOException;

  /**
   * Makes the archive visible, whole. After this, {@link #close} does nothing.
   *
   * @throws java.nio.file.FileAlreadyExistsException if the name was taken in the meantime
   */
  StoredArchive commit() throws IOException;

  /** Discards the archive unless it was committed. Safe to call again. */
  @Override
  void close() throws IOException;
}
