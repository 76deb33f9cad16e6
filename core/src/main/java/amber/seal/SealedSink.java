package amber.seal;

import amber.store.ArchiveBound;
import amber.store.ArchiveSink;
import amber.store.PendingArchive;
import amber.store.Remains;
import amber.store.ResumableSink;
import amber.store.StoreLog;
import amber.store.StoredArchive;
import java.io.IOException;
import java.util.Optional;

/**
 * Seals one archive on its way into another sink. It is stored in one go: its key is nowhere but in
 * memory, so that no later run could go on with it.
 */
public class SealedSink implements ArchiveSink {

  // Each volume may have small pieces before its segments; so has the end.
  private static final int MOST_SMALL_SEGMENTS = 130;

  private final ArchiveSink store;
  private final Sealing sealing;

  SealedSink(ArchiveSink store, Sealing sealing) {
    this.store = store;
    this.sealing = sealing;
  }

  /** A sink for one archive. It notes what it leaves in the store, if the store can. */
  public static ArchiveSink of(ArchiveSink store, Sealing sealing) {
    return store instanceof ResumableSink resumable
        ? new Traced(resumable, sealing)
        : new SealedSink(store, sealing);
  }

  @Override
  public PendingArchive begin(String name) throws IOException {
    return sealed(store.begin(name));
  }

  @Override
  public PendingArchive begin(String name, ArchiveBound bound) throws IOException {
    return sealed(store.begin(name, boundOf(bound)));
  }

  final PendingArchive sealed(PendingArchive pending) throws IOException {
    try {
      return new SealingArchive(pending, sealing);
    } catch (IOException | RuntimeException e) {
      pending.close();
      throw e;
    }
  }

  /** What a sealed archive will not exceed, if it would not exceed that before it is sealed. */
  static ArchiveBound boundOf(ArchiveBound plain) {
    long segments = plain.segments() + MOST_SMALL_SEGMENTS;
    long overhead =
        Layout.frames(plain.bytes()) * Layout.FRAME_OVERHEAD
            + segments * (Layout.FRAME_OVERHEAD + Layout.SALT_BYTES + SealedMap.ENTRY_BYTES);
    long bytes =
        plain.bytes()
            + overhead
            + Layout.frames(segments * SealedMap.ENTRY_BYTES) * Layout.FRAME_OVERHEAD
            + Envelope.MAX_BYTES
            + SealedLocator.FRAME_BYTES;
    return new ArchiveBound(bytes, plain.segments());
  }

  /** One of which a later run can throw away what is left. */
  private static final class Traced extends SealedSink implements ResumableSink {
    private final ResumableSink store;

    Traced(ResumableSink store, Sealing sealing) {
      super(store, sealing);
      this.store = store;
    }

    @Override
    public PendingArchive begin(String name, ArchiveBound bound, StoreLog log) throws IOException {
      return sealed(store.begin(name, boundOf(bound), log));
    }

    @Override
    public PendingArchive resume(String name, ArchiveBound bound, Remains remains, StoreLog log)
        throws IOException {
      throw new IOException(name + ": is sealed, should be begun anew");
    }

    @Override
    public Optional<StoredArchive> committed(String name, Remains remains) throws IOException {
      return store.committed(name, remains);
    }

    @Override
    public void discard(String name, String token) throws IOException {
      store.discard(name, token);
    }
  }
}
