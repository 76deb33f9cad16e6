package amber.archive;

import amber.block.Block;
import amber.block.BlockDigest;
import amber.block.BlockSet;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.List;

/** Collects what the index holds while an archive is written. For one thread; it must be closed. */
final class IndexWriter implements Closeable {

  private static final int PIECE_BYTES = 64 << 10;

  private final Plan plan;
  private final Spool segments = new Spool();
  private final ByteBuffer record =
      ByteBuffer.allocate(Index.SEGMENT_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private final long[] zeroBlocks;
  private final long[] prologOffsets;
  private final long[] prologBytes;

  IndexWriter(Plan plan) {
    int volumes = plan.listed().size();
    this.plan = plan;
    this.zeroBlocks = new long[volumes];
    this.prologOffsets = new long[volumes];
    this.prologBytes = new long[volumes];
  }

  void prolog(int volume, long offset, long storedBytes) {
    prologOffsets[volume] = offset;
    prologBytes[volume] = storedBytes;
  }

  /** Adds the next segment, in the order of the archive. */
  void segment(SegmentEntry segment) throws IOException {
    zeroBlocks[segment.volume()] += segment.zeroBlocks();
    record
        .clear()
        .putLong(segment.offset())
        .putLong(segment.firstOrdinal())
        .putInt(segment.volume())
        .putInt(segment.blocks())
        .putInt(segment.zeroBlocks())
        .putInt(segment.storedBytes())
        .put(segment.headerHash());
    segments.append(record.flip());
  }

  /** How long the index is, when all segments were added. */
  int sizeBytes() {
    long extents = plan.listed().stream().mapToLong(BlockSet::extentCount).sum();
    return Math.toIntExact(
        headBytes() + extents * Index.EXTENT_BYTES + segments.size() + plan.manifest().length);
  }

  private int headBytes() {
    return Index.HEAD_BYTES + plan.listed().size() * Index.VOLUME_BYTES;
  }

  /** The SHA-256 of the index. */
  byte[] sha256() throws IOException {
    MessageDigest sha256 = BlockDigest.newSha256();
    writeTo(new DigestOutputStream(OutputStream.nullOutputStream(), sha256));
    return sha256.digest();
  }

  /** Writes the index, as often as one likes. */
  void writeTo(OutputStream out) throws IOException {
    out.write(head());
    ByteBuffer extents = ByteBuffer.allocate(PIECE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (BlockSet blocks : plan.listed()) {
      blocks.forEachExtent(
          (first, count) -> {
            if (!extents.hasRemaining()) {
              out.write(extents.array());
              extents.clear();
            }
            extents.putInt(first).putInt(count);
          });
    }
    out.write(extents.array(), 0, extents.position());
    segments.forEach(
        0,
        segments.size(),
        Index.SEGMENT_BYTES,
        piece -> out.write(piece.array(), piece.arrayOffset(), piece.remaining()));
    out.write(plan.manifest());
  }

  private byte[] head() {
    List<BlockSet> listed = plan.listed();
    byte[] head = new byte[headBytes()];
    ByteBuffer bytes = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
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
    return head;
  }

  @Override
  public void close() throws IOException {
    segments.close();
  }
}
