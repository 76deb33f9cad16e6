package amber.benchmark;

import amber.archive.ArchiveStamp;
import amber.archive.ArchiveWriter;
import amber.archive.Geometry;
import amber.archive.PackedSegment;
import amber.archive.Plan;
import amber.archive.PlannedSegment;
import amber.archive.SegmentHeader;
import amber.archive.SegmentLog;
import amber.block.Block;
import amber.block.BlockSet;
import amber.frame.FrameEncoder;
import amber.image.Image;
import amber.image.Manifest;
import amber.image.Volume;
import amber.store.ArchiveSource;
import amber.store.PendingArchive;
import amber.store.StoredArchive;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;

/**
 * An archive of any size that has everything but its data: manifest, headers, index, seal, locator
 * and seek table are what the archive writer makes of made-up segments, whose bytes are counted and
 * forgotten: zeros are read there. It opens like any archive, but its segments are damaged.
 */
final class SparseArchive implements ArchiveSource {

  // No piece of an archive is larger, but for segments.
  private static final int LARGEST_KEPT = 4 << 20;

  private static final int LEAST_FRAME_BYTES = 1 << 20;

  private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(1 << 20).asReadOnlyBuffer();

  private final NavigableMap<Long, ByteBuffer> pieces = new TreeMap<>();
  private long sizeBytes;

  private SparseArchive() {}

  /** The archive of one volume of whole GiB, with frames of 4 MiB that became 1 to 1.5 MiB. */
  static SparseArchive of(long volumeBytes, Layout layout) throws IOException {
    Volume volume = new Volume(0, volumeBytes, Optional.empty());
    Image image = new Image(Map.of("name", "sparse"), List.of(volume));
    BlockSet listed = layout.of(volumeBytes);
    if (listed.size() % Geometry.DEFAULT.blocksPerSegment() != 0) {
      throw new IllegalArgumentException(listed + ", should fill their segments");
    }
    ArchiveStamp stamp = new ArchiveStamp(new UUID(1, 2), Instant.EPOCH, "amber benchmarks");
    Plan plan = new Plan(image, Manifest.write(image), List.of(listed), Geometry.DEFAULT, stamp);
    SparseArchive archive = new SparseArchive();
    try (PendingArchive pending = archive.new Pending();
        ArchiveWriter writer = new ArchiveWriter(plan, 3, pending, SegmentLog.NONE)) {
      Segments segments = new Segments(plan);
      for (int number = 0; number < plan.segmentCount(); number++) {
        writer.append(segments.made(planned(number, plan, layout)), () -> {});
      }
      writer.finish();
      pending.commit();
    }
    return archive;
  }

  /** What the plan would say; a million times over, arithmetic is quicker. */
  private static PlannedSegment planned(int number, Plan plan, Layout layout) {
    int firstOrdinal = number * plan.geometry().blocksPerSegment();
    int[] blocks = new int[plan.geometry().blocksPerSegment()];
    Arrays.setAll(blocks, i -> layout.index(firstOrdinal + i));
    return new PlannedSegment(number, plan.image().volumes().get(0), firstOrdinal, blocks);
  }

  @Override
  public String location() {
    return "sparse archive";
  }

  @Override
  public long sizeBytes() {
    return sizeBytes;
  }

  /** What was not kept is zeros. */
  @Override
  public void read(long position, ByteBuffer target) throws IOException {
    if (position + target.remaining() > sizeBytes) {
      throw new EOFException("%s: ends at byte %d".formatted(location(), sizeBytes));
    }
    long at = position;
    while (target.hasRemaining()) {
      Map.Entry<Long, ByteBuffer> piece = pieces.floorEntry(at);
      long inPiece = piece == null ? 0 : at - piece.getKey();
      if (piece != null && inPiece < piece.getValue().limit()) {
        int count = (int) Math.min(target.remaining(), piece.getValue().limit() - inPiece);
        target.put(piece.getValue().slice((int) inPiece, count));
        at += count;
      } else {
        Long next = pieces.ceilingKey(at);
        long gap = (next == null ? sizeBytes : next) - at;
        long room = Math.min(target.remaining(), ZEROS.capacity());
        int count = (int) Math.min(gap, room);
        target.put(ZEROS.slice(0, count));
        at += count;
      }
    }
  }

  @Override
  public void close() {
    // Nothing is open.
  }

  /** Segments whose digests and stored lengths look like real ones. */
  private static final class Segments {
    private final SplittableRandom random = new SplittableRandom(4);
    private final Plan plan;
    private final byte[] digests;
    private final int headerBytes;
    private final ByteBuffer bytes;

    Segments(Plan plan) {
      Geometry geometry = plan.geometry();
      this.plan = plan;
      this.digests = new byte[geometry.blocksPerSegment() * Block.DIGEST_SIZE];
      random.nextBytes(digests);
      int frames = geometry.frames(geometry.blocksPerSegment());
      int largestFrames = frames * FrameEncoder.bound(geometry.frameBytes());
      this.headerBytes = geometry.maxSegmentBytes() - largestFrames;
      this.bytes = ByteBuffer.allocateDirect(headerBytes + frames * 2 * LEAST_FRAME_BYTES);
    }

    PackedSegment made(PlannedSegment planned) {
      int[] frameLengths = new int[plan.geometry().frames(planned.blocks().length)];
      int stored = headerBytes;
      for (int frame = 0; frame < frameLengths.length; frame++) {
        frameLengths[frame] = LEAST_FRAME_BYTES + random.nextInt(LEAST_FRAME_BYTES / 2);
        stored += frameLengths[frame];
      }
      SegmentHeader header =
          new SegmentHeader(
              plan.stamp().uuid(),
              planned.number(),
              planned.volume().number(),
              planned.volume().sizeBytes(),
              planned.firstOrdinal(),
              plan.geometry().blocksPerFrame(),
              planned.blocks(),
              digests,
              frameLengths,
              0);
      byte[] headerHash = new byte[Block.DIGEST_SIZE];
      random.nextBytes(headerHash);
      ByteBuffer headerFrame = bytes.slice(0, headerBytes);
      return new PackedSegment(
          planned, header, headerHash, headerFrame, bytes.clear().limit(stored));
    }
  }

  /** Keeps the small pieces. */
  private final class Pending implements PendingArchive {

    @Override
    public void append(ByteBuffer bytes) {
      int length = bytes.remaining();
      if (length <= LARGEST_KEPT) {
        pieces.put(sizeBytes, ByteBuffer.allocate(length).put(bytes).flip());
      }
      bytes.position(bytes.limit());
      sizeBytes += length;
    }

    @Override
    public StoredArchive commit() {
      return new StoredArchive(location(), sizeBytes);
    }

    @Override
    public void close() {
      // There is nothing to discard.
    }
  }
}
