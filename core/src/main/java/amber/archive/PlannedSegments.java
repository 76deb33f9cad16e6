package amber.archive;

import amber.block.BlockSet;
import amber.image.Volume;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * The segments that volumes are cut into, volume by volume, in ascending order of their blocks. For
 * one thread.
 */
public final class PlannedSegments implements Iterator<PlannedSegment> {

  private final List<Volume> volumes;
  private final List<BlockSet> listed;
  private final Geometry geometry;
  private int number;
  private int volume;
  private int ordinal;

  /**
   * The segments of some volumes.
   *
   * @param volumes by number
   * @param listed each volume's listed blocks
   */
  public PlannedSegments(List<Volume> volumes, List<BlockSet> listed, Geometry geometry) {
    this.volumes = volumes;
    this.listed = listed;
    this.geometry = geometry;
  }

  @Override
  public boolean hasNext() {
    while (volume < listed.size() && ordinal == listed.get(volume).size()) {
      volume++;
      ordinal = 0;
    }
    return volume < listed.size();
  }

  @Override
  public PlannedSegment next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    BlockSet blocks = listed.get(volume);
    int count = Math.min(geometry.blocksPerSegment(), blocks.size() - ordinal);
    PlannedSegment segment =
        new PlannedSegment(number++, volumes.get(volume), ordinal, blocks.slice(ordinal, count));
    ordinal += count;
    return segment;
  }
}
