package amber;

import amber.archive.Geometry;
import amber.archive.PlannedSegment;
import amber.archive.PlannedSegments;
import amber.block.Block;
import amber.block.BlockSet;
import amber.block.BlockSource;
import amber.image.Volume;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * What is read of an image's volumes when no archive is made: fixed before the first block is read.
 *
 * @param volumes by number
 * @param listed each volume's listed blocks
 */
public record ReadPlan(List<Volume> volumes, List<BlockSet> listed) {

  /** Checks that every listed block lies inside its volume. */
  public ReadPlan {
    volumes = List.copyOf(volumes);
    listed = List.copyOf(listed);
    if (volumes.size() != listed.size()) {
      throw new IllegalArgumentException(
          "%d volumes and the blocks of %d".formatted(volumes.size(), listed.size()));
    }
    for (Volume volume : volumes) {
      BlockSet blocks = listed.get(volume.number());
      if (blocks.size() > 0 && blocks.last() >= Block.count(volume.sizeBytes())) {
        throw new IllegalArgumentException(
            "%s: block %d is listed, the volume has %d"
                .formatted(volume, blocks.last(), Block.count(volume.sizeBytes())));
      }
    }
  }

  /**
   * Lists the volumes' blocks; none is read.
   *
   * @param sources the volumes, by number
   */
  public static ReadPlan of(List<Volume> volumes, List<? extends BlockSource> sources)
      throws IOException {
    List<BlockSet> listed = new ArrayList<>();
    for (BlockSource source : sources) {
      listed.add(source.listed());
    }
    return new ReadPlan(volumes, listed);
  }

  /** How many blocks are listed in all volumes. */
  public long blockCount() {
    return listed.stream().mapToLong(BlockSet::size).sum();
  }

  /** The units of work: as many blocks as a segment of an archive has. */
  Iterator<PlannedSegment> segments() {
    return new PlannedSegments(volumes, listed, Geometry.DEFAULT);
  }

  /**
   * One unit of work, by its number among all.
   *
   * @throws IOException if there is none
   */
  PlannedSegment segment(int volume, int number) throws IOException {
    int first = 0;
    for (int before = 0; before < volume; before++) {
      first += segmentCount(before);
    }
    if (volume >= volumes.size() || number < first || number - first >= segmentCount(volume)) {
      throw new IOException(
          "a task's journal: tells of segment %d of volume %d, which is not there"
              .formatted(number, volume));
    }
    int ordinal = (number - first) * Geometry.DEFAULT.blocksPerSegment();
    BlockSet blocks = listed.get(volume);
    int count = Math.min(Geometry.DEFAULT.blocksPerSegment(), blocks.size() - ordinal);
    return new PlannedSegment(number, volumes.get(volume), ordinal, blocks.slice(ordinal, count));
  }

  private int segmentCount(int volume) {
    int each = Geometry.DEFAULT.blocksPerSegment();
    return (listed.get(volume).size() + each - 1) / each;
  }
}
