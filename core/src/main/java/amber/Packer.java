package amber;

import amber.archive.ArchiveStamp;
import amber.archive.ArchiveWriter;
import amber.archive.PackedSegment;
import amber.archive.Plan;
import amber.archive.PlannedSegment;
import amber.archive.SealSigning;
import amber.archive.SegmentHeader;
import amber.archive.SegmentLog;
import amber.archive.SegmentReaders;
import amber.archive.SegmentWriter;
import amber.block.BlockSet;
import amber.block.BlockSource;
import amber.frame.ZstdLibrary;
import amber.image.Image;
import amber.seal.Signer;
import amber.store.ArchiveSink;
import amber.store.PendingArchive;
import amber.store.Remains;
import amber.store.ResumableSink;
import amber.store.StoredArchive;
import amber.work.BufferPool;
import amber.work.WorkAhead;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** Packs an image: blocks become frames, frames become segments, segments become one archive. */
public final class Packer {

  private final PackOptions options;
  private final Progress progress;
  private final Optional<Signer> signer;
  private final SegmentReaders.Tap tap;

  /** Makes what is fixed from now on. */
  @FunctionalInterface
  public interface Stamping {
    /** From the listed blocks of each volume. */
    ArchiveStamp stamp(List<BlockSet> listed) throws IOException;
  }

  /**
   * What is fixed from now on.
   *
   * @param image what is packed
   * @param manifest its manifest, to be stored as it is
   * @param stamp the rest
   */
  public record Fixed(Image image, byte[] manifest, ArchiveStamp stamp) {}

  /** Fixes what can still change until the blocks are listed. */
  @FunctionalInterface
  public interface Fixing {
    /** From the listed blocks of each volume. */
    Fixed fix(List<BlockSet> listed) throws IOException;
  }

  /** A packer that counts into {@code progress}. */
  public Packer(PackOptions options, Progress progress) {
    this(options, progress, Optional.empty());
  }

  /** A packer whose archives somebody signs. */
  public Packer(PackOptions options, Progress progress, Optional<Signer> signer) {
    this(options, progress, signer, (segment, reader) -> reader);
  }

  private Packer(
      PackOptions options, Progress progress, Optional<Signer> signer, SegmentReaders.Tap tap) {
    this.options = options;
    this.progress = progress;
    this.signer = signer;
    this.tap = tap;
  }

  /** One that packs the same, and lets somebody else have the blocks that it reads. */
  public Packer sharing(ReadTap with) {
    return new Packer(options, progress, signer, with);
  }

  /**
   * Lists the volumes' blocks and lays the archive out; no block is read.
   *
   * @param manifest the image's manifest, to be stored as it is
   * @param sources the volumes, by number
   * @param stamp makes what is fixed from now on, from the manifest and the listed blocks
   */
  public Plan plan(
      Image image, byte[] manifest, List<? extends BlockSource> sources, Stamping stamp)
      throws IOException {
    return plan(sources, listed -> new Fixed(image, manifest, stamp.stamp(listed)));
  }

  /**
   * Lists the volumes' blocks and lays the archive out; no block is read.
   *
   * @param sources the volumes, by number
   * @param fixing tells the image, whose volumes these are, and what is fixed with it
   */
  public Plan plan(List<? extends BlockSource> sources, Fixing fixing) throws IOException {
    ZstdLibrary.require();
    List<BlockSet> listed = new ArrayList<>();
    for (BlockSource source : sources) {
      listed.add(source.listed());
    }
    Fixed fixed = fixing.fix(listed);
    Plan plan =
        new Plan(fixed.image(), fixed.manifest(), listed, options.geometry(), fixed.stamp());
    plan.requireStorable();
    if (signer.isPresent()) {
      signer.get().requireValid(plan.stamp().createdAt());
    }
    return plan;
  }

  /** Packs what was planned. The archive appears in the sink whole, or not at all. */
  public StoredArchive pack(
      Plan plan, List<? extends BlockSource> sources, ArchiveSink sink, String name)
      throws IOException {
    progress.begin(plan.blockCount());
    try (PendingArchive pending = sink.begin(name, plan.bound())) {
      return write(plan, sources, pending, Optional.empty());
    }
  }

  /**
   * Packs what was planned, and notes how far it came; if an earlier run noted that as well, goes
   * on from there. The bytes are those of a run that nothing disturbed.
   *
   * @param plan the earlier run's, if there was one: the same image, blocks, options and stamp
   */
  public StoredArchive pack(
      Plan plan,
      List<? extends BlockSource> sources,
      ResumableSink sink,
      String name,
      PackJournal journal)
      throws IOException {
    progress.begin(plan.blockCount());
    Optional<Remains> remains = journal.remains();
    if (remains.isPresent()) {
      Optional<StoredArchive> committed = sink.committed(name, remains.get());
      if (committed.isPresent()) {
        return committed.get();
      }
    }
    try (PendingArchive pending =
        remains.isPresent()
            ? sink.resume(name, plan.bound(), remains.get(), journal)
            : sink.begin(name, plan.bound(), journal)) {
      if (remains.isPresent()) {
        journal.resumedAt(pending.keptBytes());
      }
      return write(plan, sources, pending, Optional.of(journal));
    }
  }

  private StoredArchive write(
      Plan plan,
      List<? extends BlockSource> sources,
      PendingArchive pending,
      Optional<PackJournal> journal)
      throws IOException {
    writeArchive(plan, sources, pending, journal);
    for (BlockSource source : sources) {
      source.confirmUnchanged();
    }
    // An archive that is there already would be in the way of another attempt for the two.
    tap.settle();
    return pending.commit();
  }

  private void writeArchive(
      Plan plan,
      List<? extends BlockSource> sources,
      PendingArchive pending,
      Optional<PackJournal> journal)
      throws IOException {
    BufferPool buffers =
        new BufferPool(
            options.window() + pending.buffersKept(),
            pending.capacityFor(plan.geometry().maxSegmentBytes()));
    SegmentLog log = journal.<SegmentLog>map(noted -> noted).orElse(SegmentLog.NONE);
    Iterator<PlannedSegment> planned = plan.segments();
    Optional<SealSigning> signing =
        signer.map(by -> new NotedSigning(by, plan.stamp().createdAt(), journal));
    try (ArchiveWriter archive = new ArchiveWriter(plan, options.level(), pending, log, signing)) {
      if (pending.keptBytes() > 0) {
        passOver(planned, archive, pending.keptBytes(), journal.orElseThrow());
      }
      try (SegmentReaders readers = new SegmentReaders(planned, sources, tap);
          WorkAhead<PlannedSegment, PackedSegment> segments =
              new WorkAhead<>(
                  readers,
                  options.threads(),
                  options.window(),
                  () -> new SegmentWriter(plan, readers, options.level(), buffers, pending))) {
        while (segments.hasNext()) {
          PackedSegment segment = segments.next();
          int storedBytes = segment.bytes().remaining();
          archive.append(segment, () -> buffers.give(segment.bytes()));
          progress.done(
              segment.planned().blocks().length, segment.header().zeroBlocks(), storedBytes);
        }
      }
      archive.finish();
    }
  }

  /** Passes over the segments that the store has already. */
  private void passOver(
      Iterator<PlannedSegment> planned, ArchiveWriter archive, long keptBytes, PackJournal journal)
      throws IOException {
    journal.eachSegment(
        keptBytes,
        (number, end, bytes) -> {
          if (!planned.hasNext()) {
            throw new IOException("segment %d: was noted, but is not planned".formatted(number));
          }
          SegmentHeader header = archive.passOver(planned.next(), bytes);
          if (archive.sizeBytes() != end) {
            throw new IOException(
                "segment %d: ends at byte %d, was noted to end at %d"
                    .formatted(number, archive.sizeBytes(), end));
          }
          progress.done(header.blocks().length, header.zeroBlocks(), header.storedBytes());
        });
  }
}
