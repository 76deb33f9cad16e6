package amber.archive;

import amber.block.Block;
import amber.block.BlockDigest;
import amber.frame.FrameDecoder;
import amber.frame.FrameException;
import amber.work.Worker;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Reads segments: one read of the archive each, then frame by frame, every block checked against
 * its digest before it is handed on.
 */
public final class SegmentReader implements Worker<SegmentEntry, ReadSegment> {

  /** Takes the blocks that were read and checked. */
  @FunctionalInterface
  public interface Blocks {
    /**
     * One block.
     *
     * @param volume the volume's number
     * @param index the block's index
     * @param block its {@link Block#SIZE} bytes, good until this returns
     * @param digest its SHA-256
     */
    void accept(int volume, int index, ByteBuffer block, byte[] digest) throws IOException;
  }

  private final ArchiveReader archive;
  private final Blocks blocks;
  private final BlockFrames frames = new BlockFrames();
  private ByteBuffer stored = ByteBuffer.allocateDirect(0);

  /** One worker's share of reading an archive. */
  public SegmentReader(ArchiveReader archive, Blocks blocks) {
    this.archive = archive;
    this.blocks = blocks;
  }

  @Override
  public ReadSegment run(SegmentEntry entry) throws IOException {
    load(entry, entry.storedBytes());
    SegmentHeader header = readHeader(entry);
    for (int frame = 0; frame < header.frameCount(); frame++) {
      readFrame(entry, header, frame);
    }
    checkStoredBytes(entry, header);
    return new ReadSegment(entry, header);
  }

  /** Reads and checks a segment's header alone; what its blocks are was checked before. */
  public ReadSegment readHeaderOf(SegmentEntry entry) throws IOException {
    load(entry, Math.min(headerBytes(entry), entry.storedBytes()));
    return new ReadSegment(entry, readHeader(entry));
  }

  /** Reads the first bytes of a segment. */
  private void load(SegmentEntry entry, int length) throws IOException {
    if (entry.storedBytes() > archive.index().geometry().maxSegmentBytes()) {
      throw corrupt(entry, "stored length %d is too large".formatted(entry.storedBytes()), null);
    }
    if (stored.capacity() < archive.source().capacityFor(length)) {
      // Once and for all: a buffer that grows step by step leaves its smaller selves behind.
      int largest = Math.max(length, archive.largestSegmentBytes());
      stored = ByteBuffer.allocateDirect(archive.source().capacityFor(largest));
    }
    archive.source().readRoomily(entry.offset(), stored.clear().limit(length));
    stored.flip();
  }

  private int headerBytes(SegmentEntry entry) {
    int frameCount = archive.index().geometry().frames(entry.blocks());
    return SegmentHeader.frameBytes(entry.blocks(), frameCount);
  }

  private SegmentHeader readHeader(SegmentEntry entry) throws CorruptArchiveException {
    int headerBytes = headerBytes(entry);
    if (headerBytes > stored.limit()) {
      throw corrupt(
          entry, "stored length %d has no room for its header".formatted(stored.limit()), null);
    }
    SegmentHeader header;
    ByteBuffer headerFrame = stored.slice(0, headerBytes);
    try {
      header = SegmentHeader.read(headerFrame);
    } catch (BadStructureException e) {
      throw corrupt(entry, e.getMessage(), null);
    }
    VolumeEntry volume = archive.index().volumes().get(entry.volume());
    int[] listed = volume.listed().slice((int) entry.firstOrdinal(), entry.blocks());
    if (!Arrays.equals(SegmentHeader.hashOf(headerFrame), entry.headerHash())
        || !header.uuid().equals(archive.index().uuid())
        || header.number() != entry.number()
        || header.volume() != entry.volume()
        || header.volumeBytes() != volume.sizeBytes()
        || header.firstOrdinal() != entry.firstOrdinal()
        || header.blocksPerFrame() != archive.index().geometry().blocksPerFrame()
        || header.zeroBlocks() != entry.zeroBlocks()
        || !Arrays.equals(header.blocks(), listed)
        || headerBytes + header.dataBytes() != entry.storedBytes()) {
      throw corrupt(entry, "its header is not the one that the index names", null);
    }
    stored.position(headerBytes);
    return header;
  }

  private void readFrame(SegmentEntry entry, SegmentHeader header, int frame) throws IOException {
    int at = stored.position();
    int length = header.frameLengths()[frame];
    stored.position(at + length);
    ByteBuffer bytes = stored.slice(at, length);
    int first = frame * header.blocksPerFrame();
    try {
      frames.decode(bytes, header, frame);
      FrameDecoder.checkKind(bytes);
    } catch (FrameException e) {
      throw corrupt(
          entry,
          "frame at byte %d (block %d on): %s"
              .formatted(entry.offset() + at, header.blocks()[first], e.getMessage()),
          e);
    }
    checkDigests(entry, header, frame);
    // Only then are they handed on, one after the other: threads that write to one file in turn
    // wait less for each other if one writes a frame while another decodes and hashes.
    for (int i = 0; i < header.blocksIn(frame); i++) {
      blocks.accept(
          entry.volume(), header.blocks()[first + i], frames.block(i), header.digest(first + i));
    }
  }

  private void checkDigests(SegmentEntry entry, SegmentHeader header, int frame)
      throws CorruptArchiveException {
    int first = frame * header.blocksPerFrame();
    for (int i = 0; i < header.blocksIn(frame); i++) {
      byte[] expected = header.digest(first + i);
      if (!Arrays.equals(frames.digest(i), expected)) {
        throw corrupt(
            entry,
            "block %d has SHA-256 %s, its header says %s"
                .formatted(
                    header.blocks()[first + i],
                    BlockDigest.hex(frames.digest(i)),
                    BlockDigest.hex(expected)),
            null);
      }
    }
  }

  /** A few bits of a compressed frame can change without changing what it holds. */
  private void checkStoredBytes(SegmentEntry entry, SegmentHeader header)
      throws CorruptArchiveException {
    CRC32C crc = new CRC32C();
    crc.update(stored.position(header.frameBytes()));
    if ((int) crc.getValue() != header.dataCrc32c()) {
      throw corrupt(
          entry,
          "its frames have CRC-32C %08x, its header says %08x"
              .formatted((int) crc.getValue(), header.dataCrc32c()),
          null);
    }
  }

  private CorruptArchiveException corrupt(SegmentEntry entry, String problem, Exception cause) {
    return new CorruptArchiveException(archive.location(), entry + ": " + problem, cause);
  }

  @Override
  public void close() {
    frames.close();
  }
}
