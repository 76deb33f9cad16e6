package amber.archive;

import amber.block.Block;
import amber.block.BlockSet;
import amber.image.Image;
import amber.image.Manifest;
import amber.image.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Reads an index from untrusted bytes and checks it against itself. */
final class IndexReader {

  private final Spool bytes;
  private final ByteBuffer in;
  private final Head head;
  private int extentsAt;
  private long extentsLeft;
  private int firstSegment;

  private IndexReader(Spool bytes, ByteBuffer in, Head head) {
    this.bytes = bytes;
    this.in = in;
    this.head = head;
    this.extentsAt = Index.HEAD_BYTES + head.volumes() * Index.VOLUME_BYTES;
    this.extentsLeft = head.extents();
  }

  /** What an index begins with, and the number of extents that follows from it. */
  private record Head(
      UUID uuid,
      Geometry geometry,
      int volumes,
      int segments,
      long extents,
      int manifestBytes,
      long blocks) {

    static Head read(Spool bytes) throws IOException, BadStructureException {
      int size = Math.toIntExact(bytes.size());
      BadStructureException.check(size >= Index.HEAD_BYTES, "index has %d bytes", size);
      ByteBuffer in = some(bytes, 0, Index.HEAD_BYTES);
      BadStructureException.check(
          in.getLong() == Index.MAGIC && in.getInt() == Index.VERSION && in.getInt() == Block.SIZE,
          "no index of version %d",
          Index.VERSION);
      int volumes = in.getInt();
      int segments = in.getInt();
      UUID uuid = Uuids.get(in);
      int blocksPerFrame = in.getInt();
      int blocksPerSegment = in.getInt();
      long blocks = in.getLong();
      int manifestBytes = in.getInt();
      int reserved = in.getInt();
      BadStructureException.check(
          volumes >= 1
              && volumes <= Image.MAX_VOLUMES
              && segments >= 0
              && segments <= size / Index.SEGMENT_BYTES
              && manifestBytes >= 0
              && manifestBytes <= Manifest.MAX_BYTES
              && reserved == 0,
          "index has %d volumes, %d segments and a manifest of %d bytes",
          volumes,
          segments,
          manifestBytes);
      BadStructureException.check(
          Geometry.isValid(blocksPerFrame, blocksPerSegment),
          "index has %d blocks a frame and %d a segment",
          blocksPerFrame,
          blocksPerSegment);
      long extentBytes =
          size
              - Index.HEAD_BYTES
              - (long) volumes * Index.VOLUME_BYTES
              - (long) segments * Index.SEGMENT_BYTES
              - manifestBytes;
      BadStructureException.check(
          extentBytes >= 0 && extentBytes % Index.EXTENT_BYTES == 0,
          "index has %d bytes for extents",
          extentBytes);
      return new Head(
          uuid,
          new Geometry(blocksPerFrame, blocksPerSegment),
          volumes,
          segments,
          extentBytes / Index.EXTENT_BYTES,
          manifestBytes,
          blocks);
    }
  }

  /**
   * Reads an index.
   *
   * @param bytes all of index.bin, which the index keeps
   * @throws BadStructureException if it contradicts itself
   */
  static Index read(Spool bytes) throws IOException, BadStructureException {
    Head head = Head.read(bytes);
    ByteBuffer in = some(bytes, Index.HEAD_BYTES, head.volumes() * Index.VOLUME_BYTES);
    List<VolumeEntry> volumes = new IndexReader(bytes, in, head).readVolumes();
    int manifestAt = Math.toIntExact(bytes.size()) - head.manifestBytes();
    int segmentsAt = manifestAt - head.segments() * Index.SEGMENT_BYTES;
    byte[] manifest = some(bytes, manifestAt, head.manifestBytes()).array();
    Index index =
        new Index(
            head.uuid(), head.geometry(), volumes, bytes, segmentsAt, head.segments(), manifest);
    index.checkSegments(head.blocks());
    return index;
  }

  private static ByteBuffer some(Spool bytes, long at, int length) throws IOException {
    ByteBuffer some = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.read(at, some);
    return some.flip();
  }

  private List<VolumeEntry> readVolumes() throws IOException, BadStructureException {
    List<VolumeEntry> volumes = new ArrayList<>();
    for (int number = 0; number < head.volumes(); number++) {
      volumes.add(readVolume(number));
    }
    BadStructureException.check(extentsLeft == 0, "index has %d extents too many", extentsLeft);
    return volumes;
  }

  private VolumeEntry readVolume(int number) throws IOException, BadStructureException {
    long sizeBytes = in.getLong();
    long listedBlocks = in.getLong();
    long zeroBlocks = in.getLong();
    long extents = in.getLong();
    long prologOffset = in.getLong();
    long prologBytes = in.getLong();
    int segmentsFrom = in.getInt();
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
    // Before the extents, which cost time: a few bytes of them can list millions of blocks.
    BadStructureException.check(
        segmentsFrom == firstSegment
            && segmentCount == head.geometry().segments((int) listedBlocks)
            && segmentCount <= head.segments() - firstSegment,
        "index gives volume %d segments %d to %d of %d",
        number,
        segmentsFrom,
        (long) segmentsFrom + segmentCount,
        head.segments());
    BlockSet listed = readExtents((int) extents, sizeBytes, number);
    BadStructureException.check(
        listed.size() == listedBlocks,
        "index gives volume %d %d blocks, its extents hold %d",
        number,
        listedBlocks,
        listed.size());
    firstSegment += segmentCount;
    return new VolumeEntry(
        sizeBytes, listed, zeroBlocks, prologOffset, prologBytes, segmentsFrom, segmentCount);
  }

  private BlockSet readExtents(int extents, long sizeBytes, int volume)
      throws IOException, BadStructureException {
    BlockSet.Builder listed = new BlockSet.Builder();
    long[] previousEnd = {-1};
    long to = extentsAt + (long) extents * Index.EXTENT_BYTES;
    bytes.forEach(
        extentsAt,
        to,
        Index.EXTENT_BYTES,
        piece -> {
          while (piece.hasRemaining()) {
            int first = piece.getInt();
            int count = piece.getInt();
            // More than the end, not just behind it: two extents that touch would be one.
            BadStructureException.check(
                first > previousEnd[0]
                    && count > 0
                    && (long) first + count <= Block.count(sizeBytes),
                "index gives volume %d the extent %d+%d, the one before ends at %d",
                volume,
                first,
                count,
                previousEnd[0]);
            listed.add(first, count);
            previousEnd[0] = (long) first + count;
          }
        });
    extentsAt = Math.toIntExact(to);
    extentsLeft -= extents;
    return listed.build();
  }
}
