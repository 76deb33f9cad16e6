package amber.s3;

import java.nio.ByteBuffer;
import java.util.zip.Checksum;

/**
 * A checksum of bytes of which the first were taken in by an earlier run: what they had come to is
 * put together with what comes. All of S3's are remainders of polynomials, and so can be.
 */
public final class ContinuedSum {

  private final S3Checksum.Algorithm algorithm;
  private final Checksum sum;
  private long before;
  private long bytes;

  /** One of no bytes. */
  public ContinuedSum(S3Checksum.Algorithm algorithm) {
    this.algorithm = algorithm;
    this.sum = algorithm.begin();
  }

  /**
   * Goes on from a value of {@link #value}.
   *
   * @throws IllegalStateException if bytes were taken in already
   */
  public void goOnFrom(long value) {
    if (bytes > 0) {
      throw new IllegalStateException("bug: %d bytes were taken in before".formatted(bytes));
    }
    before = value;
  }

  /** Takes in all remaining bytes. */
  public void update(ByteBuffer more) {
    bytes += more.remaining();
    sum.update(more);
  }

  /** What it has come to. */
  public long value() {
    return Crc.of(algorithm).joined(before, sum.getValue(), bytes);
  }

  /** The same, with its algorithm. */
  public S3Checksum checksum() {
    return new S3Checksum(algorithm, value());
  }
}
