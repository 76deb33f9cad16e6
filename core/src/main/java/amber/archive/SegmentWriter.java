package amber.archive;

import amber.block.Block;
import amber.block.BlockDigest;
import amber.block.BlockReader;
import amber.frame.FrameEncoder;
import amber.store.PendingArchive;
import amber.work.BufferPool;
import amber.work.Worker;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Makes segments: reads a frame's blocks, and compresses them straight into the segment's buffer
 * while they are warm.
 */
public final class SegmentWriter implements Worker<PlannedSegment, PackedSegment> {

  private final Plan plan;
  private final SegmentReaders readers;
  private final BufferPool segmentBuffers;
  private final PendingArchive archive;
  private final FrameEncoder encoder;
  private final ByteBuffer plain;
  private ByteBuffer zeroFrame = ByteBuffer.allocateDirect(0);

  /**
   * One worker's share.
   *
   * @param plan says what goes into each segment
   * @param readers each segment's blocks
   * @param level the zstd level
   * @param segmentBuffers where finished segments come from; whoever takes a segment gives its
   *     buffer back
   * @param archive what the segments will be appended to; it says how large a segment's buffer is
   */
  public SegmentWriter(
      Plan plan,
      SegmentReaders readers,
      int level,
      BufferPool segmentBuffers,
      PendingArchive archive) {
    this.plan = plan;
    this.readers = readers;
    this.segmentBuffers = segmentBuffers;
    this.archive = archive;
    this.encoder = new FrameEncoder(level);
    this.plain = ByteBuffer.allocateDirect(plan.geometry().frameBytes());
  }

  @Override
  public PackedSegment run(PlannedSegment planned) throws IOException {
    ByteBuffer out = segmentBuffers.take();
    try (BlockReader reader = readers.open(planned)) {
      return write(planned, reader, out);
    } catch (IOException | RuntimeException e) {
      segmentBuffers.give(out);
      throw e;
    }
  }

  private PackedSegment write(PlannedSegment planned, BlockReader reader, ByteBuffer out)
      throws IOException {
    int[] blocks = planned.blocks();
    byte[] digests = new byte[blocks.length * Block.DIGEST_SIZE];
    int[] frameLengths = new int[plan.geometry().frames(blocks.length)];
    SegmentHeader header =
        new SegmentHeader(
            plan.stamp().uuid(),
            planned.number(),
            planned.volume().number(),
            planned.volume().sizeBytes(),
            planned.firstOrdinal(),
            plan.geometry().blocksPerFrame(),
            blocks,
            digests,
            frameLengths,
            0);
    CRC32C crc = new CRC32C();
    out.position(header.frameBytes());
    for (int frame = 0; frame < frameLengths.length; frame++) {
      boolean zero = readFrame(header, frame, reader);
      int length = zero ? appendZeroFrame(out) : encoder.encode(plain, out);
      frameLengths[frame] = length;
      crc.update(out.slice(out.position() - length, length));
    }
    int end = out.position();
    out.position(0);
    header = header.withDataCrc32c((int) crc.getValue());
    byte[] headerHash = header.write(out);
    byte[] headerFrame = new byte[header.frameBytes()];
    out.get(0, headerFrame);
    archive.prepare(out.position(0).limit(end));
    return new PackedSegment(planned, header, headerHash, ByteBuffer.wrap(headerFrame), out);
  }

  /** Reads a frame's blocks and digests, and says whether it is a whole frame of zero blocks. */
  private boolean readFrame(SegmentHeader header, int frame, BlockReader reader)
      throws IOException {
    boolean zero = true;
    int first = frame * header.blocksPerFrame();
    // The frame before may have been short, and of another volume.
    plain.clear();
    for (int i = 0; i < header.blocksIn(frame); i++) {
      byte[] digest = reader.next(plain.slice(i * Block.SIZE, Block.SIZE));
      System.arraycopy(
          digest, 0, header.digests(), (first + i) * Block.DIGEST_SIZE, Block.DIGEST_SIZE);
      zero &= BlockDigest.isZeroBlock(digest, 0);
    }
    plain.limit(header.plainBytes(frame));
    return zero && plain.limit() == plain.capacity();
  }

  private int appendZeroFrame(ByteBuffer out) throws IOException {
    if (zeroFrame.capacity() == 0) {
      int start = out.position();
      int length = encoder.encode(plain, out);
      zeroFrame = ByteBuffer.allocateDirect(length).put(out.slice(start, length)).flip();
      return length;
    }
    out.put(zeroFrame.duplicate());
    return zeroFrame.limit();
  }

  @Override
  public void close() {
    encoder.close();
  }
}
