package amber.block;

import java.nio.ByteBuffer;

/**
 * The unit in which volumes are read, hashed and written: 524,288 bytes with an index.
 *
 * <p>The size is that of the EBS direct APIs, so a digest here is the checksum that EBS knows. A
 * block is absent (never written), zero (written, all zeros) or data.
 */
public final class Block {

  /** Bytes in a block: 512 KiB, fixed by the EBS direct APIs. */
  public static final int SIZE = 524_288;

  /** Bytes in a block's SHA-256 digest. */
  public static final int DIGEST_SIZE = 32;

  private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(SIZE).asReadOnlyBuffer();

  private Block() {}

  /** How many blocks a volume of this size has; the last one may be short. */
  public static int count(long volumeBytes) {
    return Math.toIntExact((volumeBytes + SIZE - 1) / SIZE);
  }

  /** The bytes of block {@code index} that lie inside a volume of this size, 1 to {@link #SIZE}. */
  public static int length(int index, long volumeBytes) {
    return (int) Math.min(SIZE, volumeBytes - offset(index));
  }

  /** Where block {@code index} begins in its volume, in bytes. */
  public static long offset(int index) {
    return (long) index * SIZE;
  }

  /** Whether the remaining bytes, at most one block, are all zero. */
  public static boolean isZero(ByteBuffer bytes) {
    int length = bytes.remaining();
    // Data rarely starts with eight zero bytes: look there before comparing half a mebibyte.
    if (length >= Long.BYTES && bytes.getLong(bytes.position()) != 0) {
      return false;
    }
    return bytes.mismatch(ZEROS.slice(0, length)) < 0;
  }
}
