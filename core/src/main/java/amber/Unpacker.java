package amber;

import amber.archive.ArchiveReader;
import amber.archive.VolumeEntry;
import amber.block.BlockSink;
import amber.block.PendingVolume;
import java.io.IOException;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

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

  /** The volumes of one run. */
  static final class PendingVolumes implements AutoCloseable {
    private final SortedMap<Integer, PendingVolume> volumes = new TreeMap<>();

    void begin(BlockSink sink, int volume, long sizeBytes) throws IOException {
      volumes.put(volume, sink.begin(volume, sizeBytes));
    }

    PendingVolume get(int volume) {
      return volumes.get(volume);
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
