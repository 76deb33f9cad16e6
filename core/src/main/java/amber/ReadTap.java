package amber;

import amber.archive.PlannedSegment;
import amber.archive.SegmentReaders;
import amber.block.Block;
import amber.block.BlockReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.function.Predicate;

/**
 * Lets a {@link Packer} and an {@link ImageCopier} share one read: whatever the packer reads, the
 * copier gets as well, with the digest that was made when it was checked. Both cut the volumes into
 * the same segments, those of the default geometry.
 *
 * <p>For many threads, and for one copy.
 */
public final class ReadTap implements SegmentReaders.Tap {

  private final BitSet handedOn = new BitSet();
  private volatile Wanted wanted;

  /** What the copier wants, and where it goes. */
  private record Wanted(
      Predicate<PlannedSegment> segments, VolumeFlow.Target target, Settling settling) {}

  /** Waits until what was handed on has arrived. */
  @FunctionalInterface
  interface Settling {
    void run() throws IOException;
  }

  /** Opens the tap; until then the packer reads for itself alone. */
  void open(Predicate<PlannedSegment> segments, VolumeFlow.Target target, Settling settling) {
    wanted = new Wanted(segments, target, settling);
  }

  @Override
  public void settle() throws IOException {
    Wanted now = wanted;
    if (now != null) {
      now.settling().run();
    }
  }

  /** The numbers of the segments of which all blocks were handed on. */
  synchronized BitSet handedOn() {
    return (BitSet) handedOn.clone();
  }

  @Override
  public BlockReader reader(PlannedSegment segment, BlockReader reader) {
    Wanted now = wanted;
    return now != null && now.segments().test(segment)
        ? new Sharing(segment, reader, now.target().begin(segment))
        : reader;
  }

  private synchronized void handedOn(PlannedSegment segment) {
    handedOn.set(segment.number());
  }

  /** Reads for one, and hands on to the other. */
  private final class Sharing implements BlockReader {
    private final PlannedSegment segment;
    private final BlockReader reader;
    private final VolumeFlow.SegmentTarget target;
    private final byte[] digests;
    private int next;

    Sharing(PlannedSegment segment, BlockReader reader, VolumeFlow.SegmentTarget target) {
      this.segment = segment;
      this.reader = reader;
      this.target = target;
      this.digests = new byte[segment.blocks().length * Block.DIGEST_SIZE];
    }

    @Override
    public byte[] next(ByteBuffer slot) throws IOException {
      byte[] digest = reader.next(slot);
      System.arraycopy(digest, 0, digests, next * Block.DIGEST_SIZE, Block.DIGEST_SIZE);
      target.accept(segment.blocks()[next++], slot.duplicate(), digest);
      if (next == segment.blocks().length) {
        target.end(digests);
        handedOn(segment);
      }
      return digest;
    }

    @Override
    public void close() {
      reader.close();
    }
  }
}
