package amber;

import amber.archive.PlannedSegment;
import amber.block.Arrivals;
import amber.block.BlockSink;
import amber.block.BlockSource;
import amber.block.PendingVolume;
import amber.block.ResumableBlockSink;
import amber.block.ResumableBlockSink.Kept;
import amber.image.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Copies an image's volumes from where they are to where they shall be, with no archive between:
 * what {@link Packer} reads goes to where {@link Unpacker} writes. Blocks that are absent stay so.
 */
public final class ImageCopier {

  private final int threads;
  private final Progress progress;

  /** A copier that works on that many segments at once and counts into {@code progress}. */
  public ImageCopier(int threads, Progress progress) {
    this.threads = threads;
    this.progress = progress;
  }

  /**
   * Copies all volumes. None is committed before all of them were read, checked and written, and
   * found unchanged; a failure until then discards what was written.
   *
   * @param sources the volumes that were planned, by number
   * @return the LINEAR digest of each volume: the SHA-256 of the digests of its listed blocks
   */
  public List<byte[]> copy(ReadPlan plan, List<? extends BlockSource> sources, BlockSink sink)
      throws IOException {
    try (Unpacker.PendingVolumes pending = new Unpacker.PendingVolumes()) {
      for (Volume volume : plan.volumes()) {
        pending.begin(sink, volume.number(), volume.sizeBytes());
      }
      List<byte[]> linear =
          new VolumeFlow(plan, sources, threads, progress)
              .run(
                  (volume, index, block, digest) ->
                      pending.get(volume).write(index, block, digest));
      pending.commit();
      return linear;
    }
  }

  /**
   * Copies all volumes, and notes how far it came; if an earlier run noted that as well, goes on
   * from there: its blocks are neither read nor written again. A failure leaves what was written,
   * for {@link UnpackJournal#discard} or a later run.
   *
   * @param plan the earlier run's, if there was one
   * @param sources unchanged since then
   */
  public void copy(
      ReadPlan plan,
      List<? extends BlockSource> sources,
      ResumableBlockSink sink,
      UnpackJournal journal)
      throws IOException {
    try (Unpacker.PendingVolumes pending = new Unpacker.PendingVolumes()) {
      DoneSegments done = resume(plan, sink, journal, pending);
      new VolumeFlow(plan, sources, threads, progress)
          .run(done, segment -> new Noting(segment, pending, journal));
      pending.commit();
    }
  }

  /** Somebody who reads the volumes for a purpose of their own. */
  @FunctionalInterface
  public interface Reading {
    /** Reads them, or those that are needed, through the tap that both share. */
    void run() throws IOException;
  }

  /**
   * Copies all volumes of which somebody else reads the blocks meanwhile: first they read, and what
   * they read is written; then it is read what they did not need. Else as {@link #copy(ReadPlan,
   * List, BlockSink)}.
   *
   * @param tap that the reading uses
   */
  public void copy(
      ReadPlan plan,
      List<? extends BlockSource> sources,
      BlockSink sink,
      ReadTap tap,
      Reading reading)
      throws IOException {
    try (Unpacker.PendingVolumes pending = new Unpacker.PendingVolumes()) {
      for (Volume volume : plan.volumes()) {
        pending.begin(sink, volume.number(), volume.sizeBytes());
      }
      share(
          plan,
          sources,
          DoneSegments.none(plan),
          segment -> {
            PendingVolume volume = pending.get(segment.volume().number());
            return (index, block, digest) -> volume.write(index, block, digest);
          },
          pending::settle,
          tap,
          reading);
      pending.commit();
    }
  }

  /**
   * As above, and notes how far it came; if an earlier run noted that as well, goes on from there.
   * Else as {@link #copy(ReadPlan, List, ResumableBlockSink, UnpackJournal)}.
   */
  public void copy(
      ReadPlan plan,
      List<? extends BlockSource> sources,
      ResumableBlockSink sink,
      UnpackJournal journal,
      ReadTap tap,
      Reading reading)
      throws IOException {
    try (Unpacker.PendingVolumes pending = new Unpacker.PendingVolumes()) {
      DoneSegments done = resume(plan, sink, journal, pending);
      share(
          plan,
          sources,
          done,
          segment -> new Noting(segment, pending, journal),
          pending::settle,
          tap,
          reading);
      pending.commit();
    }
  }

  private void share(
      ReadPlan plan,
      List<? extends BlockSource> sources,
      DoneSegments done,
      VolumeFlow.Target target,
      ReadTap.Settling settling,
      ReadTap tap,
      Reading reading)
      throws IOException {
    tap.open(segment -> !done.isDone(segment), target, settling);
    reading.run();
    // Who had all they need from an earlier run has read nothing, and counted nothing.
    boolean isCounted = progress.snapshot().blocks() > 0;
    if (!isCounted) {
      done.count(progress);
    }
    done.add(tap.handedOn());
    if (done.missing().hasNext()) {
      new VolumeFlow(plan, sources, threads, isCounted ? new Progress() : progress)
          .runMissing(done, target);
    }
  }

  private static DoneSegments resume(
      ReadPlan plan,
      ResumableBlockSink sink,
      UnpackJournal journal,
      Unpacker.PendingVolumes pending)
      throws IOException {
    Set<Integer> whole = new HashSet<>();
    for (Volume volume : plan.volumes()) {
      if (pending.resume(sink, volume.number(), volume.sizeBytes(), journal) == Kept.ALL) {
        whole.add(volume.number());
      }
    }
    return DoneSegments.of(plan, whole, pending::get, journal);
  }

  /** Writes the blocks of a segment, and notes it when the sink has all of them. */
  private static final class Noting implements VolumeFlow.SegmentTarget {
    private final PendingVolume volume;
    private final Arrivals arrivals;
    private byte[] all;

    Noting(PlannedSegment segment, Unpacker.PendingVolumes pending, UnpackJournal journal) {
      int number = segment.volume().number();
      this.volume = pending.get(number);
      // The last to arrive may be on another thread, which sees what was set before.
      this.arrivals = new Arrivals(() -> journal.kept(number, segment.number(), all));
    }

    @Override
    public void accept(int index, ByteBuffer block, byte[] digest) throws IOException {
      volume.write(index, block, digest, arrivals.next());
    }

    @Override
    public void end(byte[] digests) {
      all = digests;
      arrivals.noMore();
    }
  }
}
