package amber.block;

import java.io.Closeable;
import java.io.IOException;

/**
 * The blocks of one volume, to be read. Like a random-access file, except that a block may be
 * absent, and that each block comes with its digest.
 *
 * <p>{@link #read} may be called by many threads at once; everything else by one.
 */
public interface BlockSource extends Closeable {

  /** Where the volume is, as the user knows it; every error names it. */
  String location();

  /** The volume's size: a multiple of 512, at most 64 TiB. */
  long sizeBytes();

  /**
   * Lists the blocks that were ever written, zero or not. All others are absent and read as zeros.
   */
  BlockSet listed() throws IOException;

  /**
   * How many blocks ahead of those that are being read it is worth to begin with: enough for a
   * network to be never idle. Nothing for a source that is near.
   */
  default int blocksAhead() {
    return 0;
  }

  /**
   * Begins to read these listed blocks, in this order. An implementation over a network fetches
   * ahead of the reader, and does not wait here. Of several readers the one that was opened first
   * should be the first to get its blocks.
   *
   * @param indexes ascending
   */
  BlockReader read(int[] indexes) throws IOException;

  /**
   * Checks, after the last read, that the volume is still the one that was listed.
   *
   * @throws SourceChangedException if it was written to in the meantime
   */
  void confirmUnchanged() throws IOException;
}
