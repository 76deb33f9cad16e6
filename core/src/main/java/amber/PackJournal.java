package amber;

import amber.archive.ArchiveStamp;
import amber.archive.Plan;
import amber.archive.SegmentLog;
import amber.store.Remains;
import amber.task.TaskDirectory;
import amber.task.TaskJournal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;

/**
 * The journal of a pack: beside what the store keeps, what was fixed when it began, and which
 * segments these bytes are.
 *
 * <p>A segment is noted when the store has it, with its header: that, and not the blocks, is what
 * the archive's tail is made of. What waits for that is as much as the store has under way.
 */
public final class PackJournal extends ArchiveJournal implements SegmentLog {

  static final String SIGNED = "signed";

  private static final String SEGMENT = "segment";

  private final TaskDirectory tasks;
  private final TaskJournal journal;
  private final Optional<byte[]> signature;
  private final Queue<Segment> underWay = new ArrayDeque<>();

  /** A segment that the store does not have yet. */
  private record Segment(int number, long end, String header) {}

  /**
   * What an earlier run noted.
   *
   * @param recipe all that the archive's bytes depend on beside manifest and stamp, by name
   * @param manifest what was packed, as it was described when the pack began
   * @param stamp what was fixed when the pack began
   * @param remains what the store had of the archive, if it was begun there
   * @param signature what it was signed with, if it came to that
   */
  public record Noted(
      Map<String, String> recipe,
      byte[] manifest,
      ArchiveStamp stamp,
      Optional<Remains> remains,
      Optional<byte[]> signature) {

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
      Optional<Remains> remains,
      Optional<byte[]> signature,
      Listener listener,
      boolean keeps) {
    super(journal, remains, listener, keeps);
    this.signature = signature;
    this.tasks = tasks;
    this.journal = journal;
  }

  /**
   * Begins a journal.
   *
   * @param recipe all that the archive's bytes depend on beside manifest and stamp, by name
   */
  public static PackJournal begin(
      TaskDirectory tasks,
      TaskJournal journal,
      Map<String, String> recipe,
      Plan plan,
      Listener listener)
      throws IOException {
    Map<String, Object> planned = new LinkedHashMap<>();
    planned.put("recipe", recipe);
    planned.put("manifest", Base64.getEncoder().encodeToString(plan.manifest()));
    planned.put("uuid", plan.stamp().uuid().toString());
    planned.put("createdAt", plan.stamp().createdAt().toString());
    planned.put("tool", plan.stamp().tool());
    journal.append(PLANNED, planned);
    return new PackJournal(tasks, journal, Optional.empty(), Optional.empty(), listener, true);
  }

  /**
   * Begins a journal of a pack that nobody can go on with, since nobody can tell whether the source
   * is still the same: it leads to what there is to be removed.
   */
  public static PackJournal trace(TaskDirectory tasks, TaskJournal journal, Listener listener)
      throws IOException {
    journal.append(PLANNED, Map.of("recipe", Map.of(), "traceOnly", true));
    return new PackJournal(tasks, journal, Optional.empty(), Optional.empty(), listener, false);
  }

  /** Goes on with a journal of which {@link #read} told. */
  public static PackJournal goOn(
      TaskDirectory tasks, TaskJournal journal, Noted noted, Listener listener) {
    return new PackJournal(tasks, journal, noted.remains(), noted.signature(), listener, true);
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

  /**
   * Goes through the segments that were noted, from the first on.
   *
   * @param end those up to this byte of the archive
   */
  void eachSegment(long end, Segments segments) throws IOException {
    int[] next = new int[1];
    tasks.readNotes(
        journal.id(),
        (type, fields) -> {
          // Several runs may have noted the same segment, in the same words.
          if (!type.equals(SEGMENT) || ArchiveNotes.number(fields, "number") != next[0]) {
            return;
          }
          long segmentEnd = ArchiveNotes.number(fields, "end");
          if (segmentEnd <= end) {
            segments.accept(
                next[0], segmentEnd, ByteBuffer.wrap(ArchiveNotes.bytes(fields, "header")));
            next[0]++;
          }
        });
  }

  /** The signature that an earlier run had made, if it came to that. */
  Optional<byte[]> signature() {
    return signature;
  }

  /** Notes the signature: what comes next may be stored, and that cannot be made again. */
  synchronized void signed(byte[] made) {
    write(
        () -> {
          journal.append(SIGNED, Map.of("signature", Base64.getEncoder().encodeToString(made)));
          journal.force();
        });
  }

  @Override
  public synchronized void segment(int number, long end, ByteBuffer header) {
    byte[] bytes = new byte[header.remaining()];
    header.duplicate().get(bytes);
    if (!isBroken()) {
      underWay.add(new Segment(number, end, Base64.getEncoder().encodeToString(bytes)));
    }
  }

  @Override
  void noteUpTo(long end, Map<String, Object> kept) throws IOException {
    while (!underWay.isEmpty() && underWay.element().end() <= end) {
      Segment segment = underWay.remove();
      journal.note(
          SEGMENT,
          Map.of("number", segment.number(), "end", segment.end(), "header", segment.header()));
    }
  }

  @Override
  void forget() {
    underWay.clear();
  }
}
