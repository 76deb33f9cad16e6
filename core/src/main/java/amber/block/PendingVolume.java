package amber.block;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A volume being written. It ends in one of two ways: committed, or discarded. */
public interface PendingVolume extends AutoCloseable {

  /** Where the volume will be; every error names it. */
  String location();

  /**
   * Writes one block. Many threads may call this at once, in any order of blocks, each block once.
   *
   * @param index the block's index
   * @param block {@link Block#SIZE} bytes remain; those behind the volume's end are zero
   * @param digest the SHA-256 that was stored with the block and that {@code block} matches
   */
  void write(int index, ByteBuffer block, byte[] digest) throws IOException;

  /** Says that every listed block was written. After this, {@link #close} does nothing. */
  void commit() throws IOException;

  /** Discards the volume unless it was committed. Safe to call again. */
  @Override
  void close() throws IOException;
}
