package amber.archive;

/**
 * Where the index says a segment is, and what it holds.
 *
 * @param number its place in the archive, from 0
 * @param offset where its header begins in the archive
 * @param firstOrdinal the place of its first block among the volume's listed blocks
 * @param volume the volume's number
 * @param blocks how many blocks it holds
 * @param zeroBlocks how many of them are zero blocks
 * @param storedBytes its length, from the header to the last data frame
 * @param headerHash the SHA-256 of its header
 */
public record SegmentEntry(
    int number,
    long offset,
    long firstOrdinal,
    int volume,
    int blocks,
    int zeroBlocks,
    int storedBytes,
    byte[] headerHash) {

  /** How messages name the segment. */
  @Override
  public String toString() {
    return "segment %d (volume %d) at byte %d".formatted(number, volume, offset);
  }
}
