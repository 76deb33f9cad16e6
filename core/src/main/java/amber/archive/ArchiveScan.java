package amber.archive;

import amber.frame.FrameDecoder;
import amber.frame.FrameEncoder;
import amber.frame.FrameException;
import amber.frame.ZstdLibrary;
import amber.image.Image;
import amber.image.InvalidImageException;
import amber.image.Manifest;
import amber.image.UnsupportedImageException;
import amber.store.ArchiveSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
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
 * @param volumeSizes the size of every volume that is known of, by number: from the manifest, or
 *     where that is lost, from the segments
 * @param foreignSegments how many segment headers were passed over because they belong to other
 *     archives: a volume may hold archives itself
 */
public record ArchiveScan(
    Optional<byte[]> manifest,
    Optional<Image> image,
    Optional<UUID> uuid,
    List<FoundSegment> segments,
    SortedMap<Integer, Long> volumeSizes,
    int foreignSegments) {

  /**
   * A segment whose header is whole.
   *
   * @param number its place in the archive
   * @param volume the volume's number
   * @param offset where its header begins
   * @param headerBytes the header's length
   * @param blocks how many blocks it should hold
   */
  public record FoundSegment(int number, int volume, long offset, int headerBytes, int blocks) {

    /** How messages name the segment. */
    @Override
    public String toString() {
      return "segment %d (volume %d) at byte %d".formatted(number, volume, offset);
    }
  }

  /** Walks an archive from its first byte to its last. */
  public static ArchiveScan of(ArchiveSource source) throws IOException {
    ZstdLibrary.require();
    Optional<byte[]> manifest = readManifest(source);
    Optional<Image> image = Optional.empty();
    if (manifest.isPresent()) {
      try {
        image = Optional.of(Manifest.read(manifest.get(), source.location()));
      } catch (InvalidImageException | UnsupportedImageException e) {
        manifest = Optional.empty();
      }
    }
    SegmentSearch search = new SegmentSearch(source);
    search.run();
    SegmentSearch.Result found = search.choose(image, ArchiveReader.uuidAtEnd(source));
    return new ArchiveScan(
        manifest,
        image,
        found.uuid(),
        found.segments(),
        found.volumeSizes(),
        found.foreignSegments());
  }

  /** How many blocks the segments that were found should hold. */
  public long blockCount() {
    return segments.stream().mapToLong(FoundSegment::blocks).sum();
  }

  /** How many segment numbers are missing before the last one that was found. */
  public long missingBetween() {
    long last = segments.stream().mapToLong(FoundSegment::number).max().orElse(-1);
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
      TarArchiveEntry entry = firstEntry(first);
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

  /** The first entry of a tar stream, or null if there is none. */
  private static TarArchiveEntry firstEntry(byte[] tar) {
    try (TarArchiveInputStream in = new TarArchiveInputStream(new ByteArrayInputStream(tar))) {
      return in.getNextEntry();
    } catch (IOException e) {
      return null;
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
}
