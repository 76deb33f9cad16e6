package amber.s3;

import amber.image.UnsupportedImageException;
import amber.store.ArchiveBound;

/**
 * How an archive becomes parts, decided before its first byte. A part holds {@code segmentsPerPart}
 * segments, and more of them while it is smaller than S3 allows.
 *
 * @param segmentsPerPart 1 unless there are more segments than parts
 * @param partBytes the most bytes of a part whose segments are joined, or 0 if none are
 * @param inFlight how many parts are sent at once
 */
record PartPlan(int segmentsPerPart, long partBytes, int inFlight) {

  /** The smallest part that is not the last. */
  static final int MIN_PART_BYTES = 5 << 20;

  /** The largest part. */
  static final long MAX_PART_BYTES = 5L << 30;

  /** The most parts. */
  static final int MAX_PARTS = 10_000;

  // The rest is for headers and the tail.
  private static final int MAX_SEGMENT_PARTS = 9_990;

  // A part without segments is cut here: large enough that the tail of 64 TiB takes a few.
  private static final int LARGE_TAIL_PART = 64 << 20;

  /** The plan for an archive of unknown size: every segment is a part. */
  static PartPlan unbounded(S3Transfer transfer) {
    return new PartPlan(1, 0, transfer.partsInFlight());
  }

  /**
   * The plan for an archive within this bound.
   *
   * @throws UnsupportedImageException if the archive could become larger than an object, a part or
   *     the memory for parts may be
   */
  static PartPlan of(String location, ArchiveBound bound, S3Transfer transfer)
      throws UnsupportedImageException {
    if (bound.bytes() > transfer.maxObjectBytes()) {
      throw new UnsupportedImageException(
          location,
          "the archive may take %d bytes, an object has at most %d"
              .formatted(bound.bytes(), transfer.maxObjectBytes()));
    }
    long group = divideUp(bound.segments(), MAX_SEGMENT_PARTS);
    if (group <= 1) {
      return unbounded(transfer);
    }
    long part = group * divideUp(bound.bytes(), bound.segments());
    long inFlight = transfer.maxJoinedBytes() / part - 1;
    if (part > MAX_PART_BYTES) {
      throw new UnsupportedImageException(
          location,
          "a part may take %d bytes, should be at most %d".formatted(part, MAX_PART_BYTES));
    }
    if (inFlight < 1) {
      throw new UnsupportedImageException(
          location,
          "two parts may take %d bytes of memory, should be at most %d"
              .formatted(2 * part, transfer.maxJoinedBytes()));
    }
    return new PartPlan((int) group, part, (int) Math.min(inFlight, transfer.partsInFlight()));
  }

  private static long divideUp(long dividend, long divisor) {
    return (dividend + divisor - 1) / divisor;
  }

  /** The most chunks that parts in flight and the next one take, for what is copied. */
  int maxChunks() {
    // Beside its segments, a part has headers: at most as many as make a part of their own.
    long part = partBytes + LARGE_TAIL_PART + 2 * MIN_PART_BYTES;
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
}
