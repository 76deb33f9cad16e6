package amber.archive;

import amber.block.Block;
import amber.block.BlockSet;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Collects what the index holds while an archive is written. For one thread. */
final class IndexWriter {

  private final Plan plan;
  private final ByteBuffer segments;
  private final long[] zeroBlocks;
  private final long[] prologOffsets;
  private final long[] prologBytes;

  IndexWriter(Plan plan) {
    int volumes = plan.listed().size();
    this.plan = plan;
    this.segments =
        ByteBuffer.allocate(plan.segmentCount() * Index.SEGMENT_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    this.zeroBlocks = new long[volumes];
    this.prologOffsets = new long[volumes];
    this.prologBytes = new long[volumes];
  }

  void prolog(int volume, long offset, long storedBytes) {
    prologOffsets[volume] = offset;
    prologBytes[volume] = storedBytes;
  }

  /** Adds the next segment, in the order of the archive. */
  void segment(SegmentEntry segment) {
    zeroBlocks[segment.volume()] += segment.zeroBlocks();
    segments
        .putLong(segment.offset())
        .putLong(segment.firstOrdinal())
        .putInt(segment.volume())
        .putInt(segment.blocks())
        .putInt(segment.zeroBlocks())
        .putInt(segment.storedBytes())
        .put(segment.headerHash());
  }

  byte[] build() {
    List<BlockSet> listed = plan.listed();
    int extents = listed.stream().mapToInt(BlockSet::extentCount).sum();
    byte[] all =
        new byte
            [Index.HEAD_BYTES
                + listed.size() * Index.VOLUME_BYTES
                + extents * Index.EXTENT_BYTES
                + segments.capacity()
                + plan.manifest().length];
    ByteBuffer bytes = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(Index.MAGIC).putInt(Index.VERSION).putInt(Block.SIZE);
    bytes.putInt(listed.size()).putInt(plan.segmentCount());
    Uuids.put(bytes, plan.stamp().uuid());
    bytes.putInt(plan.geometry().blocksPerFrame()).putInt(plan.geometry().blocksPerSegment());
    bytes.putLong(plan.blockCount()).putInt(plan.manifest().length).putInt(0);
    int firstSegment = 0;
    for (int number = 0; number < listed.size(); number++) {
      BlockSet blocks = listed.get(number);
      int segmentCount = plan.geometry().segments(blocks.size());
      bytes
          .putLong(plan.image().volumes().get(number).sizeBytes())
          .putLong(blocks.size())
          .putLong(zeroBlocks[number])
          .putLong(blocks.extentCount())
          .putLong(prologOffsets[number])
          .putLong(prologBytes[number])
          .putInt(firstSegment)
          .putInt(segmentCount)
          .putLong(0);
      firstSegment += segmentCount;
    }
    for (BlockSet blocks : listed) {
      blocks.forEachExtent((first, count) -> bytes.putInt(first).putInt(count));
    }
    bytes.put(segments.flip()).put(plan.manifest());
    return all;
  }
}
