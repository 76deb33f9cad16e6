package amber.archive;

import amber.block.Block;
import amber.frame.FrameEncoder;

/**
 * How an archive is cut.
 *
 * @param blocksPerFrame blocks compressed together: 1, 2, 4, 8 or 16
 * @param blocksPerSegment the most blocks of one segment: a multiple of {@code blocksPerFrame}, at
 *     most 2,048
 */
public record Geometry(int blocksPerFrame, int blocksPerSegment) {

  /** Frames of 4 MiB in segments of 32 MiB; docs/decisions/0002 has the reasons. */
  public static final Geometry DEFAULT = new Geometry(8, 64);

  /** The most blocks in a segment: 1 GiB, so that a segment always fits one buffer. */
  public static final int MAX_BLOCKS_PER_SEGMENT = 2048;

  /** Checks the limits. */
  public Geometry {
    if (!isValid(blocksPerFrame, blocksPerSegment)) {
      throw new IllegalArgumentException(
          "%d blocks a frame and %d a segment, should be 1, 2, 4, 8 or 16 and a multiple up to %d"
              .formatted(blocksPerFrame, blocksPerSegment, MAX_BLOCKS_PER_SEGMENT));
    }
  }

  static boolean isValid(int blocksPerFrame, int blocksPerSegment) {
    return blocksPerFrame >= 1
        && Integer.bitCount(blocksPerFrame) == 1
        && blocksPerFrame <= FrameEncoder.MAX_PLAIN_BYTES / Block.SIZE
        && blocksPerSegment >= blocksPerFrame
        && blocksPerSegment <= MAX_BLOCKS_PER_SEGMENT
        && blocksPerSegment % blocksPerFrame == 0;
  }

  /** Plain bytes of a full frame. */
  public int frameBytes() {
    return blocksPerFrame * Block.SIZE;
  }

  /** How many segments that many listed blocks of one volume make. */
  public int segments(int blocks) {
    return (blocks + blocksPerSegment - 1) / blocksPerSegment;
  }

  /** How many data frames that many blocks of one segment make. */
  public int frames(int blocks) {
    return (blocks + blocksPerFrame - 1) / blocksPerFrame;
  }

  /** The most bytes that a segment can take, its header included. */
  public int maxSegmentBytes() {
    int frames = blocksPerSegment / blocksPerFrame;
    long bytes =
        SegmentHeader.frameBytes(blocksPerSegment, frames)
            + (long) frames * FrameEncoder.bound(frameBytes());
    return Math.toIntExact(bytes);
  }
}
