package amber.archive;

/**
 * A segment whose every block was read, checked and handed on, by this run or by an earlier one.
 *
 * @param entry what the index says of it
 * @param header what it says of itself
 */
public record ReadSegment(SegmentEntry entry, SegmentHeader header) {}
