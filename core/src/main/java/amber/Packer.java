package amber;

import amber.archive.ArchiveStamp;
import amber.archive.ArchiveWriter;
import amber.archive.PackedSegment;
import amber.archive.Plan;
import amber.archive.PlannedSegment;
import amber.archive.SegmentReaders;
import amber.archive.SegmentWriter;
import amber.block.BlockSet;
import amber.block.BlockSource;
import amber.frame.ZstdLibrary;
import amber.image.Image;
import amber.store.ArchiveSink;
import amber.store.PendingArchive;
import amber.store.StoredArchive;
import amber.work.BufferPool;
import amber.work.WorkAhead;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Packs an image: blocks become frames, frames become segments, segments become one archive. */
public final class Packer {

  private final PackOptions options;
  private final Progress progress;

  /** A packer that counts into {@code progress}. */
  public Packer(PackOptions options, Progress progress) {
    this.options = options;
    this.progress = progress;
  }

  /**
   * Lists the volumes' blocks and lays the archive out; no block is read.
   *
   * @param manifest the image's manifest, to be stored as it is
   * @param sources the volumes, by number
   * @param stamp makes what is fixed from now on, from the manifest and the listed blocks
   */
  public Plan plan(
      Image image,
      byte[] manifest,
      List<? extends BlockSource> sources,
      Function<List<BlockSet>, ArchiveStamp> stamp)
      throws IOException {
    ZstdLibrary.require();
    List<BlockSet> listed = new ArrayList<>();
    for (BlockSource source : sources) {
      listed.add(source.listed());
    }
    Plan plan = new Plan(image, manifest, listed, options.geometry(), stamp.apply(listed));
    plan.requireStorable();
    return plan;
  }

  /** Packs what was planned. The archive appears in the sink whole, or not at all. */
  public StoredArchive pack(
      Plan plan, List<? extends BlockSource> sources, ArchiveSink sink, String name)
      throws IOException {
    progress.begin(plan.blockCount());
    try (PendingArchive pending = sink.begin(name, plan.bound())) {
      writeArchive(plan, sources, pending);
      for (BlockSource source : sources) {
        source.confirmUnchanged();
      }
      return pending.commit();
    }
  }

  private void writeArchive(Plan plan, List<? extends BlockSource> sources, PendingArchive pending)
      throws IOException {
    BufferPool buffers =
        new BufferPool(options.window() + pending.buffersKept(), plan.geometry().maxSegmentBytes());
    try (ArchiveWriter archive = new ArchiveWriter(plan, options.level(), pending);
        SegmentReaders readers = new SegmentReaders(plan, sources);
        WorkAhead<PlannedSegment, PackedSegment> segments =
            new WorkAhead<>(
                readers,
                options.threads(),
                options.window(),
                () -> new SegmentWriter(plan, readers, options.level(), buffers))) {
      while (segments.hasNext()) {
        PackedSegment segment = segments.next();
        int storedBytes = segment.bytes().remaining();
        archive.append(segment, () -> buffers.give(segment.bytes()));
        progress.done(
            segment.planned().blocks().length, segment.header().zeroBlocks(), storedBytes);
      }
      archive.finish();
    }
  }
}
