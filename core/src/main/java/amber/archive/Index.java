package amber.archive;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;

/**
 * The content of {@code index.bin}: volumes, their extents, where each segment is, and the manifest
 * once more, so that an archive can be opened by its end alone.
 *
 * <p>Layout: docs/format.md, "Index". Segments are read from the bytes when they are asked for, so
 * that an index of a million segments costs no more than its bytes.
 */
public final class Index {

  /** The name of the index's member in the tar stream. */
  static final String FILE = "index.bin";

  static final int VERSION = 1;
  static final long MAGIC = 0x5844495245424D41L; // "AMBERIDX" in little-endian
  static final int HEAD_BYTES = 64;
  static final int VOLUME_BYTES = 64;
  static final int EXTENT_BYTES = 8;
  static final int SEGMENT_BYTES = 64;

  /** The largest index: 64 TiB in full take 128 MiB, and each million extents 8 more. */
  static final int MAX_BYTES = 1 << 30;

  private static final int HASH_BYTES = 32;

  private final UUID uuid;
  private final Geometry geometry;
  private final List<VolumeEntry> volumes;
  private final ByteBuffer segments;
  private final byte[] manifest;

  Index(
      UUID uuid,
      Geometry geometry,
      List<VolumeEntry> volumes,
      ByteBuffer segments,
      byte[] manifest) {
    this.uuid = uuid;
    this.geometry = geometry;
    this.volumes = List.copyOf(volumes);
    this.segments = segments;
    this.manifest = manifest;
  }

  /** The archive's UUID. */
  public UUID uuid() {
    return uuid;
  }

  /** How the archive is cut. */
  public Geometry geometry() {
    return geometry;
  }

  /** The volumes by number. */
  public List<VolumeEntry> volumes() {
    return volumes;
  }

  /** The manifest's bytes. */
  public byte[] manifest() {
    return manifest.clone();
  }

  /** How many segments the archive has. */
  public int segmentCount() {
    return segments.capacity() / SEGMENT_BYTES;
  }

  /** How many data frames the archive has. */
  public long frameCount() {
    long frames = 0;
    for (VolumeEntry volume : volumes) {
      frames += frameCount(volume);
    }
    return frames;
  }

  /** How many data frames a volume has: all its segments but the last one are full. */
  public long frameCount(VolumeEntry volume) {
    return geometry.frames(volume.listed().size());
  }

  /** Segment {@code number}. */
  public SegmentEntry segment(int number) {
    int at = number * SEGMENT_BYTES;
    byte[] hash = new byte[HASH_BYTES];
    segments.get(at + 32, hash);
    return new SegmentEntry(
        number,
        segments.getLong(at),
        segments.getLong(at + 8),
        segments.getInt(at + 16),
        segments.getInt(at + 20),
        segments.getInt(at + 24),
        segments.getInt(at + 28),
        hash);
  }

  /** Stored length of the largest segment, 0 if there is none. */
  public int largestSegmentBytes() {
    int largest = 0;
    for (int at = 0; at < segments.capacity(); at += SEGMENT_BYTES) {
      largest = Math.max(largest, segments.getInt(at + 28));
    }
    return largest;
  }

  /** Stored bytes of a volume's prolog and segments. */
  public long storedBytes(VolumeEntry volume) {
    long stored = volume.prologBytes();
    for (int i = 0; i < volume.segmentCount(); i++) {
      stored += segments.getInt((volume.firstSegment() + i) * SEGMENT_BYTES + 28);
    }
    return stored;
  }

  /** Checks that the segments hold each volume's listed blocks, in order and without gap. */
  void checkSegments(long blockCount) throws BadStructureException {
    long blocks = 0;
    int number = 0;
    for (int volume = 0; volume < volumes.size(); volume++) {
      VolumeEntry entry = volumes.get(volume);
      long ordinal = 0;
      long zeroBlocks = 0;
      for (int i = 0; i < entry.segmentCount(); i++, number++) {
        int at = number * SEGMENT_BYTES;
        long expected = Math.min(geometry.blocksPerSegment(), entry.listed().size() - ordinal);
        int zeros = segments.getInt(at + 24);
        BadStructureException.check(
            segments.getLong(at + 8) == ordinal
                && segments.getInt(at + 16) == volume
                && segments.getInt(at + 20) == expected
                && zeros >= 0
                && zeros <= expected
                && segments.getInt(at + 28) > 0,
            "index entry of segment %d is not the next segment of volume %d",
            number,
            volume);
        ordinal += expected;
        zeroBlocks += zeros;
      }
      BadStructureException.check(
          zeroBlocks == entry.zeroBlocks(),
          "index gives volume %d %d zero blocks, its segments hold %d",
          volume,
          entry.zeroBlocks(),
          zeroBlocks);
      blocks += ordinal;
    }
    BadStructureException.check(
        number == segmentCount() && blocks == blockCount,
        "index counts %d segments and %d blocks, the volumes have %d and %d",
        segmentCount(),
        blockCount,
        number,
        blocks);
  }

  /**
   * Checks that prologs and segments lie one after the other, in order, in this range of the
   * archive. Gaps may be there: padding.
   */
  void checkPlaces(long from, long to) throws BadStructureException {
    long position = from;
    for (int volume = 0; volume < volumes.size(); volume++) {
      VolumeEntry entry = volumes.get(volume);
      BadStructureException.check(
          entry.prologOffset() >= position
              && entry.prologBytes() > 0
              && entry.prologBytes() <= to - entry.prologOffset(),
          "index places the headers of volume %d at byte %d, %d bytes long",
          volume,
          entry.prologOffset(),
          entry.prologBytes());
      position = entry.prologOffset() + entry.prologBytes();
      for (int i = 0; i < entry.segmentCount(); i++) {
        int at = (entry.firstSegment() + i) * SEGMENT_BYTES;
        long offset = segments.getLong(at);
        int stored = segments.getInt(at + 28);
        BadStructureException.check(
            offset >= position && stored <= to - offset,
            "index places segment %d at byte %d, %d bytes long",
            entry.firstSegment() + i,
            offset,
            stored);
        position = offset + stored;
      }
    }
  }
}
