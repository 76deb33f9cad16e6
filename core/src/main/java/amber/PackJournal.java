package amber;

import amber.archive.ArchiveStamp;
import amber.archive.SegmentLog;
import amber.store.Remains;
import amber.store.ResumableSink;
import amber.store.StoreLog;
import amber.task.TaskDirectory;
import amber.task.TaskJournal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * The journal of a pack: what was fixed when it began, and of what the store keeps, which segments
 * these are. With it a later run goes on where this one ended.
 *
 * <p>A segment is written down when the store has it, with its header: that, and not the blocks, is
 * what the archive's tail is made of. What waits for that is as much as the store has under way.
 */
public final class PackJournal implements StoreLog, SegmentLog {

  static final String PLANNED = "planned";
  static final String BEGUN = "begun";
  private static final String SEGMENT = "segment";
  static final String RESUMED_AT = "resumedAt";

  /** What {@link amber.task.Task#resumable} looks for. */
  static final String KEPT = "kept";

  private static final String RESTARTED = "restarted";

  private final TaskDirectory tasks;
  private final TaskJournal journal;
  private final Consumer<IOException> broken;
  private final Queue<Segment> underWay = new ArrayDeque<>();
  private final Optional<Noted> noted;
  private String token;
  private boolean keepsAny;
  private boolean isBroken;

  /** A segment that the store does not have yet. */
  private record Segment(int number, long end, String header) {}

  /**
   * What an earlier run noted.
   *
   * @param fingerprint tells the plan from all others
   * @param stamp what was fixed when the pack began
   * @param remains what the store had of the archive, if it was begun there
   */
  public record Noted(String fingerprint, ArchiveStamp stamp, Optional<Remains> remains) {

    /** By what the store finds the archive, if it was begun there. */
    public Optional<String> token() {
      return remains.map(Remains::token);
    }
  }

  /** Takes one segment that was noted. */
  @FunctionalInterface
  interface Segments {
    void accept(int number, long end, ByteBuffer header) throws IOException;
  }

  private PackJournal(
      TaskDirectory tasks,
      TaskJournal journal,
      Optional<Noted> noted,
      Consumer<IOException> broken) {
    this.tasks = tasks;
    this.journal = journal;
    this.noted = noted;
    this.broken = broken;
    this.token = noted.flatMap(Noted::token).orElse(null);
    this.keepsAny =
        noted.flatMap(Noted::remains).filter(left -> !left.pieces().isEmpty()).isPresent();
  }

  /**
   * Begins a journal.
   *
   * @param fingerprint tells the plan from all others
   * @param broken told once if something cannot be written down; the pack goes on, and what comes
   *     then would have to be done again
   */
  public static PackJournal begin(
      TaskDirectory tasks,
      TaskJournal journal,
      String fingerprint,
      ArchiveStamp stamp,
      Consumer<IOException> broken)
      throws IOException {
    journal.append(
        PLANNED,
        Map.of(
            "fingerprint",
            fingerprint,
            "uuid",
            stamp.uuid().toString(),
            "createdAt",
            stamp.createdAt().toString(),
            "tool",
            stamp.tool()));
    return new PackJournal(tasks, journal, Optional.empty(), broken);
  }

  /** Goes on with a journal of which {@link #read} told. */
  public static PackJournal goOn(
      TaskDirectory tasks, TaskJournal journal, Noted noted, Consumer<IOException> broken) {
    return new PackJournal(tasks, journal, Optional.of(noted), broken);
  }

  /**
   * Reads what an earlier run noted; nothing if it did not come to a plan.
   *
   * @throws IOException if the journal cannot be read, or contradicts itself
   */
  public static Optional<Noted> read(TaskDirectory tasks, String id) throws IOException {
    PackNotes notes = new PackNotes(id);
    tasks.read(id, notes::take);
    return notes.noted();
  }

  /** What an earlier run left in the store. */
  Optional<Remains> remains() {
    return noted.flatMap(Noted::remains);
  }

  /**
   * Goes through the segments that were noted, from the first on.
   *
   * @param end those up to this byte of the archive
   */
  void eachSegment(long end, Segments segments) throws IOException {
    int[] next = new int[1];
    tasks.read(
        journal.id(),
        (type, fields) -> {
          // Several runs may have noted the same segment, in the same words.
          if (!type.equals(SEGMENT) || PackNotes.number(fields, "number") != next[0]) {
            return;
          }
          long segmentEnd = PackNotes.number(fields, "end");
          if (segmentEnd <= end) {
            segments.accept(
                next[0], segmentEnd, ByteBuffer.wrap(PackNotes.bytes(fields, "header")));
            next[0]++;
          }
        });
  }

  /** Says how much of the archive the store still had. */
  void resumedAt(long keptBytes) throws IOException {
    journal.append(RESUMED_AT, Map.of("end", keptBytes));
  }

  @Override
  public synchronized void segment(int number, long end, ByteBuffer header) {
    byte[] bytes = new byte[header.remaining()];
    header.duplicate().get(bytes);
    if (!isBroken) {
      underWay.add(new Segment(number, end, Base64.getEncoder().encodeToString(bytes)));
    }
  }

  @Override
  public synchronized void begun(String newToken) {
    boolean again = token != null;
    token = newToken;
    keepsAny = false;
    write(
        () -> {
          if (again) {
            journal.append(RESTARTED, Map.of());
          }
          journal.append(BEGUN, Map.of("token", newToken));
          // What nobody knows of would be paid for without end.
          journal.force();
        });
  }

  @Override
  public synchronized void stored(long end, String receipt) {
    write(
        () -> {
          while (!underWay.isEmpty() && underWay.element().end() <= end) {
            Segment segment = underWay.remove();
            journal.append(
                SEGMENT,
                Map.of(
                    "number", segment.number(), "end", segment.end(), "header", segment.header()));
          }
          journal.append(KEPT, Map.of("end", end, "receipt", receipt));
        });
    keepsAny |= !isBroken;
  }

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

  private interface Writing {
    void run() throws IOException;
  }

  /** A disk that is full of journals is no reason to lose the archive. */
  private void write(Writing writing) {
    if (isBroken) {
      return;
    }
    try {
      writing.run();
    } catch (IOException e) {
      isBroken = true;
      underWay.clear();
      broken.accept(e);
    }
  }
}
