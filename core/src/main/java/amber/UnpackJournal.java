package amber;

import amber.block.BlockLog;
import amber.block.ResumableBlockSink;
import amber.block.VolumeRemains;
import amber.task.TaskDirectory;
import amber.task.TaskJournal;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;

/**
 * The journal of an unpack, or of the copy of an image: which volumes were begun, and which
 * segments the sink has all blocks of. With it a later run goes on where this one ended. For many
 * threads.
 */
public final class UnpackJournal {

  private final TaskJournal journal;
  private final UnpackNotes notes;
  private final Consumer<IOException> broken;
  private final Optional<TaskDirectory> tasks;
  private final boolean keeps;
  private boolean isBroken;
  private boolean hidesAny;
  private boolean saidThatAnyIsKept;

  private UnpackJournal(
      TaskJournal journal,
      UnpackNotes notes,
      Consumer<IOException> broken,
      Optional<TaskDirectory> tasks,
      boolean keeps) {
    this.journal = journal;
    this.notes = notes;
    this.broken = broken;
    this.tasks = tasks;
    this.keeps = keeps;
  }

  /**
   * What is fixed when a task begins.
   *
   * @param recipe what the result depends on, by name
   * @param manifest of the image that is made, if what is read may tell another one later
   * @param keptFor how long the sink keeps a volume that nobody writes to, if that is limited
   */
  public record Planned(
      Map<String, String> recipe, Optional<byte[]> manifest, Optional<Duration> keptFor) {}

  /**
   * What an earlier run noted.
   *
   * @param recipe what the result depends on, by name
   * @param manifest of the image that is made, if that was fixed
   * @param volumes what the sink had of the volumes, by number
   * @param publishing as what the volumes were about to be published, if it came so far
   * @param published as what they were published, if that was learnt
   */
  public record Noted(
      Map<String, String> recipe,
      Optional<byte[]> manifest,
      SortedMap<Integer, VolumeRemains> volumes,
      Optional<String> publishing,
      Optional<String> published) {}

  /**
   * Begins a journal.
   *
   * @param broken told once if something cannot be written down; the work goes on, and what comes
   *     then would have to be done again
   */
  public static UnpackJournal begin(
      TaskJournal journal, Planned planned, Consumer<IOException> broken) throws IOException {
    return begin(journal, planned, broken, true);
  }

  /**
   * Begins a journal that tells what is there to be removed, and no more: nobody can go on with it,
   * because nobody can know whether what is read is still the same.
   *
   * @param broken as for {@link #begin(TaskJournal, Planned, Consumer)}
   */
  public static UnpackJournal trace(
      TaskJournal journal, Planned planned, Consumer<IOException> broken) throws IOException {
    return begin(journal, planned, broken, false);
  }

  private static UnpackJournal begin(
      TaskJournal journal, Planned planned, Consumer<IOException> broken, boolean keeps)
      throws IOException {
    UnpackJournal begun =
        new UnpackJournal(journal, new UnpackNotes(), broken, Optional.empty(), keeps);
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put(UnpackNotes.OF, UnpackNotes.VOLUMES);
    fields.put(UnpackNotes.RECIPE, planned.recipe());
    planned
        .manifest()
        .ifPresent(
            bytes -> fields.put(UnpackNotes.MANIFEST, Base64.getEncoder().encodeToString(bytes)));
    begun.note(UnpackNotes.PLANNED, fields);
    if (keeps && planned.keptFor().isPresent() && !begun.isBroken) {
      journal.keptFor(planned.keptFor().get());
    }
    return begun;
  }

  /** Goes on with a journal of which {@link #read} told. */
  public static UnpackJournal goOn(
      TaskDirectory tasks, TaskJournal journal, Consumer<IOException> broken) throws IOException {
    return new UnpackJournal(journal, notes(tasks, journal.id()), broken, Optional.of(tasks), true);
  }

  /**
   * Reads what an earlier run noted; nothing if it did not come to a plan.
   *
   * @throws IOException if the journal cannot be read, or contradicts itself
   */
  public static Optional<Noted> read(TaskDirectory tasks, String id) throws IOException {
    UnpackNotes notes = notes(tasks, id);
    return notes
        .recipe()
        .map(
            recipe ->
                new Noted(
                    recipe,
                    notes.manifest(),
                    notes.remains(),
                    notes.publishing(),
                    notes.published()));
  }

  /** Whether a task's journal is one of these; those of archives tell of other things. */
  public static boolean isOf(TaskDirectory tasks, String id) throws IOException {
    boolean[] found = new boolean[1];
    tasks.read(
        id,
        (type, fields) ->
            found[0] |=
                type.equals(UnpackNotes.PLANNED)
                    && UnpackNotes.VOLUMES.equals(fields.get(UnpackNotes.OF)));
    return found[0];
  }

  private static UnpackNotes notes(TaskDirectory tasks, String id) throws IOException {
    UnpackNotes notes = new UnpackNotes();
    tasks.read(id, notes::take);
    // These say themselves after which start of a volume they came.
    tasks.readNotes(id, notes::take);
    return notes;
  }

  /** The task's id. */
  public String taskId() {
    return journal.id();
  }

  /** What is left of a volume. */
  synchronized Optional<VolumeRemains> remains(int volume) {
    return Optional.ofNullable(notes.remains().get(volume));
  }

  /** Whether the sink has all blocks of a segment. */
  synchronized boolean isKept(int volume, int segment) {
    return notes.isKept(volume, segment);
  }

  /** Notes that the sink has all blocks of a segment, and that all of it was right. */
  void kept(int volume, int segment) {
    noteArrived(UnpackNotes.ARRIVED, volume, Map.of(UnpackNotes.SEGMENT, segment));
  }

  /** As above, of a segment that is in no archive, where its digests could be read again. */
  void kept(int volume, int segment, byte[] digests) {
    noteArrived(
        UnpackNotes.ARRIVED,
        volume,
        Map.of(
            UnpackNotes.SEGMENT,
            segment,
            UnpackNotes.DIGESTS,
            Base64.getEncoder().encodeToString(digests)));
  }

  private synchronized void noteArrived(String type, int volume, Map<String, Object> what) {
    if (!keeps) {
      return;
    }
    Map<String, Object> fields = new LinkedHashMap<>(what);
    fields.put(UnpackNotes.VOLUME, volume);
    fields.put(UnpackNotes.START, notes.start(volume));
    noteQuietly(type, fields);
  }

  /**
   * Goes through the segments that an earlier run noted with their digests, and that are still
   * there. They do not stay in memory.
   */
  void forEachKept(DoneSegments.Kept kept) throws IOException {
    if (tasks.isEmpty()) {
      return;
    }
    tasks
        .get()
        .readNotes(
            journal.id(),
            (type, fields) -> {
              if (type.equals(UnpackNotes.ARRIVED) && fields.containsKey(UnpackNotes.DIGESTS)) {
                int volume = UnpackNotes.volume(fields);
                int segment = UnpackNotes.number(fields, UnpackNotes.SEGMENT);
                if (isOfThisStart(volume, fields) && isKept(volume, segment)) {
                  kept.accept(volume, segment, PackNotes.bytes(fields, UnpackNotes.DIGESTS));
                }
              }
            });
  }

  private synchronized boolean isOfThisStart(int volume, Map<String, Object> fields)
      throws IOException {
    return UnpackNotes.number(fields, UnpackNotes.START) == notes.start(volume);
  }

  /** Whether the whole archive was found right. */
  synchronized boolean isChecked() {
    return notes.isChecked();
  }

  /** Notes that the whole archive was found right. */
  synchronized void checked() {
    if (!notes.isChecked()) {
      noteQuietly(UnpackNotes.CHECKED, Map.of());
    }
  }

  /** What notes what becomes of a volume. */
  BlockLog log(int volume) {
    return new VolumeLog(volume);
  }

  /**
   * Notes that the volumes are about to be published. This returns when the note outlives the
   * process, if it can be written down at all.
   *
   * @param as by what they can be found then
   */
  public void publishing(String as) {
    noteQuietly(UnpackNotes.PUBLISHING, Map.of(UnpackNotes.AS, as));
  }

  /** Notes as what the volumes were published. */
  public void published(String as) {
    noteQuietly(UnpackNotes.PUBLISHED, Map.of(UnpackNotes.AS, as));
  }

  /** Notes that what was published, or was about to be, is not there. */
  public void withdrawn() {
    noteQuietly(UnpackNotes.WITHDRAWN, Map.of());
  }

  /** As what the volumes were about to be published, if it came so far. */
  public synchronized Optional<String> publishing() {
    return notes.publishing();
  }

  /** As what the volumes were published, if that was learnt. */
  public synchronized Optional<String> published() {
    return notes.published();
  }

  /** What is left of the volumes, by number. */
  public synchronized SortedMap<Integer, VolumeRemains> remains() {
    return notes.remains();
  }

  /** Throws away what the sink has of the volumes, whether or not that was written down. */
  public void discard(ResumableBlockSink sink) throws IOException {
    discard(sink, remains());
  }

  /** Throws away what the sink has of volumes. */
  public static void discard(ResumableBlockSink sink, SortedMap<Integer, VolumeRemains> volumes)
      throws IOException {
    IOException failure = null;
    for (Map.Entry<Integer, VolumeRemains> volume : volumes.entrySet()) {
      try {
        sink.discard(volume.getKey(), volume.getValue());
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

  /** Whether a later run would find something to go on with, and learn of all that is left. */
  public synchronized boolean keepsAny() {
    return keeps && notes.keepsAny() && !hidesAny;
  }

  private void noteQuietly(String type, Map<String, Object> fields) {
    try {
      note(type, fields);
    } catch (IOException e) {
      throw new IllegalStateException("bug: a note contradicts those before it", e);
    }
  }

  /**
   * Takes a note and writes it down. A disk that is full of journals is no reason to lose the
   * image.
   */
  private synchronized void note(String type, Map<String, Object> fields) throws IOException {
    notes.take(type, fields);
    if (!isBroken) {
      try {
        write(type, fields);
        return;
      } catch (IOException e) {
        isBroken = true;
        broken.accept(e);
      }
    }
    hidesAny |= type.equals(UnpackNotes.BEGUN) || type.equals(UnpackNotes.PUBLISHING);
  }

  private void write(String type, Map<String, Object> fields) throws IOException {
    switch (type) {
      case UnpackNotes.BEGUN -> journal.leaves(fields);
      case UnpackNotes.ARRIVED, UnpackNotes.FILLED -> journal.note(type, fields);
      case UnpackNotes.PLANNED, UnpackNotes.CHECKED -> journal.append(type, fields);
      default -> {
        journal.append(type, fields);
        // What nobody knows of would be paid for without end.
        journal.force();
      }
    }
    sayThatAnyIsKept();
  }

  /** Once: whoever lists tasks need not read of each segment. */
  private void sayThatAnyIsKept() throws IOException {
    if (keeps && !saidThatAnyIsKept && notes.keepsAny()) {
      journal.kept(Map.of());
      saidThatAnyIsKept = true;
    }
  }

  /** What becomes of one volume. */
  private final class VolumeLog implements BlockLog {
    private final int volume;

    VolumeLog(int volume) {
      this.volume = volume;
    }

    @Override
    public void begun(String token) throws IOException {
      // What nobody knows of would be paid for without end.
      note(UnpackNotes.BEGUN, Map.of(UnpackNotes.VOLUME, volume, UnpackNotes.TOKEN, token));
    }

    @Override
    public void named(String token) throws IOException {
      note(UnpackNotes.NAMED, Map.of(UnpackNotes.VOLUME, volume, UnpackNotes.TOKEN, token));
    }

    @Override
    public void filled(int stretch) {
      noteArrived(UnpackNotes.FILLED, volume, Map.of(UnpackNotes.STRETCH, stretch));
    }

    @Override
    public void committing(String receipt) throws IOException {
      note(
          UnpackNotes.COMMITTING, Map.of(UnpackNotes.VOLUME, volume, UnpackNotes.RECEIPT, receipt));
    }

    @Override
    public void lost() throws IOException {
      note(UnpackNotes.LOST, Map.of(UnpackNotes.VOLUME, volume));
    }
  }
}
