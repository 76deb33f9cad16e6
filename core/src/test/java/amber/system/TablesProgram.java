package amber.system;

import amber.archive.ArchiveReader;
import amber.archive.ArchiveStamp;
import amber.archive.ArchiveWriter;
import amber.archive.Geometry;
import amber.archive.PackedSegment;
import amber.archive.Plan;
import amber.archive.PlannedSegment;
import amber.archive.SegmentEntry;
import amber.archive.SegmentHeader;
import amber.archive.SegmentLog;
import amber.archive.StructureCheck;
import amber.block.Block;
import amber.block.BlockSet;
import amber.image.Image;
import amber.image.Manifest;
import amber.image.Volume;
import amber.store.ArchiveSource;
import amber.store.FileStore;
import amber.store.PendingArchive;
import amber.store.StoredArchive;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * Writes an archive that has everything but its data, and reads its end, in a process whose memory
 * is bounded: TIB ARCHIVE, where all of TIB tebibytes is listed. What stands for the data is a hole
 * of the file.
 */
final class TablesProgram {

  private static final int FRAME_BYTES = 64 << 10;
  private static final int SEGMENT_ROOM = 3 << 20;

  private TablesProgram() {}

  public static void main(String[] arguments) throws IOException {
    long volumeBytes = Long.parseLong(arguments[0]) << 40;
    Path path = Path.of(arguments[1]);
    Plan plan = plan(volumeBytes);
    try (Sparse sparse = new Sparse(path);
        ArchiveWriter writer = new ArchiveWriter(plan, 3, sparse, SegmentLog.NONE)) {
      Segments segments = new Segments(plan);
      for (int number = 0; number < plan.segmentCount(); number++) {
        writer.append(segments.made(number), () -> {});
      }
      writer.finish();
      sparse.commit();
    }
    try (ArchiveSource source = FileStore.open(path)) {
      ArchiveReader reader = ArchiveReader.open(source);
      new StructureCheck(reader).checkSeekTable();
      long at = 0;
      for (int number = 0; number < plan.segmentCount(); number++) {
        SegmentEntry entry = reader.index().segment(number);
        if (entry.number() != number || entry.offset() < at) {
          throw new IllegalStateException(entry + ": should be segment " + number);
        }
        at = entry.offset() + entry.storedBytes();
      }
      System.out.printf(
          "%d segments, %d frames, %d bytes%n",
          reader.index().segmentCount(), reader.index().frameCount(), source.sizeBytes());
    }
    Path status = Path.of("/proc/self/status");
    if (Files.isReadable(status)) {
      Files.readAllLines(status).stream()
          .filter(line -> line.startsWith("VmHWM"))
          .forEach(System.out::println);
    }
  }

  private static Plan plan(long volumeBytes) {
    Volume volume = new Volume(0, volumeBytes, Optional.empty());
    Image image = new Image(Map.of("name", "tables"), List.of(volume));
    BlockSet listed = new BlockSet.Builder().add(0, Block.count(volumeBytes)).build();
    ArchiveStamp stamp = new ArchiveStamp(new UUID(1, 2), Instant.EPOCH, "amber tests");
    return new Plan(image, Manifest.write(image), List.of(listed), Geometry.DEFAULT, stamp);
  }

  /** Segments that are all alike but for their places. */
  private static final class Segments {
    private final SplittableRandom random = new SplittableRandom(1);
    private final Plan plan;
    private final byte[] digests;
    private final int[] frameLengths;
    private final ByteBuffer bytes = ByteBuffer.allocateDirect(SEGMENT_ROOM);

    Segments(Plan plan) {
      Geometry geometry = plan.geometry();
      this.plan = plan;
      this.digests = new byte[geometry.blocksPerSegment() * Block.DIGEST_SIZE];
      this.frameLengths = new int[geometry.frames(geometry.blocksPerSegment())];
      random.nextBytes(digests);
      Arrays.fill(frameLengths, FRAME_BYTES);
    }

    PackedSegment made(int number) {
      Volume volume = plan.image().volumes().get(0);
      int[] blocks = new int[plan.geometry().blocksPerSegment()];
      int first = number * blocks.length;
      Arrays.setAll(blocks, i -> first + i);
      SegmentHeader header =
          new SegmentHeader(
              plan.stamp().uuid(),
              number,
              0,
              volume.sizeBytes(),
              first,
              plan.geometry().blocksPerFrame(),
              blocks,
              digests,
              frameLengths,
              0);
      byte[] headerHash = new byte[Block.DIGEST_SIZE];
      random.nextBytes(headerHash);
      return new PackedSegment(
          new PlannedSegment(number, volume, first, blocks),
          header,
          headerHash,
          ByteBuffer.allocate(0),
          bytes.clear().limit((int) header.storedBytes()));
    }
  }

  /** A file in which segments are holes. */
  private static final class Sparse implements PendingArchive {
    private final Path path;
    private final FileChannel file;
    private long sizeBytes;

    Sparse(Path path) throws IOException {
      this.path = path;
      this.file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    @Override
    public void append(ByteBuffer bytes) throws IOException {
      int length = bytes.remaining();
      // By its buffer a segment is told from all else.
      if (bytes.capacity() == SEGMENT_ROOM) {
        bytes.position(bytes.limit());
      } else {
        for (long at = sizeBytes; bytes.hasRemaining(); ) {
          at += file.write(bytes, at);
        }
      }
      sizeBytes += length;
    }

    @Override
    public StoredArchive commit() {
      return new StoredArchive(path.toString(), sizeBytes);
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
