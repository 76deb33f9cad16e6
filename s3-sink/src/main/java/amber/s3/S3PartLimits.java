package amber.s3;

/**
 * What a store allows of parts.
 *
 * @param maxParts the most parts of one object
 * @param maxPartBytes the largest part
 */
public record S3PartLimits(int maxParts, long maxPartBytes) {

  /** The limits of S3: 10,000 parts of 5 GiB. */
  public static final S3PartLimits DEFAULT = new S3PartLimits(10_000, 5L << 30);

  /** Parts that are not for segments but for the archive's headers and its tail. */
  static final int OTHER_PARTS = 10;

  /** Checks that there is room, and no more than S3 has. */
  public S3PartLimits {
    if (maxParts <= OTHER_PARTS || maxParts > 10_000) {
      throw new IllegalArgumentException(
          "at most %d parts, should be %d to 10000".formatted(maxParts, OTHER_PARTS + 1));
    }
    if (maxPartBytes < PartPlan.MIN_PART_BYTES || maxPartBytes > 5L << 30) {
      throw new IllegalArgumentException(
          "parts of at most %d bytes, should be %d to %d"
              .formatted(maxPartBytes, PartPlan.MIN_PART_BYTES, 5L << 30));
    }
  }

  /** The most parts that hold segments. */
  int segmentParts() {
    return maxParts - OTHER_PARTS;
  }
}
