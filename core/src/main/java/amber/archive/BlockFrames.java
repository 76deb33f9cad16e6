package amber.archive;

import amber.block.Block;
import amber.frame.FrameDecoder;
import amber.frame.FrameException;
import java.nio.ByteBuffer;

/** Decodes a segment's data frames into whole blocks. */
final class BlockFrames {

  private BlockFrames() {}

  /**
   * Decodes data frame {@code frame}, which begins at the position of {@code stored}, and moves
   * that position behind it, also if the frame is damaged.
   *
   * @param plain gets the blocks; what lies behind the volume's end is set to zero
   */
  static void decode(
      FrameDecoder decoder, ByteBuffer stored, SegmentHeader header, int frame, ByteBuffer plain)
      throws FrameException {
    int at = stored.position();
    int length = header.frameLengths()[frame];
    stored.position(at + length);
    plain.clear().limit(header.plainBytes(frame));
    decoder.decode(stored.slice(at, length), plain);
    plain.limit(header.blocksIn(frame) * Block.SIZE);
    while (plain.hasRemaining()) {
      plain.put((byte) 0);
    }
    plain.clear();
  }
}
