package amber.s3;

import amber.image.UnsupportedImageException;
import amber.store.ArchiveBound;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.time.Duration;

/**
 * How an archive becomes parts, decided before its first byte. A part holds {@code segmentsPerPart}
 * segments, and more of them while it is smaller than S3 allows.
 *
 * @param segmentsPerPart 1 unless there are more segments than parts
 * @param partBytes the most bytes of a part whose segments are joined, or 0 if none are
 * @param memoryBytes the most bytes of such a part that stay in memory; {@code partBytes} or less,
 *     and then the part goes to the spool
 * @param inFlight how many parts are sent at once
 * @param limits what the store allows
 */
record PartPlan(
    int segmentsPerPart, long partBytes, long memoryBytes, int inFlight, S3PartLimits limits) {

  /** The smallest part that is not the last. */
  static final int MIN_PART_BYTES = 5 << 20;

  // A part without segments is cut here: large enough that the tail of 64 TiB takes a few.
  private static final int LARGE_TAIL_PART = 64 << 20;

  // More than all attempts of one part in memory may take together.
  private static final Duration PART_LIMIT = Duration.ofMinutes(30);

  /** The plan for an archive of unknown size: every segment is a part. */
  static PartPlan unbounded(S3Transfer transfer) {
    return new PartPlan(1, 0, 0, transfer.partsInFlight(), transfer.limits());
  }

  /**
   * The plan for an archive within this bound.
   *
   * @throws UnsupportedImageException if the archive could become larger than an object or a part
   *     may be
   * @throws FileSystemException if its parts could need more room than the spool has
   */
  static PartPlan of(String location, ArchiveBound bound, S3Transfer transfer) throws IOException {
    if (bound.bytes() > transfer.maxObjectBytes()) {
      throw new UnsupportedImageException(
          location,
          "the archive may take %d bytes, an object has at most %d"
              .formatted(bound.bytes(), transfer.maxObjectBytes()));
    }
    S3PartLimits limits = transfer.limits();
    long group = divideUp(bound.segments(), limits.segmentParts());
    if (group <= 1) {
      return unbounded(transfer);
    }
    long part = Math.multiplyExact(group, divideUp(bound.bytes(), bound.segments()));
    if (part > limits.maxPartBytes()) {
      throw new UnsupportedImageException(
          location,
          "a part may take %d bytes, should be at most %d".formatted(part, limits.maxPartBytes()));
    }
    // One more than is in flight is being filled.
    long inFlight = transfer.maxJoinedBytes() / part - 1;
    if (inFlight >= 1) {
      int sent = (int) Math.min(inFlight, transfer.partsInFlight());
      return new PartPlan((int) group, part, part, sent, limits);
    }
    return spooled(location, (int) group, part, transfer);
  }

  /** A part takes less if its blocks compress; what is beyond its share of memory is spooled. */
  private static PartPlan spooled(String location, int group, long part, S3Transfer transfer)
      throws IOException {
    long room = transfer.spool().room();
    long inFlight = Math.min(room / part - 1, transfer.partsInFlight());
    if (inFlight < 1) {
      throw new FileSystemException(
          transfer.spool().path().toString(),
          null,
          "has room for %d bytes, parts of %s may take %d".formatted(room, location, 2 * part));
    }
    long memory = transfer.maxJoinedBytes() / (inFlight + 1);
    return new PartPlan(group, part, memory, (int) inFlight, transfer.limits());
  }

  private static long divideUp(long dividend, long divisor) {
    return (dividend + divisor - 1) / divisor;
  }

  /** Whether a part may not fit in memory. */
  boolean spools() {
    return memoryBytes < partBytes;
  }

  /** The most chunks that parts in flight and the next one take, for what is copied. */
  int maxChunks() {
    // Beside its segments, a part has headers: at most as many as make a part of their own.
    long part = spools() ? memoryBytes : partBytes + LARGE_TAIL_PART + 2 * MIN_PART_BYTES;
    return Math.toIntExact((inFlight + 1) * divideUp(part, Part.CHUNK_BYTES) + 1);
  }

  /** Whether a segment is sent from its own buffer; joined ones would keep too many of them. */
  boolean keeps(int bytes) {
    return segmentsPerPart == 1 && bytes >= MIN_PART_BYTES;
  }

  /** Whether a part is to be sent as it is. */
  boolean isFull(long bytes, int segments) {
    if (segments >= segmentsPerPart && bytes >= MIN_PART_BYTES) {
      return true;
    }
    return segments == 0 && bytes >= (segmentsPerPart == 1 ? 2 * MIN_PART_BYTES : LARGE_TAIL_PART);
  }

  /** Whether a part is to be sent before so many bytes are added to it. */
  boolean isTooFull(long bytes, int more) {
    return bytes >= MIN_PART_BYTES && bytes + more > limits.maxPartBytes();
  }

  /** How long the sending of one part may take, all attempts together. */
  Duration partLimit() {
    return PART_LIMIT.plus(Patience.timeFor(partBytes));
  }
}
