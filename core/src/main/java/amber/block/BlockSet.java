package amber.block;

import org.roaringbitmap.PeekableIntIterator;
import org.roaringbitmap.RoaringBitmap;

/**
 * Which blocks of a volume are listed, ascending and compressed: a few MiB for 64 TiB.
 *
 * <p>Safe for many readers once it is built.
 */
public final class BlockSet {

  /** Every how many blocks the place of a block is noted, so that none is far from a noted one. */
  private static final int SAMPLE_BLOCKS = 512;

  private final RoaringBitmap blocks;
  private final int size;
  private final int extentCount;

  /** Index of the listed blocks number 0, 512, 1024 and so on. */
  private final int[] samples;

  private BlockSet(RoaringBitmap blocks) {
    blocks.runOptimize();
    this.blocks = blocks;
    this.size = blocks.getCardinality();
    this.samples = new int[(size + SAMPLE_BLOCKS - 1) / SAMPLE_BLOCKS];
    int extents = 0;
    int ordinal = 0;
    for (long first = first(); first >= 0; extents++) {
      long end = blocks.nextAbsentValue((int) first);
      int count = (int) (end - first);
      int sample = (ordinal + SAMPLE_BLOCKS - 1) / SAMPLE_BLOCKS;
      for (; sample * SAMPLE_BLOCKS < ordinal + count; sample++) {
        samples[sample] = (int) first + sample * SAMPLE_BLOCKS - ordinal;
      }
      ordinal += count;
      first = blocks.nextValue((int) end);
    }
    this.extentCount = extents;
  }

  /** Collects a set; indexes may come in any order. */
  public static final class Builder {
    private final RoaringBitmap blocks = new RoaringBitmap();

    /** Adds the blocks from {@code first}, {@code count} of them. */
    public Builder add(int first, int count) {
      blocks.add((long) first, (long) first + count);
      return this;
    }

    /** The set of what was added so far; the builder is used up. */
    public BlockSet build() {
      return new BlockSet(blocks);
    }
  }

  /**
   * Takes extents of neighbouring blocks.
   *
   * @param <E> how it may fail
   */
  @FunctionalInterface
  public interface ExtentConsumer<E extends Exception> {
    /** One extent: {@code count} blocks from {@code first}, with absent blocks on both sides. */
    void accept(int first, int count) throws E;
  }

  /** How many blocks are listed. */
  public int size() {
    return size;
  }

  /** How many runs of neighbouring blocks there are. */
  public int extentCount() {
    return extentCount;
  }

  /** Whether block {@code index} is listed. */
  public boolean contains(int index) {
    return blocks.contains(index);
  }

  /** The largest listed index. */
  public int last() {
    return blocks.last();
  }

  /** The indexes of the listed blocks number {@code ordinal} to {@code ordinal + count - 1}. */
  public int[] slice(int ordinal, int count) {
    int[] indexes = new int[count];
    if (count == 0) {
      return indexes;
    }
    PeekableIntIterator iterator = blocks.getIntIterator();
    iterator.advanceIfNeeded(samples[ordinal / SAMPLE_BLOCKS]);
    for (int skip = ordinal % SAMPLE_BLOCKS; skip > 0; skip--) {
      iterator.next();
    }
    for (int i = 0; i < count; i++) {
      indexes[i] = iterator.next();
    }
    return indexes;
  }

  /** Visits the extents in ascending order. */
  public <E extends Exception> void forEachExtent(ExtentConsumer<E> consumer) throws E {
    for (long first = first(); first >= 0; ) {
      // Runs, not blocks: 64 TiB in one extent are one step.
      long end = blocks.nextAbsentValue((int) first);
      consumer.accept((int) first, (int) (end - first));
      first = blocks.nextValue((int) end);
    }
  }

  private long first() {
    return blocks.isEmpty() ? -1 : blocks.first();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BlockSet set && blocks.equals(set.blocks);
  }

  @Override
  public int hashCode() {
    return blocks.hashCode();
  }

  @Override
  public String toString() {
    return "%d blocks in %d extents".formatted(size, extentCount);
  }
}
