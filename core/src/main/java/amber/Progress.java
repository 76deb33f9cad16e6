package amber;

import amber.block.Block;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;

/**
 * Counts what a flow has done. Flows add; whoever shows progress takes snapshots at its own pace.
 */
public final class Progress {

  private final AtomicLong totalBlocks = new AtomicLong(-1);
  private final LongAdder blocks = new LongAdder();
  private final LongAdder zeroBlocks = new LongAdder();
  private final LongAdder storedBytes = new LongAdder();

  /**
   * The counts at one moment.
   *
   * @param totalBlocks how many blocks there are to do, -1 while that is unknown
   * @param blocks how many blocks are done
   * @param zeroBlocks how many of them were zero blocks
   * @param storedBytes what the blocks done take in the archive
   */
  public record Snapshot(long totalBlocks, long blocks, long zeroBlocks, long storedBytes) {}

  /** The counts now; not exactly of one instant while work goes on. */
  public Snapshot snapshot() {
    return new Snapshot(totalBlocks.get(), blocks.sum(), zeroBlocks.sum(), storedBytes.sum());
  }

  /** Says how many blocks there are to do. */
  public void begin(long total) {
    totalBlocks.set(total);
  }

  /** Adds blocks that are done, how many of them were zero blocks, and what they take. */
  public void done(long blockCount, long zeroBlockCount, long stored) {
    blocks.add(blockCount);
    zeroBlocks.add(zeroBlockCount);
    storedBytes.add(stored);
  }

  /**
   * Counts a copy, which knows bytes and no blocks.
   *
   * @param totalBytes how many there are to copy
   * @return to be told how many bytes were copied since it was last told; many threads may
   */
  public LongConsumer copying(long totalBytes) {
    begin(Block.count(totalBytes));
    AtomicLong copied = new AtomicLong();
    return count -> {
      long now = copied.addAndGet(count);
      done(blocks(now, totalBytes) - blocks(now - count, totalBytes), 0, 0);
    };
  }

  /** A block counts when all of it is copied. */
  private static long blocks(long copied, long total) {
    return copied >= total ? Block.count(total) : copied / Block.SIZE;
  }
}
