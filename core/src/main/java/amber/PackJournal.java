package amber;

import amber.archive.ArchiveStamp;
import amber.archive.Plan;
import amber.archive.SegmentLog;
import amber.seal.CryptSegment;
import amber.seal.SealNotes;
import amber.store.Remains;
import amber.task.TaskDirectory;
import amber.task.TaskJournal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;

/**
 * The journal of a pack: beside what the store keeps, what was fixed when it began, and which
 * segments these bytes are.
 *
 * <p>A segment is noted when the store has it, with its header: that, and not the blocks, is what
 * the archive's tail is made of. What waits for that is as much as the store has under way. Of an
 * archive that is sealed, the envelope is noted and what its map will say, and nothing that opens
 * it.
 */
public final class PackJournal extends ArchiveJournal implements SegmentLog, SealNotes {

  static final String SIGNED = "signed";
  static final String SEALED = "sealed";
  static final String ENVELOPE = "envelope";

  private static final String SEGMENT = "segment";
  private static final String CRYPT_SEGMENT = "cryptSegment";
  private static final String GOES_ON_AT = "goesOnAt";

  private final TaskDirectory tasks;
  private final TaskJournal journal;
  private final Optional<byte[]> signature;
  private final Queue<Segment> underWay = new ArrayDeque<>();
  private final boolean sealed;
  private final Queue<CryptSegment> sealedUnderWay = new ArrayDeque<>();
  private long sealedEnd;
  private long plainEnd;

  /**
   * A run went on at this byte, so that what was noted before of bytes behind it is void.
   *
   * @param count how many crypt segments were noted before
   */
  private record GoneOn(int count, long end) {
    boolean voids(int place, CryptSegment segment) {
      return place < count && segment.end() > end;
    }
  }

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
   * @param envelope what holds its key, if it is sealed
   */
  public record Noted(
      Map<String, String> recipe,
      byte[] manifest,
      ArchiveStamp stamp,
      Optional<Remains> remains,
      Optional<byte[]> signature,
      Optional<byte[]> envelope) {

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
      boolean sealed,
      Listener listener,
      boolean keeps) {
    super(journal, remains, listener, keeps);
    this.signature = signature;
    this.sealed = sealed;
    this.tasks = tasks;
    this.journal = journal;
  }

  /**
   * Begins a journal.
   *
   * @param recipe all that the archive's bytes depend on beside manifest and stamp, by name
   * @param envelope of an archive that is sealed
   */
  public static PackJournal begin(
      TaskDirectory tasks,
      TaskJournal journal,
      Map<String, String> recipe,
      Plan plan,
      Optional<byte[]> envelope,
      Listener listener)
      throws IOException {
    Map<String, Object> planned = new LinkedHashMap<>();
    planned.put("recipe", recipe);
    planned.put("manifest", Base64.getEncoder().encodeToString(plan.manifest()));
    planned.put("uuid", plan.stamp().uuid().toString());
    planned.put("createdAt", plan.stamp().createdAt().toString());
    planned.put("tool", plan.stamp().tool());
    journal.append(PLANNED, planned);
    if (envelope.isPresent()) {
      String text = Base64.getEncoder().encodeToString(envelope.get());
      journal.append(SEALED, Map.of(ENVELOPE, text));
    }
    return new PackJournal(
        tasks, journal, Optional.empty(), Optional.empty(), envelope.isPresent(), listener, true);
  }

  /**
   * Begins a journal of a pack that nobody can go on with, since nobody can tell whether the source
   * is still the same: it leads to what there is to be removed.
   */
  public static PackJournal trace(TaskDirectory tasks, TaskJournal journal, Listener listener)
      throws IOException {
    journal.append(PLANNED, Map.of("recipe", Map.of(), "traceOnly", true));
    return new PackJournal(
        tasks, journal, Optional.empty(), Optional.empty(), false, listener, false);
  }

  /** Goes on with a journal of which {@link #read} told. */
  public static PackJournal goOn(
      TaskDirectory tasks, TaskJournal journal, Noted noted, Listener listener) {
    return new PackJournal(
        tasks,
        journal,
        noted.remains(),
        noted.signature(),
        noted.envelope().isPresent(),
        listener,
        true);
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
  public synchronized void sealed(CryptSegment segment) {
    if (!isBroken()) {
      sealedUnderWay.add(segment);
    }
  }

  @Override
  public void earlier(SealNotes.Earlier taker) throws IOException {
    List<GoneOn> gone = new ArrayList<>();
    int[] count = new int[1];
    tasks.readNotes(
        journal.id(),
        (type, fields) -> {
          if (type.equals(GOES_ON_AT)) {
            gone.add(new GoneOn(count[0], ArchiveNotes.number(fields, "end")));
          } else if (type.equals(CRYPT_SEGMENT)) {
            count[0]++;
          }
        });
    int[] place = new int[1];
    tasks.readNotes(
        journal.id(),
        (type, fields) -> {
          if (type.equals(CRYPT_SEGMENT)) {
            CryptSegment segment = cryptSegment(fields);
            int at = place[0]++;
            if (gone.stream().noneMatch(each -> each.voids(at, segment))) {
              taker.take(segment);
            }
          }
        });
  }

  private static CryptSegment cryptSegment(Map<String, Object> fields) throws IOException {
    return new CryptSegment(
        ArchiveNotes.number(fields, "start"),
        ArchiveNotes.number(fields, "plainStart"),
        ArchiveNotes.number(fields, "plainBytes"),
        ArchiveNotes.bytes(fields, "salt"));
  }

  @Override
  public synchronized void goesOnAt(long end, long newPlainEnd) throws IOException {
    journal.note(GOES_ON_AT, Map.of("end", end));
    journal.force();
    sealedEnd = end;
    plainEnd = newPlainEnd;
  }

  /** What is kept is counted as it is stored, sealed or not. */
  @Override
  public synchronized void resumedAt(long keptBytes) throws IOException {
    super.resumedAt(sealed ? sealedEnd : keptBytes);
  }

  private void noteSealedUpTo(long end) throws IOException {
    while (!sealedUnderWay.isEmpty() && sealedUnderWay.element().end() <= end) {
      CryptSegment segment = sealedUnderWay.remove();
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("start", segment.start());
      fields.put("plainStart", segment.plainStart());
      fields.put("plainBytes", segment.plainBytes());
      fields.put("salt", Base64.getEncoder().encodeToString(segment.salt()));
      journal.note(CRYPT_SEGMENT, fields);
      plainEnd = segment.plainEnd();
    }
  }

  @Override
  void noteUpTo(long end, Map<String, Object> kept) throws IOException {
    if (sealed) {
      noteSealedUpTo(end);
    }
    long segmentsEnd = sealed ? plainEnd : end;
    while (!underWay.isEmpty() && underWay.element().end() <= segmentsEnd) {
      Segment segment = underWay.remove();
      journal.note(
          SEGMENT,
          Map.of("number", segment.number(), "end", segment.end(), "header", segment.header()));
    }
  }

  @Override
  void forget() {
    underWay.clear();
    sealedUnderWay.clear();
  }
}
