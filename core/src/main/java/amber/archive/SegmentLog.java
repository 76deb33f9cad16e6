package amber.archive;

import java.nio.ByteBuffer;

/** Hears of each segment before its bytes are handed on. */
@FunctionalInterface
public interface SegmentLog {

  /** Nobody listens. */
  SegmentLog NONE = (number, end, header) -> {};

  /**
   * A segment is about to be appended.
   *
   * @param number its place in the archive
   * @param end the byte of the archive behind it
   * @param header its header as it is stored; enough to go on behind the segment without its blocks
   */
  void segment(int number, long end, ByteBuffer header);
}
