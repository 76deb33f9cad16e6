package amber;

import amber.block.BlockSink;
import amber.block.BlockSource;
import amber.image.Volume;
import java.io.IOException;
import java.util.List;

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
}
