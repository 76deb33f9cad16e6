package amber.archive;

import amber.block.Block;
import amber.block.BlockSet;
import amber.image.Image;
import amber.image.Manifest;
import amber.image.UnsupportedImageException;
import amber.image.Volume;
import amber.store.ArchiveBound;
import java.util.Iterator;
import java.util.List;

/**
 * An archive as it is fixed before the first block is read: which blocks go into which segment.
 * Whoever has the plan can make any segment.
 *
 * @param image what is packed
 * @param manifest its manifest, as it will be stored
 * @param listed each volume's listed blocks
 * @param geometry how to cut them
 * @param stamp what was fixed when the pack began
 */
public record Plan(
    Image image, byte[] manifest, List<BlockSet> listed, Geometry geometry, ArchiveStamp stamp) {

  // More than the manifest, the volumes' headers, the index and the tail can ever take.
  private static final long SMALL_FRAMES = 1 << 20;

  // An extent takes at most 31 bytes in a sparse map, and the map's frames hold 1 MiB.
  private static final int MAP_EXTENT_BYTES = 31;
  private static final int EXTENTS_A_FRAME = FrameStream.FRAME_BYTES / MAP_EXTENT_BYTES;

  private static final int SEEK_ENTRY_BYTES = 8;

  /** Checks that every listed block lies inside its volume. */
  public Plan {
    listed = List.copyOf(listed);
    for (Volume volume : image.volumes()) {
      BlockSet blocks = listed.get(volume.number());
      if (blocks.size() > 0 && blocks.last() >= Block.count(volume.sizeBytes())) {
        throw new IllegalArgumentException(
            "%s: block %d is listed, the volume has %d"
                .formatted(volume, blocks.last(), Block.count(volume.sizeBytes())));
      }
    }
  }

  /**
   * Checks that one archive can hold what is planned.
   *
   * @throws UnsupportedImageException if its seek table or index would grow too large
   */
  public void requireStorable() throws UnsupportedImageException {
    long frames = SMALL_FRAMES;
    long indexBytes = (long) Index.HEAD_BYTES + manifest.length;
    for (BlockSet blocks : listed) {
      long segments = geometry.segments(blocks.size());
      frames += segments + geometry.frames(blocks.size()) + blocks.extentCount() / EXTENTS_A_FRAME;
      indexBytes +=
          Index.VOLUME_BYTES
              + segments * Index.SEGMENT_BYTES
              + (long) blocks.extentCount() * Index.EXTENT_BYTES;
    }
    if (manifest.length > Manifest.MAX_BYTES) {
      throw new UnsupportedImageException(
          "image",
          "its manifest has %d bytes, should be at most %d"
              .formatted(manifest.length, Manifest.MAX_BYTES));
    }
    if (frames > SeekTable.MAX_FRAMES || indexBytes > Index.MAX_BYTES) {
      throw new UnsupportedImageException(
          "image",
          "its %d blocks take %d frames and an index of %d bytes, an archive has at most %d and %d"
              .formatted(blockCount(), frames, indexBytes, SeekTable.MAX_FRAMES, Index.MAX_BYTES));
    }
  }

  /** What the archive will not exceed, however badly its blocks compress. */
  public ArchiveBound bound() {
    // Everything but segments is counted twice: what compression may add to it is far less.
    long bytes = 2L * Index.HEAD_BYTES + 4L * manifest.length + SMALL_FRAMES;
    for (BlockSet blocks : listed) {
      long segments = geometry.segments(blocks.size());
      long frames = segments + geometry.frames(blocks.size());
      bytes +=
          segments * geometry.maxSegmentBytes()
              + 2 * frames * SEEK_ENTRY_BYTES
              + 2 * segments * Index.SEGMENT_BYTES
              + 2L * blocks.extentCount() * (Index.EXTENT_BYTES + MAP_EXTENT_BYTES)
              + 2L * Index.VOLUME_BYTES;
    }
    return new ArchiveBound(bytes, segmentCount());
  }

  /** How many segments there will be. */
  public int segmentCount() {
    return listed.stream().mapToInt(blocks -> geometry.segments(blocks.size())).sum();
  }

  /** How many blocks are listed in all volumes. */
  public long blockCount() {
    return listed.stream().mapToLong(BlockSet::size).sum();
  }

  /** The segments in the order of the archive. */
  public Iterator<PlannedSegment> segments() {
    return new PlannedSegments(image.volumes(), listed, geometry);
  }
}
