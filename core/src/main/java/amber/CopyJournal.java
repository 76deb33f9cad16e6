package amber;

import amber.store.Remains;
import amber.task.TaskDirectory;
import amber.task.TaskJournal;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;

/**
 * The journal of a copy: beside what the store keeps, what the checksum had come to there, so that
 * the source's beginning need not be read again for it.
 */
public final class CopyJournal extends ArchiveJournal {

  static final String SUM = "sum";

  private final Map<Long, Long> sums;
  private final Queue<Piece> underWay = new ArrayDeque<>();

  /** A piece that the store does not have yet, and the checksum of all bytes up to its end. */
  private record Piece(long end, long sum) {}

  /**
   * What an earlier run noted.
   *
   * @param recipe what is copied, and how, by name
   * @param sums the checksum of all bytes up to some of their ends
   * @param remains what the store had of the copy, if it was begun there
   */
  public record Noted(
      Map<String, String> recipe, Map<Long, Long> sums, Optional<Remains> remains) {}

  private CopyJournal(
      TaskJournal journal, Optional<Remains> remains, Map<Long, Long> sums, Listener listener) {
    super(journal, remains, listener, true);
    this.sums = sums;
  }

  /**
   * Begins a journal.
   *
   * @param recipe what is copied, and how, by name
   */
  public static CopyJournal begin(
      TaskJournal journal, Map<String, String> recipe, Listener listener) throws IOException {
    journal.append(PLANNED, Map.of("recipe", recipe));
    return new CopyJournal(journal, Optional.empty(), Map.of(), listener);
  }

  /** Goes on with a journal of which {@link #read} told. */
  public static CopyJournal goOn(TaskJournal journal, Noted noted, Listener listener) {
    return new CopyJournal(journal, noted.remains(), noted.sums(), listener);
  }

  /**
   * Reads what an earlier run noted; nothing if it did not come to a plan.
   *
   * @throws IOException if the journal cannot be read, or contradicts itself
   */
  public static Optional<Noted> read(TaskDirectory tasks, String id) throws IOException {
    CopyNotes notes = new CopyNotes(id);
    tasks.read(id, notes::take);
    return notes.noted();
  }

  /** What the checksum of so many bytes at the beginning is, if that was noted. */
  OptionalLong sum(long bytes) {
    Long sum = sums.get(bytes);
    return sum == null ? OptionalLong.empty() : OptionalLong.of(sum);
  }

  /**
   * Hears of a piece before the store does.
   *
   * @param sum the checksum of all bytes up to its end
   */
  synchronized void piece(long end, long sum) {
    if (!isBroken()) {
      underWay.add(new Piece(end, sum));
    }
  }

  @Override
  void noteUpTo(long end, Map<String, Object> kept) {
    while (!underWay.isEmpty() && underWay.element().end() <= end) {
      Piece piece = underWay.remove();
      if (piece.end() == end) {
        kept.put(SUM, piece.sum());
      }
    }
  }

  @Override
  void forget() {
    underWay.clear();
  }
}
