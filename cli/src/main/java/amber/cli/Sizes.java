package amber.cli;

import amber.ReadPlan;
import amber.archive.ArchiveReader;
import amber.archive.VolumeEntry;
import amber.block.Block;
import amber.block.BlockSet;
import java.util.Collection;

/** Adds up bytes of blocks, of which a volume's last one may be short. */
final class Sizes {

  private Sizes() {}

  /** The bytes of a volume's listed blocks. */
  static long listedBytes(BlockSet listed, long volumeBytes) {
    int last = Block.count(volumeBytes) - 1;
    long bytes = (long) listed.size() * Block.SIZE;
    return listed.contains(last) ? bytes - Block.SIZE + Block.length(last, volumeBytes) : bytes;
  }

  /** The bytes of the listed blocks of some volumes. */
  static long listedBytes(ArchiveReader archive, Collection<Integer> volumes) {
    long bytes = 0;
    for (int number : volumes) {
      VolumeEntry volume = archive.index().volumes().get(number);
      bytes += listedBytes(volume.listed(), volume.sizeBytes());
    }
    return bytes;
  }

  /** The bytes of the listed blocks of all volumes. */
  static long listedBytes(ReadPlan plan) {
    return plan.volumes().stream()
        .mapToLong(volume -> listedBytes(plan.listed().get(volume.number()), volume.sizeBytes()))
        .sum();
  }

  /** To two decimals, or null where there is nothing to compare. */
  static Double ratio(long plainBytes, long storedBytes) {
    return plainBytes == 0 || storedBytes == 0
        ? null
        : Math.round(100.0 * plainBytes / storedBytes) / 100.0;
  }
}
