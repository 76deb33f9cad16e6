package amber.s3;

import java.util.Optional;

/**
 * How archives are sent to S3.
 *
 * @param partsInFlight how many parts may be sent at once, 1 to 64
 * @param maxObjectBytes the largest object that the store takes
 * @param maxJoinedBytes the most memory for parts that are joined from many segments; what does not
 *     fit goes to the spool
 * @param checksum what parts and object carry: CRC-32C or CRC-64/NVME, or nothing for stores that
 *     know neither
 * @param limits what the store allows of parts
 * @param spool where parts go that do not fit in memory
 * @param copyPartBytes what S3 copies by itself at once; larger objects it copies in parts
 */
public record S3Transfer(
    int partsInFlight,
    long maxObjectBytes,
    long maxJoinedBytes,
    Optional<S3Checksum.Algorithm> checksum,
    S3PartLimits limits,
    S3Spool spool,
    long copyPartBytes) {

  /** The largest object of S3: 10,000 parts of 5 GiB. */
  public static final long LARGEST_OBJECT = (10_000L * 5) << 30;

  /**
   * Four parts at once, objects as large as S3 takes them, and 328 MiB for parts that are joined:
   * five parts of two segments, three of three, or two of five.
   */
  public static final S3Transfer DEFAULT = new S3Transfer(4, LARGEST_OBJECT, 328L << 20, true);

  private static final int MAX_IN_FLIGHT = 64;

  // Far below what takes S3 minutes, and far above what its answer takes.
  private static final long COPY_PART_BYTES = 256L << 20;

  /** Checks the limits. */
  public S3Transfer {
    if (partsInFlight < 1 || partsInFlight > MAX_IN_FLIGHT) {
      throw new IllegalArgumentException(
          "%d parts in flight, should be 1 to %d".formatted(partsInFlight, MAX_IN_FLIGHT));
    }
    if (maxObjectBytes < 1 || maxObjectBytes > LARGEST_OBJECT) {
      throw new IllegalArgumentException(
          "objects of at most %d bytes, should be 1 to %d"
              .formatted(maxObjectBytes, LARGEST_OBJECT));
    }
    if (maxJoinedBytes < PartPlan.MIN_PART_BYTES) {
      throw new IllegalArgumentException(
          "%d bytes for parts that are joined, should be at least %d"
              .formatted(maxJoinedBytes, PartPlan.MIN_PART_BYTES));
    }
    if (checksum.filter(S3Checksum.Algorithm.CRC32::equals).isPresent()) {
      throw new IllegalArgumentException("checksum CRC32, should be CRC32C or CRC64NVME");
    }
    if (copyPartBytes < PartPlan.MIN_PART_BYTES
        || copyPartBytes > S3PartLimits.DEFAULT.maxPartBytes()) {
      throw new IllegalArgumentException(
          "parts of %d bytes to be copied, should be %d to %d"
              .formatted(
                  copyPartBytes, PartPlan.MIN_PART_BYTES, S3PartLimits.DEFAULT.maxPartBytes()));
    }
  }

  /** Whether parts and object carry a checksum. */
  public boolean checksums() {
    return checksum.isPresent();
  }

  /**
   * These, with other numbers, and with S3's limits and the system's spool.
   *
   * @param checksums whether parts and object carry a CRC-32C
   */
  public S3Transfer(
      int partsInFlight, long maxObjectBytes, long maxJoinedBytes, boolean checksums) {
    this(
        partsInFlight,
        maxObjectBytes,
        maxJoinedBytes,
        checksums ? Optional.of(S3Checksum.Algorithm.CRC32C) : Optional.empty(),
        S3PartLimits.DEFAULT,
        S3Spool.DEFAULT,
        COPY_PART_BYTES);
  }

  /** These, with another checksum, or none. */
  public S3Transfer withChecksum(Optional<S3Checksum.Algorithm> other) {
    return new S3Transfer(
        partsInFlight, maxObjectBytes, maxJoinedBytes, other, limits, spool, copyPartBytes);
  }

  /** These, for a store with other limits of parts. */
  public S3Transfer withLimits(S3PartLimits other) {
    return new S3Transfer(
        partsInFlight, maxObjectBytes, maxJoinedBytes, checksum, other, spool, copyPartBytes);
  }

  /** These, with another spool. */
  public S3Transfer withSpool(S3Spool other) {
    return new S3Transfer(
        partsInFlight, maxObjectBytes, maxJoinedBytes, checksum, limits, other, copyPartBytes);
  }

  /** These, with other parts where S3 copies by itself. */
  public S3Transfer withCopyPartBytes(long other) {
    return new S3Transfer(
        partsInFlight, maxObjectBytes, maxJoinedBytes, checksum, limits, spool, other);
  }
}
