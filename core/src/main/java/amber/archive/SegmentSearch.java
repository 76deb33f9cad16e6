package amber.archive;

import amber.archive.ArchiveScan.FoundSegment;
import amber.frame.Magic;
import amber.image.Image;
import amber.image.Volume;
import amber.store.ArchiveSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * The search for segment headers in an archive's bytes, wherever they are.
 *
 * <p>Volumes may hold archives, and incompressible data is stored as it is: headers of inner
 * archives turn up as well. Every header is collected, with its archive's UUID, and the outermost
 * archive is told from the others at the end.
 */
final class SegmentSearch {

  // Read at a time while looking for a header: a compromise between requests and waste. Windows
  // overlap by the largest header.
  private static final int WINDOW_BYTES = 2 << 20;

  private static final byte FIRST_BYTE = (byte) Magic.SEGMENT;

  private final ArchiveSource source;
  private final ByteBuffer window =
      ByteBuffer.allocate(WINDOW_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private final Map<UUID, Candidate> candidates = new LinkedHashMap<>();

  SegmentSearch(ArchiveSource source) {
    this.source = source;
  }

  /**
   * The archive that was looked for.
   *
   * @param uuid its UUID, if a segment was found
   * @param segments its segments, each number once
   * @param volumeSizes sizes of its volumes
   * @param foreignSegments how many segments of other archives there are
   */
  record Result(
      Optional<UUID> uuid,
      List<FoundSegment> segments,
      SortedMap<Integer, Long> volumeSizes,
      int foreignSegments) {}

  /** The segments of one archive. */
  private static final class Candidate {
    private final List<FoundSegment> segments = new ArrayList<>();
    private final Set<Integer> numbers = new HashSet<>();
    private final SortedMap<Integer, Long> volumeSizes = new TreeMap<>();
    private long lastEnd;
    private int followers;

    void add(SegmentHeader header, long offset) {
      // The first header decides a volume's size; what contradicts it cannot be placed.
      Long size = volumeSizes.putIfAbsent(header.volume(), header.volumeBytes());
      boolean contradicts = size != null && size != header.volumeBytes();
      if (contradicts || !numbers.add(header.number())) {
        return;
      }
      segments.add(
          new FoundSegment(
              header.number(),
              header.volume(),
              offset,
              header.frameBytes(),
              header.blocks().length));
      followers += offset == lastEnd ? 1 : 0;
      lastEnd = offset + header.frameBytes() + header.dataBytes();
    }

    boolean fits(Image image) {
      for (Map.Entry<Integer, Long> size : volumeSizes.entrySet()) {
        List<Volume> volumes = image.volumes();
        if (size.getKey() >= volumes.size()
            || volumes.get(size.getKey()).sizeBytes() != size.getValue()) {
          return false;
        }
      }
      return true;
    }
  }

  /** Looks at every byte. */
  void run() throws IOException {
    long position = 0;
    while (source.sizeBytes() - position >= SegmentHeader.frameBytes(1, 1)) {
      int length = (int) Math.min(WINDOW_BYTES, source.sizeBytes() - position);
      source.read(position, window.clear().limit(length));
      // What begins near the border is looked at in the next window, where all of it is.
      boolean isLast = position + length == source.sizeBytes();
      int end = length - (isLast ? SegmentHeader.MAGIC_BYTES : SegmentHeader.MAX_FRAME_BYTES);
      for (int at = find(0, end); at >= 0; at = find(at + 1, end)) {
        visit(position + at, window.slice(at, length - at));
      }
      position += end + 1;
    }
  }

  /**
   * Where in the window, from {@code from} to {@code end}, something looks like a header, or -1.
   */
  private int find(int from, int end) {
    byte[] bytes = window.array();
    for (int at = from; at <= end; at++) {
      if (bytes[at] == FIRST_BYTE
          && window.getInt(at) == Magic.SEGMENT
          && SegmentHeader.hasMagic(window, at)) {
        return at;
      }
    }
    return -1;
  }

  private void visit(long offset, ByteBuffer start) {
    ByteBuffer bytes = start.order(ByteOrder.LITTLE_ENDIAN);
    long length = Integer.toUnsignedLong(bytes.getInt(4)) + Magic.SKIPPABLE_HEADER;
    // Somebody may have written beginnings of headers one after the other, each of which would be
    // copied and hashed as far as it says.
    if (length > bytes.limit() || !SegmentHeader.isPossible(bytes.limit((int) length))) {
      return;
    }
    try {
      SegmentHeader header = SegmentHeader.read(bytes);
      candidates.computeIfAbsent(header.uuid(), uuid -> new Candidate()).add(header, offset);
    } catch (BadStructureException e) {
      // It only looked like a header, or it is damaged: its segment is lost.
    }
  }

  /**
   * Tells the outermost archive: the one that the archive's end names, else among those that fit
   * the manifest the one whose segments most often follow each other directly. Segments of inner
   * archives do not, because the frames around them come in between.
   */
  Result choose(Optional<Image> image, Optional<UUID> uuidAtEnd) {
    Optional<UUID> chosen =
        uuidAtEnd.isPresent()
            ? uuidAtEnd
            : candidates.entrySet().stream()
                .filter(entry -> image.isEmpty() || entry.getValue().fits(image.get()))
                .max(
                    Comparator.comparingInt(
                            (Map.Entry<UUID, Candidate> entry) -> entry.getValue().followers)
                        .thenComparingInt(entry -> entry.getValue().segments.size()))
                .map(Map.Entry::getKey);
    Candidate found = chosen.map(candidates::get).orElseGet(Candidate::new);
    if (found == null || (image.isPresent() && !found.fits(image.get()))) {
      found = new Candidate();
    }
    SortedMap<Integer, Long> sizes = new TreeMap<>(found.volumeSizes);
    image.ifPresent(
        known -> known.volumes().forEach(volume -> sizes.put(volume.number(), volume.sizeBytes())));
    int all = candidates.values().stream().mapToInt(other -> other.segments.size()).sum();
    return new Result(chosen, List.copyOf(found.segments), sizes, all - found.segments.size());
  }
}
