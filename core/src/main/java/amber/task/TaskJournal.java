package amber.task;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The journal of one task, open to be written: nobody else writes it meanwhile. Many threads may
 * append. Closing lets others go on with the task.
 *
 * <p>Beside it are notes: what only a run that goes on with the task needs to know, however much
 * that is. Who looks at tasks does not read them, and they go away when the task has ended.
 */
public final class TaskJournal implements Closeable {

  private final String id;
  private final Clock clock;
  private final TaskLock lock;
  private final RecordFile records;
  private final Path notesPath;
  private RecordFile notes;

  private TaskJournal(String id, Clock clock, TaskLock lock, RecordFile records, Path notesPath) {
    this.id = id;
    this.clock = clock;
    this.lock = lock;
    this.records = records;
    this.notesPath = notesPath;
  }

  /** Opens a journal behind its last whole record; what was torn is cut off. */
  static TaskJournal open(String id, Path path, Path notesPath, Clock clock, TaskLock lock)
      throws IOException {
    return new TaskJournal(id, clock, lock, RecordFile.open(id, path), notesPath);
  }

  /** The task's id. */
  public String id() {
    return id;
  }

  /**
   * Appends a record.
   *
   * @param type says what it is about
   * @param fields what it says; texts, numbers and lists of them
   * @throws IOException if it cannot be written; the journal is then as it was before
   */
  public synchronized void append(String type, Map<String, Object> fields) throws IOException {
    records.append(type, Instant.now(clock), fields);
  }

  /**
   * Appends a record to the notes.
   *
   * @param type says what it is about
   * @param fields what it says; texts, numbers and lists of them
   * @throws IOException if it cannot be written; the notes are then as they were before
   */
  public synchronized void note(String type, Map<String, Object> fields) throws IOException {
    if (notes == null) {
      notes = RecordFile.open(id, notesPath);
    }
    notes.append(type, Instant.now(clock), fields);
  }

  private synchronized void end(String type, Map<String, Object> fields) throws IOException {
    append(type, fields);
    force();
  }

  private synchronized void endForGood(String type, Map<String, Object> fields) throws IOException {
    end(type, fields);
    if (notes != null) {
      notes.close();
      notes = null;
    }
    Files.deleteIfExists(notesPath);
  }

  /** Waits until all that was appended is on the disk, notes first. */
  public synchronized void force() throws IOException {
    if (notes != null) {
      notes.force();
    }
    records.force();
  }

  /** Says that another run goes on with the task. */
  public void resumed(TaskStart start) throws IOException {
    append(TaskRecords.RESUMED, fields(start));
  }

  /**
   * Says how far the task is.
   *
   * @param doneBytes bytes of blocks that are done
   * @param totalBytes of all blocks
   */
  public void progress(long doneBytes, long totalBytes) throws IOException {
    append(TaskRecords.PROGRESS, Map.of("doneBytes", doneBytes, "totalBytes", totalBytes));
  }

  /**
   * Says that something is about to be made of which nobody would know if the run died now, and
   * waits until that is on the disk. From here to its end the task counts as one that has left
   * something ({@link Task#left}).
   *
   * @param what by which it can be found
   */
  public void leaves(Map<String, Object> what) throws IOException {
    append(TaskRecords.LEAVES, what);
    force();
  }

  /**
   * Says that something is done that a later run need not do again. From here on the task counts as
   * one that can be gone on with ({@link Task#resumable}).
   *
   * @param what is done
   */
  public void kept(Map<String, Object> what) throws IOException {
    append(TaskRecords.KEPT, what);
  }

  /**
   * Says how long what is kept stays there after the last time that anything was done.
   *
   * @param time whole minutes
   */
  public void keptFor(Duration time) throws IOException {
    append(TaskRecords.KEPT_FOR, Map.of(TaskRecords.MINUTES, time.toMinutes()));
  }

  /** Says that nothing is kept any more: all is done again. */
  public void restarted() throws IOException {
    append(TaskRecords.RESTARTED, Map.of());
  }

  /**
   * Says that the task is done.
   *
   * @param result what came of it: texts and numbers by name
   */
  public void completed(Map<String, Object> result) throws IOException {
    endForGood(TaskRecords.COMPLETED, result);
  }

  /**
   * Says that the task failed, and that nothing of it is kept.
   *
   * @param left whether something is there all the same, because it could not be removed
   */
  public void failed(String reason, boolean left) throws IOException {
    endForGood(TaskRecords.FAILED, Map.of("reason", reason, TaskRecords.LEFT, left));
  }

  /** Says that the task ended before it was done, and can be gone on with. */
  public void interrupted(String reason) throws IOException {
    end(TaskRecords.INTERRUPTED, Map.of("reason", reason));
  }

  /** Says that what was kept of the task is removed. */
  public void cancelled() throws IOException {
    endForGood(TaskRecords.CANCELLED, Map.of());
  }

  static Map<String, Object> fields(TaskStart start) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("verb", start.verb());
    fields.put("source", start.source());
    fields.put("target", start.target());
    fields.put("arguments", start.arguments());
    fields.put("directory", start.directory());
    fields.put("environment", start.environment());
    fields.put("version", start.version());
    TaskProcess process = TaskProcess.current();
    fields.put(TaskRecords.PID, process.pid());
    fields.put(TaskRecords.PROCESS_STARTED_AT, process.startedAt().toString());
    return fields;
  }

  @Override
  public synchronized void close() throws IOException {
    try (lock;
        records) {
      if (notes != null) {
        notes.close();
      }
    }
  }
}
