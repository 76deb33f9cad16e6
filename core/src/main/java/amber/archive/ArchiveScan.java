package amber.archive;

import amber.frame.FrameDecoder;
import amber.frame.FrameEncoder;
import amber.frame.FrameException;
import amber.frame.Magic;
import amber.image.Image;
import amber.image.InvalidImageException;
import amber.image.Manifest;
import amber.image.UnsupportedImageException;
import amber.store.ArchiveSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * What can be found in a damaged or cut archive without its end: it is walked forward from segment
 * header to segment header, each of which tells its volume, blocks and digests.
 *
 * @param manifest the manifest's bytes, if they are whole
 * @param image what they say
 * @param uuid the archive that the segments belong to, if any was found
 * @param segments the segments whose headers are whole, by their place in the archive; the last
 *     one's data may be cut
 * @param volumes the size of each volume of which a segment was found
 * @param foreignSegments how many segment headers of other archives were passed over: a volume may
 *     hold archives itself
 */
public record ArchiveScan(
    Optional<byte[]> manifest,
    Optional<Image> image,
    Optional<UUID> uuid,
    List<FoundSegment> segments,
    Map<Integer, Long> volumes,
    int foreignSegments) {

  // Read at a time while looking for a header: a compromise between requests and waste.
  private static final int WINDOW_BYTES = 1 << 20;

  /**
   * A segment whose header is whole.
   *
   * @param number its place in the archive
   * @param volume the volume's number
   * @param offset where its header begins
   * @param headerBytes the header's length
   */
  public record FoundSegment(int number, int volume, long offset, int headerBytes) {

    /** How messages name the segment. */
    @Override
    public String toString() {
      return "segment %d (volume %d) at byte %d".formatted(number, volume, offset);
    }
  }

  /** Walks an archive from its first byte to its last. */
  public static ArchiveScan of(ArchiveSource source) throws IOException {
    Optional<byte[]> manifest = readManifest(source);
    Optional<Image> image = Optional.empty();
    if (manifest.isPresent()) {
      try {
        image = Optional.of(Manifest.read(manifest.get(), source.location()));
      } catch (InvalidImageException | UnsupportedImageException e) {
        manifest = Optional.empty();
      }
    }
    Walk walk = new Walk(source);
    walk.run();
    return new ArchiveScan(
        manifest,
        image,
        Optional.ofNullable(walk.uuid),
        List.copyOf(walk.segments),
        Map.copyOf(walk.volumes),
        walk.foreignSegments);
  }

  /**
   * The size of every volume that is known of, by number: from the manifest, else from segments. A
   * segment that contradicts the manifest counts, because its header has a digest of its own.
   */
  public SortedMap<Integer, Long> volumeSizes() {
    SortedMap<Integer, Long> sizes = new TreeMap<>();
    image.ifPresent(
        known -> known.volumes().forEach(volume -> sizes.put(volume.number(), volume.sizeBytes())));
    sizes.putAll(volumes);
    return sizes;
  }

  /** How many segment numbers are missing before the last one that was found. */
  public int missingBetween() {
    int last = segments.stream().mapToInt(FoundSegment::number).max().orElse(-1);
    return last + 1 - segments.size();
  }

  private static Optional<byte[]> readManifest(ArchiveSource source) throws IOException {
    int window = (int) Math.min(source.sizeBytes(), FrameEncoder.bound(FrameStream.FRAME_BYTES));
    ByteBuffer start = ByteBuffer.allocateDirect(window);
    source.read(0, start);
    start.flip();
    try (FrameDecoder decoder = new FrameDecoder()) {
      int plainBytes = FrameDecoder.plainBytesAt(start, FrameStream.FRAME_BYTES);
      ByteBuffer plain = ByteBuffer.allocateDirect(plainBytes);
      start.limit(FrameDecoder.lengthAt(start));
      decoder.decode(start, plain);
      byte[] first = new byte[plainBytes];
      plain.flip().get(first);
      TarArchiveEntry entry =
          new TarArchiveInputStream(new ByteArrayInputStream(first)).getNextEntry();
      if (entry == null
          || !entry.getName().equals(Manifest.FILE)
          || entry.getSize() > Manifest.MAX_BYTES) {
        return Optional.empty();
      }
      return Optional.of(readMember(source, (int) entry.getSize()));
    } catch (FrameException | CorruptArchiveException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static byte[] readMember(ArchiveSource source, int contentBytes) throws IOException {
    long plain = TarHeaders.memberBytes(contentBytes);
    try (SmallFrames frames =
        new SmallFrames(
            source, "the manifest", 0, source.sizeBytes(), plain, (stored, size) -> {})) {
      return frames.readFile(contentBytes);
    }
  }

  /** The search for segment headers. */
  private static final class Walk {
    private final ArchiveSource source;
    private final ByteBuffer window =
        ByteBuffer.allocate(WINDOW_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final List<FoundSegment> segments = new ArrayList<>();
    private final Map<Integer, Long> volumes = new HashMap<>();
    private final Set<Integer> numbers = new HashSet<>();
    private UUID uuid;
    private int foreignSegments;

    Walk(ArchiveSource source) {
      this.source = source;
    }

    void run() throws IOException {
      long position = 0;
      while (source.sizeBytes() - position >= SegmentHeader.frameBytes(1, 1)) {
        int length = (int) Math.min(WINDOW_BYTES, source.sizeBytes() - position);
        source.read(position, window.clear().limit(length));
        long found = find(position, length);
        if (found >= 0) {
          position = visit(found);
        } else {
          // A magic number may lie across the border.
          position += Math.max(1, length - SegmentHeader.MAGIC_BYTES + 1);
        }
      }
    }

    /** Where in the window the next thing begins that looks like a header, or -1. */
    private long find(long position, int length) {
      for (int at = 0; at <= length - SegmentHeader.MAGIC_BYTES; at++) {
        if (window.getInt(at) == Magic.SEGMENT && SegmentHeader.hasMagic(window, at)) {
          return position + at;
        }
      }
      return -1;
    }

    /** Looks at what may be a header, and says where to look next. */
    private long visit(long offset) throws IOException {
      Optional<SegmentHeader> read = readHeader(offset);
      if (read.isEmpty()) {
        return offset + 1;
      }
      SegmentHeader header = read.get();
      long dataOffset = offset + header.frameBytes();
      if (uuid == null) {
        uuid = header.uuid();
      }
      if (!header.uuid().equals(uuid)) {
        foreignSegments++;
        return dataOffset;
      }
      if (numbers.add(header.number())) {
        segments.add(
            new FoundSegment(header.number(), header.volume(), offset, header.frameBytes()));
        volumes.putIfAbsent(header.volume(), header.volumeBytes());
      }
      // What lies inside a whole segment is data, whatever it looks like.
      long end = dataOffset + header.dataBytes();
      return end <= source.sizeBytes() ? end : dataOffset;
    }

    private Optional<SegmentHeader> readHeader(long offset) throws IOException {
      ByteBuffer start = ByteBuffer.allocate(Magic.SKIPPABLE_HEADER).order(ByteOrder.LITTLE_ENDIAN);
      source.read(offset, start);
      long length = Integer.toUnsignedLong(start.getInt(4)) + Magic.SKIPPABLE_HEADER;
      if (length > SegmentHeader.MAX_FRAME_BYTES || offset + length > source.sizeBytes()) {
        return Optional.empty();
      }
      ByteBuffer frame = ByteBuffer.allocate((int) length);
      source.read(offset, frame);
      try {
        return Optional.of(SegmentHeader.read(frame.flip()));
      } catch (BadStructureException e) {
        return Optional.empty();
      }
    }
  }
}
