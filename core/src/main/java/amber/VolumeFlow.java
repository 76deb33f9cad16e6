package amber;

import amber.archive.PlannedSegment;
import amber.archive.SegmentReader;
import amber.archive.SegmentReaders;
import amber.block.Block;
import amber.block.BlockDigest;
import amber.block.BlockReader;
import amber.block.BlockSource;
import amber.work.WorkAhead;
import amber.work.Worker;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads the listed blocks of volumes on several threads, and hands each on with its digest, which
 * its reader made when it checked the block: no block is hashed twice. Readers are opened ahead of
 * the work, so that the blocks of sources that are far away are on their way.
 */
final class VolumeFlow {

  private final ReadPlan plan;
  private final List<? extends BlockSource> sources;
  private final int threads;
  private final Progress progress;

  /** Where blocks go. Called by many threads at once. */
  interface Target {
    /** What takes the blocks of a segment that is about to be read; for one thread. */
    SegmentTarget begin(PlannedSegment segment);
  }

  /** Where the blocks of one segment go. */
  interface SegmentTarget {
    /** The next one. */
    void accept(int index, ByteBuffer block, byte[] digest) throws IOException;

    /**
     * All of them came.
     *
     * @param digests one after the other
     */
    default void end(byte[] digests) {}
  }

  VolumeFlow(ReadPlan plan, List<? extends BlockSource> sources, int threads, Progress progress) {
    PackOptions.checkThreads(threads);
    this.plan = plan;
    this.sources = sources;
    this.threads = threads;
    this.progress = progress;
  }

  /**
   * Reads all, and checks in the end that no source has changed meanwhile.
   *
   * @param blocks takes each block; called by many threads at once, in any order
   * @return the LINEAR digest of each volume
   */
  List<byte[]> run(SegmentReader.Blocks blocks) throws IOException {
    progress.begin(plan.blockCount());
    List<MessageDigest> linear = new ArrayList<>();
    plan.volumes().forEach(volume -> linear.add(BlockDigest.newSha256()));
    run(
        plan.segments(),
        segment -> {
          int volume = segment.volume().number();
          return (index, block, digest) -> blocks.accept(volume, index, block, digest);
        },
        passed -> linear.get(passed.volume()).update(passed.digests()));
    return linear.stream().map(MessageDigest::digest).toList();
  }

  /** As above, but for the segments with which an earlier run was done. */
  void run(DoneSegments done, Target target) throws IOException {
    progress.begin(plan.blockCount());
    done.count(progress);
    runMissing(done, target);
  }

  /** As above, where those are counted already. */
  void runMissing(DoneSegments done, Target target) throws IOException {
    run(done.missing(), target, passed -> {});
  }

  private void run(Iterator<PlannedSegment> missing, Target target, Consumer<Passed> next)
      throws IOException {
    try (SegmentReaders readers = new SegmentReaders(missing, sources);
        WorkAhead<PlannedSegment, Passed> segments =
            new WorkAhead<>(readers, threads, 2 * threads, () -> new Passing(readers, target))) {
      while (segments.hasNext()) {
        Passed passed = segments.next();
        next.accept(passed);
        progress.done(passed.digests().length / Block.DIGEST_SIZE, passed.zeroBlocks(), 0);
      }
    }
    for (BlockSource source : sources) {
      source.confirmUnchanged();
    }
  }

  /** A segment whose blocks were handed on. */
  private record Passed(int volume, byte[] digests, int zeroBlocks) {}

  /** One thread's share. */
  private static final class Passing implements Worker<PlannedSegment, Passed> {
    private final SegmentReaders readers;
    private final Target target;
    private final ByteBuffer slot = ByteBuffer.allocateDirect(Block.SIZE);

    Passing(SegmentReaders readers, Target target) {
      this.readers = readers;
      this.target = target;
    }

    @Override
    public Passed run(PlannedSegment segment) throws IOException {
      byte[] digests = new byte[segment.blocks().length * Block.DIGEST_SIZE];
      int zeroBlocks = 0;
      int at = 0;
      SegmentTarget blocks = target.begin(segment);
      try (BlockReader reader = readers.open(segment)) {
        for (int index : segment.blocks()) {
          byte[] digest = reader.next(slot.clear());
          blocks.accept(index, slot, digest);
          System.arraycopy(digest, 0, digests, at, Block.DIGEST_SIZE);
          zeroBlocks += BlockDigest.isZeroBlock(digest, 0) ? 1 : 0;
          at += Block.DIGEST_SIZE;
        }
      }
      blocks.end(digests);
      return new Passed(segment.volume().number(), digests, zeroBlocks);
    }

    @Override
    public void close() {
      // The slot is the garbage collector's.
    }
  }
}
