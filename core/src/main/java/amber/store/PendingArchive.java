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
   * Appends all remaining bytes and may keep the buffer beyond the return, so that nothing need be
   * copied: the caller touches it again only when {@code release} has run. That happens once, on
   * any thread, but for what an archive keeps when it is discarded.
   */
  default void append(ByteBuffer bytes, Runnable release) throws IOException {
    append(bytes);
    release.run();
  }

  /**
   * How large a buffer has to be in which a piece of so many bytes can be {@linkplain #prepare
   * prepared}.
   */
  default int capacityFor(int bytes) {
    return bytes;
  }

  /**
   * Makes ready what {@link #appendPrepared} will append: the remaining bytes become those that are
   * stored, in their own buffer. Many threads may prepare at once, in any order, so that what this
   * costs is shared among them.
   */
  default void prepare(ByteBuffer bytes) throws IOException {}

  /**
   * As {@link #append(ByteBuffer, Runnable)}, of bytes that were {@linkplain #prepare prepared}.
   */
  default void appendPrepared(ByteBuffer bytes, Runnable release) throws IOException {
    append(bytes, release);
  }

  /** The most buffers that are kept when {@link #append(ByteBuffer, Runnable)} returns. */
  default int buffersKept() {
    return 0;
  }

  /**
   * How many bytes at the archive's beginning an earlier run has stored. They are appended all the
   * same, and passed over.
   */
  default long keptBytes() {
    return 0;
  }

  /**
   * Passes over so many bytes that need not be made again: those up to {@link #keptBytes}.
   *
   * @throws IllegalArgumentException if they are not all kept
   */
  default void skip(long bytes) throws IOException {
    throw new IllegalArgumentException("%d bytes, of which none are kept".formatted(bytes));
  }

  /**
   * Makes the archive visible, whole. After this, {@link #close} does nothing.
   *
   * @throws java.nio.file.FileAlreadyExistsException if the name was taken in the meantime
   */
  StoredArchive commit() throws IOException;

  /**
   * Discards the archive unless it was committed, or keeps what it has for a later run if that was
   * asked for when it was begun. Safe to call again.
   */
  @Override
  void close() throws IOException;
}
