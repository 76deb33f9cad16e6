package amber;

import amber.archive.ArchiveReader;
import amber.archive.CorruptArchiveException;
import amber.archive.ReadSegment;
import amber.archive.Seal;
import amber.archive.SegmentEntry;
import amber.archive.SegmentReader;
import amber.archive.StructureCheck;
import amber.archive.VolumeEntry;
import amber.block.BlockDigest;
import amber.work.WorkAhead;
import amber.work.Worker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Reads an archive's segments on several threads and checks them, blocks to volume digests. If all
 * volumes are read, every other byte of the archive is checked as well.
 */
final class SegmentFlow {

  /** Hears, in order, when all blocks of a volume were read, checked and handed on. */
  @FunctionalInterface
  interface VolumeDone {
    void accept(int volume) throws IOException;
  }

  private final ArchiveReader archive;
  private final SortedSet<Integer> volumes;
  private final int threads;
  private final Progress progress;
  private final SortedSet<Integer> passed = new TreeSet<>();

  SegmentFlow(ArchiveReader archive, SortedSet<Integer> volumes, int threads, Progress progress) {
    PackOptions.checkThreads(threads);
    this.archive = archive;
    this.volumes = volumes;
    this.threads = threads;
    this.progress = progress;
  }

  /** Counts these volumes as well, with which an earlier run was done. */
  SegmentFlow passingOver(SortedSet<Integer> done) {
    passed.addAll(done);
    return this;
  }

  void run(SegmentReader.Blocks blocks, VolumeDone volumeDone) throws IOException {
    run(() -> new SegmentReader(archive, blocks), volumeDone);
  }

  /** As above, by workers that read each segment, or know that it was read before. */
  void run(Supplier<Worker<SegmentEntry, ReadSegment>> workers, VolumeDone volumeDone)
      throws IOException {
    begin();
    boolean whole = volumes.size() == archive.index().volumes().size();
    StructureCheck structure = whole ? new StructureCheck(archive) : null;
    try (WorkAhead<SegmentEntry, ReadSegment> segments =
        new WorkAhead<>(new Entries(), threads, 2 * threads, workers)) {
      for (int volume : volumes) {
        readVolume(volume, segments, structure);
        volumeDone.accept(volume);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    if (structure != null) {
      structure.finish();
    }
  }

  /** Says how much there is to do, and how much of it is done. */
  private void begin() {
    progress.begin(listedBlocks(volumes) + listedBlocks(passed));
    for (int volume : passed) {
      VolumeEntry entry = archive.index().volumes().get(volume);
      progress.done(entry.listed().size(), entry.zeroBlocks(), archive.index().storedBytes(entry));
    }
  }

  private long listedBlocks(SortedSet<Integer> some) {
    return some.stream().mapToLong(v -> archive.index().volumes().get(v).listed().size()).sum();
  }

  /** The segments of the chosen volumes, one after the other: there can be millions. */
  private final class Entries implements Iterator<SegmentEntry> {
    private final Iterator<Integer> volumesLeft = volumes.iterator();
    private int next;
    private int end;

    @Override
    public boolean hasNext() {
      while (next == end && volumesLeft.hasNext()) {
        VolumeEntry volume = archive.index().volumes().get(volumesLeft.next());
        next = volume.firstSegment();
        end = next + volume.segmentCount();
      }
      return next < end;
    }

    @Override
    public SegmentEntry next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      try {
        return archive.index().segment(next++);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void readVolume(
      int volume, WorkAhead<SegmentEntry, ReadSegment> segments, StructureCheck structure)
      throws IOException {
    MessageDigest linear = BlockDigest.newSha256();
    int count = archive.index().volumes().get(volume).segmentCount();
    for (int i = 0; i < count; i++) {
      ReadSegment segment = segments.next();
      linear.update(segment.header().digests());
      if (structure != null) {
        structure.segment(segment);
      }
      SegmentEntry entry = segment.entry();
      progress.done(entry.blocks(), entry.zeroBlocks(), entry.storedBytes());
    }
    Seal.VolumeSeal sealed = archive.seal().volumes().get(volume);
    byte[] actual = linear.digest();
    if (!Arrays.equals(actual, sealed.linearSha256())) {
      throw new CorruptArchiveException(
          archive.location(),
          "volume %d has SHA-256 %s, its seal says %s"
              .formatted(volume, BlockDigest.hex(actual), BlockDigest.hex(sealed.linearSha256())));
    }
  }
}
