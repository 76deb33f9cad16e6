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
import java.util.List;

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
    try (SegmentReaders readers = new SegmentReaders(plan.segments(), sources);
        WorkAhead<PlannedSegment, Passed> segments =
            new WorkAhead<>(readers, threads, 2 * threads, () -> new Passing(readers, blocks))) {
      while (segments.hasNext()) {
        Passed passed = segments.next();
        linear.get(passed.volume()).update(passed.digests());
        progress.done(passed.digests().length / Block.DIGEST_SIZE, passed.zeroBlocks(), 0);
      }
    }
    for (BlockSource source : sources) {
      source.confirmUnchanged();
    }
    return linear.stream().map(MessageDigest::digest).toList();
  }

  /** A segment whose blocks were handed on. */
  private record Passed(int volume, byte[] digests, int zeroBlocks) {}

  /** One thread's share. */
  private static final class Passing implements Worker<PlannedSegment, Passed> {
    private final SegmentReaders readers;
    private final SegmentReader.Blocks blocks;
    private final ByteBuffer slot = ByteBuffer.allocateDirect(Block.SIZE);

    Passing(SegmentReaders readers, SegmentReader.Blocks blocks) {
      this.readers = readers;
      this.blocks = blocks;
    }

    @Override
    public Passed run(PlannedSegment segment) throws IOException {
      int volume = segment.volume().number();
      byte[] digests = new byte[segment.blocks().length * Block.DIGEST_SIZE];
      int zeroBlocks = 0;
      int at = 0;
      try (BlockReader reader = readers.open(segment)) {
        for (int index : segment.blocks()) {
          byte[] digest = reader.next(slot.clear());
          blocks.accept(volume, index, slot, digest);
          System.arraycopy(digest, 0, digests, at, Block.DIGEST_SIZE);
          zeroBlocks += BlockDigest.isZeroBlock(digest, 0) ? 1 : 0;
          at += Block.DIGEST_SIZE;
        }
      }
      return new Passed(volume, digests, zeroBlocks);
    }

    @Override
    public void close() {
      // The slot is the garbage collector's.
    }
  }
}
