package amber.block;

import org.roaringbitmap.PeekableIntIterator;
import org.roaringbitmap.RoaringBitmap;

/**
 * Which blocks of a volume are listed, ascending and compressed: a few MiB for 64 TiB.
 *
 * <p>Safe for many readers once it is built.
 */
public final class BlockSet {

  private final RoaringBitmap blocks;
  private final int size;
  private final int extentCount;

  private BlockSet(RoaringBitmap blocks) {
    blocks.runOptimize();
    this.blocks = blocks;
    this.size = blocks.getCardinality();
    int[] extents = {0};
    forEachExtent((first, count) -> extents[0]++);
    this.extentCount = extents[0];
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
    iterator.advanceIfNeeded(blocks.select(ordinal));
    for (int i = 0; i < count; i++) {
      indexes[i] = iterator.next();
    }
    return indexes;
  }

  /** Visits the extents in ascending order. */
  public <E extends Exception> void forEachExtent(ExtentConsumer<E> consumer) throws E {
    PeekableIntIterator iterator = blocks.getIntIterator();
    if (!iterator.hasNext()) {
      return;
    }
    int first = iterator.next();
    int next = first + 1;
    while (iterator.hasNext()) {
      int index = iterator.next();
      if (index != next) {
        consumer.accept(first, next - first);
        first = index;
      }
      next = index + 1;
    }
    consumer.accept(first, next - first);
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
