package amber.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Little pieces of a disk, to look at what it holds: little-endian, as all that PCs start from is.
 * Whatever the disk says, no more than {@link #MAX_BYTES} are read of it in all.
 */
final class DiskBytes {

  /** Enough for tables of partitions, directories and loaders' heads; a hostile disk wants more. */
  static final long MAX_BYTES = 16L << 20;

  private static final int MAX_PIECE = 2 << 20;
  private static final int SECTOR = 4096;

  private final Reading disk;
  private final long sizeBytes;
  private long bytesRead;

  /** Reads a disk. */
  @FunctionalInterface
  interface Reading {
    /** Fills the buffer from this position, which lies on the disk. */
    void read(long position, ByteBuffer target) throws IOException;
  }

  DiskBytes(Reading disk, long sizeBytes) {
    this.disk = disk;
    this.sizeBytes = sizeBytes;
  }

  long sizeBytes() {
    return sizeBytes;
  }

  /**
   * A piece.
   *
   * @throws StrangeLayoutException if it does not lie on the disk, or if too much was read already
   */
  ByteBuffer piece(long position, int length) throws IOException {
    if (position < 0 || position > sizeBytes - length) {
      throw new StrangeLayoutException(
          "byte %d is needed, the disk has %d".formatted(position, sizeBytes));
    }
    // Disks that are no files may give whole sectors only.
    long from = position / SECTOR * SECTOR;
    long end = Math.min(sizeBytes, (position + length + SECTOR - 1) / SECTOR * SECTOR);
    bytesRead += end - from;
    if (length > MAX_PIECE || bytesRead > MAX_BYTES) {
      throw new StrangeLayoutException("it is larger than any that is used");
    }
    ByteBuffer sectors = ByteBuffer.allocate((int) (end - from));
    disk.read(from, sectors);
    int skip = (int) (position - from);
    byte[] piece = Arrays.copyOfRange(sectors.array(), skip, skip + length);
    return ByteBuffer.wrap(piece).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Whether a piece of a disk has this text at a place. */
  static boolean hasText(ByteBuffer piece, int at, String text) {
    byte[] there = new byte[text.length()];
    if (at + there.length > piece.limit()) {
      return false;
    }
    piece.get(at, there);
    return new String(there, StandardCharsets.ISO_8859_1).equals(text);
  }

  /** An unsigned number of 16 bits. */
  static int u16(ByteBuffer piece, int at) {
    return Short.toUnsignedInt(piece.getShort(at));
  }

  /** An unsigned number of 32 bits. */
  static long u32(ByteBuffer piece, int at) {
    return Integer.toUnsignedLong(piece.getInt(at));
  }
}
