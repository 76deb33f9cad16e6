package amber;

import amber.archive.ArchiveReader;
import amber.archive.StructureCheck;
import java.io.IOException;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Checks archives and writes nothing. */
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
