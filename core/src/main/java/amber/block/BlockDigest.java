package amber.block;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The SHA-256 of whole blocks: what GetSnapshotBlock returns and PutSnapshotBlock demands.
 *
 * <p>Not for several threads at once.
 */
public final class BlockDigest {

  private static final byte[] ZERO_BLOCK =
      HexFormat.of().parseHex("07854d2fef297a06ba81685e660c332de36d5d18d546927d30daad6d7fda1541");

  private final MessageDigest sha256 = newSha256();

  /** The digest of a block of 524,288 zero bytes. */
  public static byte[] zeroBlock() {
    return ZERO_BLOCK.clone();
  }

  /** Whether the 32 bytes at {@code offset} are the digest of a zero block. */
  public static boolean isZeroBlock(byte[] digests, int offset) {
    return Arrays.equals(
        digests, offset, offset + Block.DIGEST_SIZE, ZERO_BLOCK, 0, Block.DIGEST_SIZE);
  }

  /** A fresh SHA-256, which every Java platform has. */
  public static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("bug: this Java has no SHA-256", e);
    }
  }

  /** Hashes the remaining bytes, one whole block; {@code block} keeps its position. */
  public byte[] of(ByteBuffer block) {
    if (block.remaining() != Block.SIZE) {
      throw new IllegalStateException(
          "bug: a digest was asked of %d bytes, not of a block".formatted(block.remaining()));
    }
    if (Block.isZero(block)) {
      return ZERO_BLOCK.clone();
    }
    sha256.update(block.duplicate());
    return sha256.digest();
  }

  /** A digest as it is shown: 64 hexadecimal digits. */
  public static String hex(byte[] digest) {
    return HexFormat.of().formatHex(digest);
  }
}
