package amber;

import amber.archive.ArchiveReader;
import amber.archive.VolumeEntry;
import amber.block.BlockLog;
import amber.block.BlockSink;
import amber.block.PendingVolume;
import amber.block.ResumableBlockSink;
import amber.block.ResumableBlockSink.Kept;
import amber.block.VolumeRemains;
import java.io.IOException;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Unpacks an archive: the packer's stages, walked back. */
public final class Unpacker {

  private final int threads;
  private final Progress progress;

  /** An unpacker that reads that many segments at once and counts into {@code progress}. */
  public Unpacker(int threads, Progress progress) {
    this.threads = threads;
    this.progress = progress;
  }

  /** Restores all volumes. */
  public void unpack(ArchiveReader archive, BlockSink sink) throws IOException {
    unpack(archive, Verifier.allVolumes(archive), sink);
  }

  /**
   * Restores some volumes. None is committed before all of them were read and checked; a failure
   * until then discards what was written.
   */
  public void unpack(ArchiveReader archive, SortedSet<Integer> volumes, BlockSink sink)
      throws IOException {
    try (PendingVolumes pending = new PendingVolumes()) {
      for (int volume : volumes) {
        VolumeEntry entry = archive.index().volumes().get(volume);
        pending.begin(sink, volume, entry.sizeBytes());
      }
      new SegmentFlow(archive, volumes, threads, progress)
          .run(
              (volume, index, block, digest) -> pending.get(volume).write(index, block, digest),
              volume -> {});
      pending.commit();
    }
  }

  /** Restores all volumes, and notes how far it came. */
  public void unpack(ArchiveReader archive, ResumableBlockSink sink, UnpackJournal journal)
      throws IOException {
    unpack(archive, Verifier.allVolumes(archive), sink, journal);
  }

  /**
   * Restores some volumes, and notes how far it came; if an earlier run noted that as well, goes on
   * from there. A failure leaves what was written, for {@link UnpackJournal#discard} or a later
   * run.
   *
   * @param volumes the earlier run's, if there was one: of the same archive and sink
   */
  public void unpack(
      ArchiveReader archive,
      SortedSet<Integer> volumes,
      ResumableBlockSink sink,
      UnpackJournal journal)
      throws IOException {
    try (PendingVolumes pending = new PendingVolumes()) {
      SortedSet<Integer> missing = new TreeSet<>();
      for (int volume : volumes) {
        VolumeEntry entry = archive.index().volumes().get(volume);
        if (pending.resume(sink, volume, entry.sizeBytes(), journal) != Kept.ALL) {
          missing.add(volume);
        }
      }
      SortedSet<Integer> read = new TreeSet<>(volumes);
      SortedSet<Integer> passed = new TreeSet<>();
      if (journal.isChecked()) {
        // What was checked as a whole is not read again for a volume that was lost since.
        passed.addAll(volumes);
        passed.removeAll(missing);
        read.retainAll(missing);
      }
      new SegmentFlow(archive, read, threads, progress)
          .passingOver(passed)
          .run(() -> new SegmentRestorer(archive, pending::get, journal), volume -> {});
      journal.checked();
      pending.commit();
    }
  }

  /** The volumes of one run. */
  static final class PendingVolumes implements AutoCloseable {
    private final SortedMap<Integer, PendingVolume> volumes = new TreeMap<>();

    void begin(BlockSink sink, int volume, long sizeBytes) throws IOException {
      volumes.put(volume, sink.begin(volume, sizeBytes));
    }

    /** Goes on with a volume that an earlier run began, if one did, and else begins it. */
    Kept resume(ResumableBlockSink sink, int volume, long sizeBytes, UnpackJournal journal)
        throws IOException {
      BlockLog log = journal.log(volume);
      Optional<VolumeRemains> remains = journal.remains(volume);
      if (remains.isEmpty()) {
        volumes.put(volume, sink.begin(volume, sizeBytes, log));
        return Kept.NOTHING;
      }
      ResumableBlockSink.Resumed resumed = sink.resume(volume, sizeBytes, remains.get(), log);
      volumes.put(volume, resumed.volume());
      return resumed.kept();
    }

    PendingVolume get(int volume) {
      return volumes.get(volume);
    }

    void settle() throws IOException {
      for (PendingVolume volume : volumes.values()) {
        volume.settle();
      }
    }

    void commit() throws IOException {
      for (PendingVolume volume : volumes.values()) {
        volume.commit();
      }
    }

    @Override
    public void close() throws IOException {
      IOException failure = null;
      for (PendingVolume volume : volumes.values()) {
        try {
          volume.close();
        } catch (IOException e) {
          if (failure == null) {
            failure = e;
          } else {
            failure.addSuppressed(e);
          }
        }
      }
      if (failure != null) {
        throw failure;
      }
    }
  }
}
