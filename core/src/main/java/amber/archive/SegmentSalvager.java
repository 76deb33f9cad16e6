package amber.archive;

import amber.archive.ArchiveScan.FoundSegment;
import amber.frame.FrameException;
import amber.store.ArchiveSource;
import amber.work.Worker;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads what is whole of segments that a scan found. Frames stand alone: a damaged one costs its
 * own blocks and no others. Every block that is handed on matches its digest.
 */
public final class SegmentSalvager implements Worker<FoundSegment, SalvagedSegment> {

  private final ArchiveSource source;
  private final SegmentReader.Blocks blocks;
  private final BlockFrames frames = new BlockFrames();
  private ByteBuffer stored = ByteBuffer.allocateDirect(0);

  /** One worker's share of salvaging an archive. */
  public SegmentSalvager(ArchiveSource source, SegmentReader.Blocks blocks) {
    this.source = source;
    this.blocks = blocks;
  }

  @Override
  public SalvagedSegment run(FoundSegment segment) throws IOException {
    SegmentHeader header = readHeader(segment);
    List<String> damage = new ArrayList<>();
    int whole = 0;
    long offset = segment.offset() + segment.headerBytes();
    for (int frame = 0; frame < header.frameCount(); frame++) {
      int length = header.frameLengths()[frame];
      String where =
          "frame at byte %d (block %d on)"
              .formatted(offset, header.blocks()[frame * header.blocksPerFrame()]);
      if (offset + length > source.sizeBytes()) {
        damage.add(where + ": cut off");
      } else {
        whole += readFrame(header, frame, offset, where, damage);
      }
      offset += length;
    }
    return new SalvagedSegment(segment, header.blocks().length, whole, damage);
  }

  private SegmentHeader readHeader(FoundSegment segment) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(segment.headerBytes());
    source.read(segment.offset(), frame);
    try {
      return SegmentHeader.read(frame.flip());
    } catch (BadStructureException e) {
      throw new CorruptArchiveException(
          source.location(), segment + ": changed while it was read: " + e.getMessage());
    }
  }

  private int readFrame(
      SegmentHeader header, int frame, long offset, String where, List<String> damage)
      throws IOException {
    int length = header.frameLengths()[frame];
    if (stored.capacity() < length) {
      stored = ByteBuffer.allocateDirect(length);
    }
    source.read(offset, stored.clear().limit(length));
    try {
      frames.decode(stored.flip(), header, frame);
    } catch (FrameException e) {
      damage.add(where + ": " + e.getMessage());
      return 0;
    }
    int whole = 0;
    int first = frame * header.blocksPerFrame();
    for (int i = 0; i < header.blocksIn(frame); i++) {
      byte[] expected = header.digest(first + i);
      int index = header.blocks()[first + i];
      if (Arrays.equals(frames.digest(i), expected)) {
        blocks.accept(header.volume(), index, frames.block(i), expected);
        whole++;
      } else {
        damage.add("%s: block %d does not match its SHA-256".formatted(where, index));
      }
    }
    return whole;
  }

  @Override
  public void close() {
    frames.close();
  }
}
