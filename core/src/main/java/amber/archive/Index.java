package amber.archive;

import amber.block.Block;
import amber.block.BlockSet;
import amber.image.Image;
import amber.image.Manifest;
import amber.image.Volume;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
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

  private static final long MAGIC = 0x5844495245424D41L; // "AMBERIDX" in little-endian
  private static final int HEAD_BYTES = 64;
  private static final int VOLUME_BYTES = 64;
  private static final int EXTENT_BYTES = 8;
  private static final int SEGMENT_BYTES = 64;
  private static final int HASH_BYTES = 32;

  private final UUID uuid;
  private final Geometry geometry;
  private final List<VolumeEntry> volumes;
  private final ByteBuffer segments;
  private final byte[] manifest;

  private Index(
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

  /** Stored bytes of a volume's prolog and segments. */
  public long storedBytes(VolumeEntry volume) {
    long stored = volume.prologBytes();
    for (int i = 0; i < volume.segmentCount(); i++) {
      stored += segments.getInt((volume.firstSegment() + i) * SEGMENT_BYTES + 28);
    }
    return stored;
  }

  /** Collects what the index holds while an archive is written. */
  static final class Builder {
    private final Plan plan;
    private final ByteBuffer segments;
    private final long[] zeroBlocks;
    private final long[] prologOffsets;
    private final long[] prologBytes;

    Builder(Plan plan) {
      int volumes = plan.listed().size();
      this.plan = plan;
      this.segments = allocate(plan.segmentCount() * SEGMENT_BYTES);
      this.zeroBlocks = new long[volumes];
      this.prologOffsets = new long[volumes];
      this.prologBytes = new long[volumes];
    }

    void prolog(int volume, long offset, long storedBytes) {
      prologOffsets[volume] = offset;
      prologBytes[volume] = storedBytes;
    }

    /** Adds the next segment, in the order of the archive. */
    void segment(SegmentEntry segment) {
      zeroBlocks[segment.volume()] += segment.zeroBlocks();
      segments
          .putLong(segment.offset())
          .putLong(segment.firstOrdinal())
          .putInt(segment.volume())
          .putInt(segment.blocks())
          .putInt(segment.zeroBlocks())
          .putInt(segment.storedBytes())
          .put(segment.headerHash());
    }

    byte[] build() {
      List<BlockSet> listed = plan.listed();
      int extents = listed.stream().mapToInt(BlockSet::extentCount).sum();
      byte[] all =
          new byte
              [HEAD_BYTES
                  + listed.size() * VOLUME_BYTES
                  + extents * EXTENT_BYTES
                  + segments.capacity()
                  + plan.manifest().length];
      ByteBuffer bytes = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
      bytes.putLong(MAGIC).putInt(VERSION).putInt(Block.SIZE);
      bytes.putInt(listed.size()).putInt(plan.segmentCount());
      Uuids.put(bytes, plan.stamp().uuid());
      bytes.putInt(plan.geometry().blocksPerFrame()).putInt(plan.geometry().blocksPerSegment());
      bytes.putLong(plan.blockCount()).putInt(plan.manifest().length).putInt(0);
      int firstSegment = 0;
      for (int number = 0; number < listed.size(); number++) {
        BlockSet blocks = listed.get(number);
        int segmentCount = plan.geometry().segments(blocks.size());
        bytes
            .putLong(plan.image().volumes().get(number).sizeBytes())
            .putLong(blocks.size())
            .putLong(zeroBlocks[number])
            .putLong(blocks.extentCount())
            .putLong(prologOffsets[number])
            .putLong(prologBytes[number])
            .putInt(firstSegment)
            .putInt(segmentCount)
            .putLong(0);
        firstSegment += segmentCount;
      }
      for (BlockSet blocks : listed) {
        blocks.forEachExtent((first, count) -> bytes.putInt(first).putInt(count));
      }
      bytes.put(segments.flip()).put(plan.manifest());
      return all;
    }
  }

  /**
   * Reads an index and checks it against itself.
   *
   * @param bytes all of index.bin
   * @throws BadStructureException if it contradicts itself
   */
  static Index read(byte[] bytes) throws BadStructureException {
    BadStructureException.check(bytes.length >= HEAD_BYTES, "index has %d bytes", bytes.length);
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    BadStructureException.check(
        in.getLong() == MAGIC && in.getInt() == VERSION && in.getInt() == Block.SIZE,
        "no index of version %d",
        VERSION);
    int volumeCount = in.getInt();
    int segmentCount = in.getInt();
    UUID uuid = Uuids.get(in);
    int blocksPerFrame = in.getInt();
    int blocksPerSegment = in.getInt();
    long blockCount = in.getLong();
    int manifestBytes = in.getInt();
    int reserved = in.getInt();
    BadStructureException.check(
        volumeCount >= 1
            && volumeCount <= Image.MAX_VOLUMES
            && segmentCount >= 0
            && segmentCount <= bytes.length / SEGMENT_BYTES
            && manifestBytes >= 0
            && manifestBytes <= Manifest.MAX_BYTES
            && reserved == 0,
        "index has %d volumes, %d segments and a manifest of %d bytes",
        volumeCount,
        segmentCount,
        manifestBytes);
    BadStructureException.check(
        Geometry.isValid(blocksPerFrame, blocksPerSegment),
        "index has %d blocks a frame and %d a segment",
        blocksPerFrame,
        blocksPerSegment);
    Geometry geometry = new Geometry(blocksPerFrame, blocksPerSegment);
    long extentBytes =
        bytes.length
            - HEAD_BYTES
            - (long) volumeCount * VOLUME_BYTES
            - (long) segmentCount * SEGMENT_BYTES
            - manifestBytes;
    BadStructureException.check(
        extentBytes >= 0 && extentBytes % EXTENT_BYTES == 0,
        "index has %d bytes for extents",
        extentBytes);
    List<VolumeEntry> volumes = readVolumes(in, volumeCount, extentBytes, geometry);
    ByteBuffer segments =
        in.slice(
                bytes.length - manifestBytes - segmentCount * SEGMENT_BYTES,
                segmentCount * SEGMENT_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    byte[] manifest = new byte[manifestBytes];
    in.get(bytes.length - manifestBytes, manifest);
    Index index = new Index(uuid, geometry, volumes, segments, manifest);
    index.checkSegments(blockCount);
    return index;
  }

  private static List<VolumeEntry> readVolumes(
      ByteBuffer in, int volumeCount, long extentBytes, Geometry geometry)
      throws BadStructureException {
    int extentsAt = in.position() + volumeCount * VOLUME_BYTES;
    long extentsLeft = extentBytes / EXTENT_BYTES;
    int firstSegment = 0;
    List<VolumeEntry> volumes = new ArrayList<>();
    for (int number = 0; number < volumeCount; number++) {
      long sizeBytes = in.getLong();
      long listedBlocks = in.getLong();
      long zeroBlocks = in.getLong();
      long extents = in.getLong();
      long prologOffset = in.getLong();
      long prologBytes = in.getLong();
      int volumeFirstSegment = in.getInt();
      int segmentCount = in.getInt();
      long reserved = in.getLong();
      BadStructureException.check(
          Volume.isValidSize(sizeBytes)
              && listedBlocks >= 0
              && listedBlocks <= Block.count(sizeBytes)
              && extents >= 0
              && extents <= extentsLeft
              && zeroBlocks >= 0
              && zeroBlocks <= listedBlocks
              && reserved == 0,
          "index gives volume %d %d bytes, %d blocks, %d of them zero, in %d extents",
          number,
          sizeBytes,
          listedBlocks,
          zeroBlocks,
          extents);
      BlockSet listed = readExtents(in, extentsAt, (int) extents, sizeBytes, number);
      BadStructureException.check(
          listed.size() == listedBlocks,
          "index gives volume %d %d blocks, its extents hold %d",
          number,
          listedBlocks,
          listed.size());
      BadStructureException.check(
          volumeFirstSegment == firstSegment && segmentCount == geometry.segments(listed.size()),
          "index gives volume %d segments %d to %d",
          number,
          volumeFirstSegment,
          volumeFirstSegment + segmentCount);
      volumes.add(
          new VolumeEntry(
              sizeBytes,
              listed,
              zeroBlocks,
              prologOffset,
              prologBytes,
              firstSegment,
              segmentCount));
      firstSegment += segmentCount;
      extentsAt += (int) extents * EXTENT_BYTES;
      extentsLeft -= extents;
    }
    BadStructureException.check(extentsLeft == 0, "index has %d extents too many", extentsLeft);
    return volumes;
  }

  private static BlockSet readExtents(
      ByteBuffer in, int at, int extents, long sizeBytes, int volume) throws BadStructureException {
    BlockSet.Builder listed = new BlockSet.Builder();
    long previousEnd = -1;
    for (int i = 0; i < extents; i++) {
      int first = in.getInt(at + i * EXTENT_BYTES);
      int count = in.getInt(at + i * EXTENT_BYTES + Integer.BYTES);
      BadStructureException.check(
          first > previousEnd && count > 0 && (long) first + count <= Block.count(sizeBytes),
          "index gives volume %d the extent %d+%d after block %d",
          volume,
          first,
          count,
          previousEnd);
      listed.add(first, count);
      previousEnd = (long) first + count;
    }
    return listed.build();
  }

  /** Checks that the segments hold each volume's listed blocks, in order and without gap. */
  private void checkSegments(long blockCount) throws BadStructureException {
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

  private static ByteBuffer allocate(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
