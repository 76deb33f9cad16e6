package amber;

import amber.archive.PlannedSegment;
import amber.block.Block;
import amber.block.BlockDigest;
import amber.block.PendingVolume;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.IntFunction;

/** The segments of an image's copy with which an earlier run was done. */
final class DoneSegments {

  private final ReadPlan plan;
  private final Set<Integer> whole;
  private final IntFunction<PendingVolume> volumes;
  private final BitSet segments = new BitSet();
  private long blocksKept;
  private long zeroBlocksKept;

  /** Hears of segments that are kept. */
  @FunctionalInterface
  interface Kept {
    /**
     * One of them.
     *
     * @param digests of its blocks, one after the other
     */
    void accept(int volume, int segment, byte[] digests) throws IOException;
  }

  private DoneSegments(ReadPlan plan, Set<Integer> whole, IntFunction<PendingVolume> volumes) {
    this.plan = plan;
    this.whole = whole;
    this.volumes = volumes;
  }

  /** None: there was no earlier run. */
  static DoneSegments none(ReadPlan plan) {
    return new DoneSegments(
        plan,
        Set.of(),
        volume -> {
          throw new IllegalStateException("bug: volume %d was not begun before".formatted(volume));
        });
  }

  /**
   * Reads what was noted, and tells the volumes of the blocks that they have.
   *
   * @param whole the volumes that have all of them
   */
  static DoneSegments of(
      ReadPlan plan, Set<Integer> whole, IntFunction<PendingVolume> volumes, UnpackJournal journal)
      throws IOException {
    DoneSegments done = new DoneSegments(plan, whole, volumes);
    journal.forEachKept(done::take);
    return done;
  }

  private void take(int volume, int number, byte[] digests) throws IOException {
    PlannedSegment segment = plan.segment(volume, number);
    int[] blocks = segment.blocks();
    if (digests.length != blocks.length * Block.DIGEST_SIZE) {
      throw new IOException(
          "a task's journal: has %d bytes of digests for %s, should have %d"
              .formatted(digests.length, segment, blocks.length * Block.DIGEST_SIZE));
    }
    if (segments.get(number)) {
      return;
    }
    segments.set(number);
    blocksKept += blocks.length;
    for (int i = 0; i < blocks.length; i++) {
      int at = i * Block.DIGEST_SIZE;
      zeroBlocksKept += BlockDigest.isZeroBlock(digests, at) ? 1 : 0;
      if (!whole.contains(volume)) {
        byte[] digest = Arrays.copyOfRange(digests, at, at + Block.DIGEST_SIZE);
        volumes.apply(volume).written(blocks[i], digest);
      }
    }
  }

  /** Takes segments whose blocks this run has handed to the volumes already. */
  void add(BitSet handedOn) {
    segments.or(handedOn);
  }

  /** Counts them as done. */
  void count(Progress progress) {
    progress.done(blocksKept, zeroBlocksKept, 0);
    for (Iterator<PlannedSegment> all = plan.segments(); all.hasNext(); ) {
      PlannedSegment segment = all.next();
      // Of a volume that is whole, not all may have been noted.
      if (isDone(segment) && !segments.get(segment.number())) {
        progress.done(segment.blocks().length, 0, 0);
      }
    }
  }

  boolean isDone(PlannedSegment segment) {
    return whole.contains(segment.volume().number()) || segments.get(segment.number());
  }

  /** The other segments, in their order. */
  Iterator<PlannedSegment> missing() {
    Iterator<PlannedSegment> all = plan.segments();
    return new Iterator<>() {
      private PlannedSegment ahead;

      @Override
      public boolean hasNext() {
        while (ahead == null && all.hasNext()) {
          PlannedSegment segment = all.next();
          ahead = isDone(segment) ? null : segment;
        }
        return ahead != null;
      }

      @Override
      public PlannedSegment next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        PlannedSegment segment = ahead;
        ahead = null;
        return segment;
      }
    };
  }
}
