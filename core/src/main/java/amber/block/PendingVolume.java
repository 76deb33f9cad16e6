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

  /**
   * Writes one block, and tells when it need not be written again.
   *
   * @param arrived is run once, on any thread, when the sink has the block and keeps it for a later
   *     run; at the latest before {@link #commit} returns, and never if the block is lost
   */
  default void write(int index, ByteBuffer block, byte[] digest, Runnable arrived)
      throws IOException {
    write(index, block, digest);
    arrived.run();
  }

  /**
   * Says that an earlier run wrote a block, and that it had arrived. Many threads may call this at
   * once.
   *
   * @param digest the SHA-256 that was stored with the block
   */
  default void written(int index, byte[] digest) throws IOException {}

  /**
   * Waits until the sink has all blocks that were written so far.
   *
   * @throws IOException if one of them was lost
   */
  default void settle() throws IOException {}

  /** Says that every listed block was written. After this, {@link #close} does nothing. */
  void commit() throws IOException;

  /**
   * Discards the volume unless it was committed, or keeps it for a later run if that was asked for
   * when it was begun. Safe to call again.
   */
  @Override
  void close() throws IOException;
}
