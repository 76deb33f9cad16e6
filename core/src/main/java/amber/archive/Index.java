package amber.archive;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.UUID;

/**
 * The content of {@code index.bin}: volumes, their extents, where each segment is, and the manifest
 * once more, so that an archive can be opened by its end alone.
 *
 * <p>Layout: docs/format.md, "Index". Segments are read from the bytes when they are asked for, and
 * the bytes of a large index lie in a temporary file, so that a million segments cost no memory.
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

  // Where the fields of a segment's record are.
  private static final int OFFSET_AT = 0;
  private static final int ORDINAL_AT = 8;
  private static final int VOLUME_AT = 16;
  private static final int BLOCKS_AT = 20;
  private static final int ZEROS_AT = 24;
  private static final int STORED_AT = 28;
  private static final int HASH_AT = 32;

  private static final int HASH_BYTES = 32;
  private static final int PIECE_BYTES = 1024 * SEGMENT_BYTES;

  private final UUID uuid;
  private final Geometry geometry;
  private final List<VolumeEntry> volumes;
  private final Spool bytes;
  private final long segmentsAt;
  private final int segmentCount;
  private final byte[] manifest;
  private final long[] segmentBytes;
  private int largestSegmentBytes;

  /**
   * An index that was read; to be checked.
   *
   * @param bytes all of it
   * @param segmentsAt where in them the segments begin
   */
  Index(
      UUID uuid,
      Geometry geometry,
      List<VolumeEntry> volumes,
      Spool bytes,
      long segmentsAt,
      int segmentCount,
      byte[] manifest) {
    this.uuid = uuid;
    this.geometry = geometry;
    this.volumes = List.copyOf(volumes);
    this.bytes = bytes;
    this.segmentsAt = segmentsAt;
    this.segmentCount = segmentCount;
    this.manifest = manifest;
    this.segmentBytes = new long[volumes.size()];
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
    return segmentCount;
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

  /**
   * Segment {@code number}.
   *
   * @throws IOException if the index is so large that it is kept on disk, and cannot be read there
   */
  public SegmentEntry segment(int number) throws IOException {
    ByteBuffer record = ByteBuffer.allocate(SEGMENT_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.read(segmentsAt + (long) number * SEGMENT_BYTES, record);
    byte[] hash = new byte[HASH_BYTES];
    record.get(HASH_AT, hash);
    return new SegmentEntry(
        number,
        record.getLong(OFFSET_AT),
        record.getLong(ORDINAL_AT),
        record.getInt(VOLUME_AT),
        record.getInt(BLOCKS_AT),
        record.getInt(ZEROS_AT),
        record.getInt(STORED_AT),
        hash);
  }

  /** Goes through the segments' records in their order. */
  private final class Records {
    private final ByteBuffer piece =
        ByteBuffer.allocate(PIECE_BYTES).order(ByteOrder.LITTLE_ENDIAN).limit(0);
    private int next;
    private int at;

    void next() throws IOException {
      if (!piece.hasRemaining()) {
        long from = (long) next * SEGMENT_BYTES;
        long left = (long) segmentCount * SEGMENT_BYTES - from;
        bytes.read(segmentsAt + from, piece.clear().limit((int) Math.min(PIECE_BYTES, left)));
        piece.flip();
      }
      at = piece.position();
      piece.position(at + SEGMENT_BYTES);
      next++;
    }

    int number(int place) {
      return piece.getInt(at + place);
    }

    long longNumber(int place) {
      return piece.getLong(at + place);
    }
  }

  /** Writes all of the index, as it was read. */
  void writeTo(OutputStream out) throws IOException {
    bytes.forEach(
        0,
        bytes.size(),
        1,
        piece -> out.write(piece.array(), piece.arrayOffset(), piece.remaining()));
  }

  /** Stored length of the largest segment, 0 if there is none. */
  public int largestSegmentBytes() {
    return largestSegmentBytes;
  }

  /** Stored bytes of a volume's prolog and segments. */
  public long storedBytes(VolumeEntry volume) {
    return volume.prologBytes() + segmentBytes[volumes.indexOf(volume)];
  }

  /** Checks that the segments hold each volume's listed blocks, in order and without gap. */
  void checkSegments(long blockCount) throws IOException, BadStructureException {
    long blocks = 0;
    int number = 0;
    Records records = new Records();
    for (int volume = 0; volume < volumes.size(); volume++) {
      VolumeEntry entry = volumes.get(volume);
      long ordinal = 0;
      long zeroBlocks = 0;
      for (int i = 0; i < entry.segmentCount(); i++, number++) {
        records.next();
        long expected = Math.min(geometry.blocksPerSegment(), entry.listed().size() - ordinal);
        int zeros = records.number(ZEROS_AT);
        int stored = records.number(STORED_AT);
        BadStructureException.check(
            records.longNumber(ORDINAL_AT) == ordinal
                && records.number(VOLUME_AT) == volume
                && records.number(BLOCKS_AT) == expected
                && zeros >= 0
                && zeros <= expected
                && stored > 0,
            "index entry of segment %d is not the next segment of volume %d",
            number,
            volume);
        ordinal += expected;
        zeroBlocks += zeros;
        segmentBytes[volume] += stored;
        largestSegmentBytes = Math.max(largestSegmentBytes, stored);
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
  void checkPlaces(long from, long to) throws IOException, BadStructureException {
    long position = from;
    Records records = new Records();
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
        records.next();
        long offset = records.longNumber(OFFSET_AT);
        int stored = records.number(STORED_AT);
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
