package amber;

import amber.archive.ArchiveScan;
import amber.archive.ArchiveScan.FoundSegment;
import amber.archive.SalvagedSegment;
import amber.archive.SegmentReader;
import amber.archive.SegmentSalvager;
import amber.block.BlockSink;
import amber.store.ArchiveSource;
import amber.work.WorkAhead;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Finds and recovers what is whole in an archive that is damaged, or has lost its end. */
public final class Salvager {

  private final int threads;
  private final Progress progress;

  /**
   * What was found.
   *
   * @param scan the manifest and the segments
   * @param wholeSegments how many segments were whole
   * @param blocks how many blocks the segments that were found should hold
   * @param wholeBlocks how many of them were whole
   * @param damage what was wrong with the others, one line each
   */
  public record Report(
      ArchiveScan scan, int wholeSegments, long blocks, long wholeBlocks, List<String> damage) {

    /** Whether everything that the segment headers tell of was whole, and no number is missing. */
    public boolean complete() {
      return damage.isEmpty() && scan.missingBetween() == 0 && !scan.segments().isEmpty();
    }
  }

  /** A salvager that reads that many segments at once and counts into {@code progress}. */
  public Salvager(int threads, Progress progress) {
    PackOptions.checkThreads(threads);
    this.threads = threads;
    this.progress = progress;
  }

  /** Says what is whole, and writes nothing. */
  public Report report(ArchiveSource archive) throws IOException {
    return read(archive, ArchiveScan.of(archive), (volume, index, block, digest) -> {});
  }

  /**
   * Writes every whole block to volumes in {@code sink}; blocks that are lost stay absent. Volumes
   * that the manifest names or a segment was found of are begun and committed.
   */
  public Report salvage(ArchiveSource archive, BlockSink sink) throws IOException {
    ArchiveScan scan = ArchiveScan.of(archive);
    try (Unpacker.PendingVolumes pending = new Unpacker.PendingVolumes()) {
      for (var volume : scan.volumeSizes().entrySet()) {
        pending.begin(sink, volume.getKey(), volume.getValue());
      }
      Report report =
          read(
              archive,
              scan,
              (volume, index, block, digest) -> pending.get(volume).write(index, block, digest));
      pending.commit();
      return report;
    }
  }

  private Report read(ArchiveSource archive, ArchiveScan scan, SegmentReader.Blocks blocks)
      throws IOException {
    progress.begin(scan.blockCount());
    List<String> damage = new ArrayList<>();
    int wholeSegments = 0;
    long blockCount = 0;
    long wholeBlocks = 0;
    try (WorkAhead<FoundSegment, SalvagedSegment> segments =
        new WorkAhead<>(
            scan.segments().iterator(),
            threads,
            2 * threads,
            () -> new SegmentSalvager(archive, blocks))) {
      while (segments.hasNext()) {
        SalvagedSegment segment = segments.next();
        blockCount += segment.blocks();
        wholeBlocks += segment.whole();
        wholeSegments += segment.damage().isEmpty() ? 1 : 0;
        for (String line : segment.damage()) {
          damage.add(segment.segment() + ": " + line);
        }
        progress.done(segment.whole(), 0, 0);
      }
    }
    return new Report(scan, wholeSegments, blockCount, wholeBlocks, damage);
  }
}
