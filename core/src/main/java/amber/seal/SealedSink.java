package amber.seal;

import amber.store.ArchiveBound;
import amber.store.ArchiveSink;
import amber.store.PendingArchive;
import amber.store.Remains;
import amber.store.ResumableSink;
import amber.store.StoreLog;
import amber.store.StoredArchive;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Seals one archive on its way into another sink. */
public class SealedSink implements ArchiveSink {

  // Each volume may have small pieces before its segments; so has the end.
  private static final int MOST_SMALL_SEGMENTS = 130;

  private final ArchiveSink store;
  private final Sealing sealing;
  private final SealNotes notes;

  SealedSink(ArchiveSink store, Sealing sealing) {
    this(store, sealing, SealNotes.NONE);
  }

  private SealedSink(ArchiveSink store, Sealing sealing, SealNotes notes) {
    this.store = store;
    this.sealing = sealing;
    this.notes = notes;
  }

  /** A sink for one archive, with which no later run goes on. */
  public static ArchiveSink of(ArchiveSink store, Sealing sealing) {
    return new SealedSink(store, sealing);
  }

  /**
   * A sink for one archive, with which a later run goes on that has the same key and notes.
   *
   * @param sealing of an archive that is gone on with: as it was sealed
   */
  public static ResumableSink of(ResumableSink store, Sealing sealing, SealNotes notes) {
    return new Resumable(store, sealing, notes);
  }

  @Override
  public PendingArchive begin(String name) throws IOException {
    return sealed(store.begin(name));
  }

  @Override
  public PendingArchive begin(String name, ArchiveBound bound) throws IOException {
    return sealed(store.begin(name, boundOf(bound)));
  }

  final PendingArchive sealed(PendingArchive pending) {
    return new SealingArchive(pending, sealing, notes);
  }

  /** What a sealed archive will not exceed, if it would not exceed that before it is sealed. */
  public static ArchiveBound boundOf(ArchiveBound plain) {
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

  /**
   * One that goes on at the end of a crypt segment. What lies behind that is sealed again with
   * another salt, so that its key has never sealed anything, whatever was stored there before.
   */
  private static final class Resumable extends SealedSink implements ResumableSink {
    private final ResumableSink store;
    private final Sealing sealing;
    private final SealNotes notes;

    Resumable(ResumableSink store, Sealing sealing, SealNotes notes) {
      super(store, sealing, notes);
      this.store = store;
      this.sealing = sealing;
      this.notes = notes;
    }

    @Override
    public PendingArchive begin(String name, ArchiveBound bound, StoreLog log) throws IOException {
      return sealed(store.begin(name, boundOf(bound), log));
    }

    @Override
    public PendingArchive resume(String name, ArchiveBound bound, Remains remains, StoreLog log)
        throws IOException {
      SealedMap noted = noted();
      Remains left = upToAnEnd(remains, noted);
      while (true) {
        PendingArchive pending = store.resume(name, boundOf(bound), left, log);
        try {
          Optional<SealedMap> kept = upTo(pending.keptBytes(), noted);
          if (kept.isPresent()) {
            notes.goesOnAt(pending.keptBytes(), kept.get().plainBytes());
            return new SealingArchive(pending, sealing, notes, kept.get());
          }
        } catch (IOException | RuntimeException e) {
          pending.close();
          throw e;
        }
        // The store has lost some, and what it has ends in the middle of a crypt segment.
        long end = pending.keptBytes();
        pending.close();
        left = upToAnEnd(before(remains, end), noted);
      }
    }

    private SealedMap noted() throws IOException {
      SealedMap map = new SealedMap();
      long envelope = sealing.envelopeFrame().length;
      notes.earlier(
          segment -> {
            if (segment.start() != envelope + map.sealedBytes()
                || segment.plainStart() != map.plainBytes()) {
              throw new IOException(
                  "a crypt segment is noted at byte %d, should be at byte %d"
                      .formatted(segment.start(), envelope + map.sealedBytes()));
            }
            map.add(segment.salt(), segment.plainBytes());
          });
      return map;
    }

    /** The crypt segments up to there; nothing if none ends there. */
    private Optional<SealedMap> upTo(long end, SealedMap noted) {
      return end == 0
          ? Optional.of(new SealedMap())
          : noted.upTo(end - sealing.envelopeFrame().length);
    }

    private Remains upToAnEnd(Remains remains, SealedMap noted) {
      List<Remains.Piece> pieces = remains.pieces();
      int count = pieces.size();
      while (count > 0 && upTo(pieces.get(count - 1).end(), noted).isEmpty()) {
        count--;
      }
      return new Remains(remains.token(), pieces.subList(0, count));
    }

    private static Remains before(Remains remains, long end) {
      return new Remains(
          remains.token(), remains.pieces().stream().filter(piece -> piece.end() < end).toList());
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
