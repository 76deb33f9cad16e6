package amber;

import amber.archive.ArchiveReader;
import amber.archive.StructureCheck;
import amber.block.BlockSource;
import java.io.IOException;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Checks archives, and images that are in none, and writes nothing. */
public final class Verifier {

  private final int threads;
  private final Progress progress;

  /** A verifier that reads that many segments at once and counts into {@code progress}. */
  public Verifier(int threads, Progress progress) {
    this.threads = threads;
    this.progress = progress;
  }

  /**
   * Reads every byte and checks it: each frame, each block, and the structure around them.
   *
   * @throws amber.archive.CorruptArchiveException if anything is not as it should be
   */
  public void verify(ArchiveReader archive) throws IOException {
    new SegmentFlow(archive, allVolumes(archive), threads, progress)
        .run((volume, index, block, digest) -> {}, volume -> {});
  }

  /**
   * Reads every listed block of an image's volumes, and checks it as far as its source can: against
   * the checksum that it has, or that it can be read at all.
   *
   * @param sources the volumes that were planned, by number
   * @return the LINEAR digest of each volume: the SHA-256 of the digests of its listed blocks
   */
  public List<byte[]> verify(ReadPlan plan, List<? extends BlockSource> sources)
      throws IOException {
    return new VolumeFlow(plan, sources, threads, progress)
        .run((volume, index, block, digest) -> {});
  }

  /**
   * Checks the archive's ends: its opening has checked the index; this adds the manifest at its
   * beginning and the seek table.
   */
  public void verifyEnds(ArchiveReader archive) throws IOException {
    new StructureCheck(archive).checkSeekTable();
  }

  static SortedSet<Integer> allVolumes(ArchiveReader archive) {
    return IntStream.range(0, archive.index().volumes().size())
        .boxed()
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
