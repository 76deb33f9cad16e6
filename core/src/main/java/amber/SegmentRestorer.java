package amber;

import amber.archive.ArchiveReader;
import amber.archive.ReadSegment;
import amber.archive.SegmentEntry;
import amber.archive.SegmentReader;
import amber.block.Arrivals;
import amber.block.PendingVolume;
import amber.work.Worker;
import java.io.IOException;
import java.util.function.IntFunction;

/**
 * Restores segments, and notes each when the sink has all of its blocks. Of a segment that an
 * earlier run noted, only the header is read.
 */
final class SegmentRestorer implements Worker<SegmentEntry, ReadSegment> {

  private final SegmentReader reader;
  private final IntFunction<PendingVolume> volumes;
  private final UnpackJournal journal;
  private Arrivals arrivals = new Arrivals(() -> {});

  SegmentRestorer(
      ArchiveReader archive, IntFunction<PendingVolume> volumes, UnpackJournal journal) {
    this.reader =
        new SegmentReader(
            archive,
            (volume, index, block, digest) ->
                volumes.apply(volume).write(index, block, digest, arrivals.next()));
    this.volumes = volumes;
    this.journal = journal;
  }

  @Override
  public ReadSegment run(SegmentEntry entry) throws IOException {
    if (journal.isKept(entry.volume(), entry.number())) {
      return passOver(reader.readHeaderOf(entry));
    }
    arrivals = new Arrivals(() -> journal.kept(entry.volume(), entry.number()));
    ReadSegment segment = reader.run(entry);
    // Not before: a segment of which a block arrived may still turn out to be damaged.
    arrivals.noMore();
    return segment;
  }

  private ReadSegment passOver(ReadSegment segment) throws IOException {
    PendingVolume volume = volumes.apply(segment.entry().volume());
    int[] blocks = segment.header().blocks();
    for (int i = 0; i < blocks.length; i++) {
      volume.written(blocks[i], segment.header().digest(i));
    }
    return segment;
  }

  @Override
  public void close() {
    reader.close();
  }
}
