package amber;

import amber.store.Remains;
import amber.store.ResumableSink;
import amber.store.StoreLog;
import amber.task.TaskDirectory;
import amber.task.TaskJournal;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The journal of an archive that is being stored: by what the store finds it, and what the store
 * keeps of it. With it a later run goes on where this one ended.
 */
public abstract class ArchiveJournal implements StoreLog {

  static final String PLANNED = "planned";
  static final String BEGUN = "begun";
  static final String RESUMED_AT = "resumedAt";

  /** What {@link TaskJournal#leaves} writes. */
  static final String LEAVES = "leaves";

  /** What {@link TaskJournal#kept} writes. */
  static final String KEPT = "kept";

  private final TaskJournal journal;
  private final Optional<Remains> remains;
  private final Listener listener;
  private final boolean keeps;
  private String token;
  private boolean keepsAny;
  private boolean isBroken;

  /**
   * What an earlier run has left, of whatever verb.
   *
   * @param recipe what it was about, by name
   * @param remains what the store has, if the archive was begun there
   */
  public record Left(Map<String, String> recipe, Optional<Remains> remains) {}

  /** Hears of what a user should know. */
  public interface Listener {

    /**
     * Told once if something cannot be written down; the run goes on, and what comes then would
     * have to be done again.
     */
    void broken(IOException failure);

    /**
     * The store was asked what it has.
     *
     * @param keptBytes how much of the archive it has
     * @param notedBytes how much an earlier run had noted
     */
    void resumedAt(long keptBytes, long notedBytes);
  }

  /**
   * A journal.
   *
   * @param remains what an earlier run left in the store
   * @param keeps whether a later run may go on with it; if not, it is noted what there is to be
   *     removed, and no more
   */
  ArchiveJournal(TaskJournal journal, Optional<Remains> remains, Listener listener, boolean keeps) {
    this.journal = journal;
    this.keeps = keeps;
    this.remains = remains;
    this.listener = listener;
    this.token = remains.map(Remains::token).orElse(null);
    this.keepsAny = remains.filter(left -> !left.pieces().isEmpty()).isPresent();
  }

  /**
   * Reads what an earlier run has left; nothing if it did not come to a plan.
   *
   * @throws IOException if the journal cannot be read, or contradicts itself
   */
  public static Optional<Left> left(TaskDirectory tasks, String id) throws IOException {
    ArchiveNotes notes = new ArchiveNotes(id);
    tasks.read(id, notes::take);
    return notes.isPlanned()
        ? Optional.of(new Left(notes.recipe(), notes.remains()))
        : Optional.empty();
  }

  /** What an earlier run left in the store. */
  public Optional<Remains> remains() {
    return remains;
  }

  /** Says how much of the archive the store still had. */
  @Override
  public synchronized void resumedAt(long keptBytes) throws IOException {
    journal.append(RESUMED_AT, Map.of("end", keptBytes));
    if (keptBytes == 0) {
      keepsAny = false;
      journal.restarted();
    }
    listener.resumedAt(keptBytes, remains.map(Remains::end).orElse(0L));
  }

  @Override
  public synchronized void beginning(String newToken) {
    boolean again = keepsAny;
    token = newToken;
    keepsAny = false;
    write(
        () -> {
          if (again) {
            journal.restarted();
          }
          // What nobody knows of would be paid for without end.
          journal.leaves(Map.of("token", newToken));
        });
  }

  @Override
  public synchronized void begun(String newToken) {
    token = newToken;
    write(
        () -> {
          journal.append(BEGUN, Map.of("token", newToken));
          journal.force();
        });
  }

  @Override
  public synchronized void stored(long end, String receipt) {
    if (!keeps) {
      forget();
      return;
    }
    write(
        () -> {
          Map<String, Object> kept = new LinkedHashMap<>();
          kept.put("end", end);
          kept.put("receipt", receipt);
          noteUpTo(end, kept);
          journal.kept(kept);
        });
    keepsAny |= !isBroken;
  }

  /**
   * Notes what a later run has to know of what is stored up to there, before that is written down.
   *
   * @param kept gets what is written down with it
   */
  abstract void noteUpTo(long end, Map<String, Object> kept) throws IOException;

  /** Forgets what was to be noted, because nothing can be. */
  abstract void forget();

  /** Throws away what the store has of the archive, whether or not that was written down. */
  public void discard(ResumableSink sink, String name) throws IOException {
    String known;
    synchronized (this) {
      known = token;
    }
    if (known != null) {
      sink.discard(name, known);
    }
  }

  /** Whether a later run would find something to go on with. */
  public synchronized boolean keepsAny() {
    return keepsAny;
  }

  /** Whether nothing can be written down any more. */
  final boolean isBroken() {
    return isBroken;
  }

  interface Writing {
    void run() throws IOException;
  }

  /** A disk that is full of journals is no reason to lose the archive. */
  final void write(Writing writing) {
    if (isBroken) {
      return;
    }
    try {
      writing.run();
    } catch (IOException e) {
      isBroken = true;
      forget();
      listener.broken(e);
    }
  }
}
