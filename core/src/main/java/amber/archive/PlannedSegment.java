package amber.archive;

import amber.image.Volume;

/**
 * A segment to be made.
 *
 * @param number its place in the archive, from 0
 * @param volume whose blocks it holds
 * @param firstOrdinal the place of its first block among the volume's listed blocks
 * @param blocks the blocks' indexes, ascending
 */
public record PlannedSegment(int number, Volume volume, int firstOrdinal, int[] blocks) {

  /** How messages name the segment. */
  @Override
  public String toString() {
    return "segment %d (%s, blocks %d to %d)"
        .formatted(number, volume, blocks[0], blocks[blocks.length - 1]);
  }
}
