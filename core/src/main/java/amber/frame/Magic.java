package amber.frame;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The magic numbers that frames begin with (little-endian), and the header of skippable frames: 4
 * bytes magic, 4 bytes length of the payload (RFC 8878, 3.1.2).
 */
public final class Magic {

  /** A zstd frame. */
  public static final int ZSTD = 0xFD2FB528;

  /** The locator: finds the index from the archive's end. */
  public static final int LOCATOR = 0x184D2A5A;

  /** Zeros that fill a part up. */
  public static final int PADDING = 0x184D2A5C;

  /** A segment's header. */
  public static final int SEGMENT = 0x184D2A5D;

  /** The seek table of zstd's seekable format. */
  public static final int SEEK_TABLE = 0x184D2A5E;

  /** Bytes before a skippable frame's payload. */
  public static final int SKIPPABLE_HEADER = 8;

  private Magic() {}

  /** The magic number at an absolute position. */
  public static int at(ByteBuffer bytes, int position) {
    return bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).getInt(position);
  }
}
