package amber.task;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The journal of one task, open to be written: nobody else writes it meanwhile. Many threads may
 * append. Closing lets others go on with the task.
 */
public final class TaskJournal implements Closeable {

  private final String id;
  private final Clock clock;
  private final TaskLock lock;
  // No channel: that of an interrupted thread is closed, and an interrupt is what is written down.
  private final RandomAccessFile file;
  private long size;

  private TaskJournal(String id, Clock clock, TaskLock lock, RandomAccessFile file, long size) {
    this.id = id;
    this.clock = clock;
    this.lock = lock;
    this.file = file;
    this.size = size;
  }

  /** Opens a journal behind its last whole record; what was torn is cut off. */
  static TaskJournal open(String id, Path path, Clock clock, TaskLock lock) throws IOException {
    long whole = JournalFile.read(path, record -> {});
    RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
    try {
      file.setLength(whole);
      return new TaskJournal(id, clock, lock, file, whole);
    } catch (IOException e) {
      file.close();
      throw e;
    }
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
    byte[] line = JournalRecord.line(type, Instant.now(clock), fields);
    if (line.length > JournalRecord.MAX_BYTES) {
      throw new IOException(
          "%s: a record of %d bytes, should be at most %d"
              .formatted(id, line.length, JournalRecord.MAX_BYTES));
    }
    try {
      file.seek(size);
      file.write(line);
      size += line.length;
    } catch (IOException e) {
      cut(e);
      throw new IOException(
          "%s: its journal cannot be written: %s".formatted(id, e.getMessage()), e);
    }
  }

  /** Half a line would hide those behind it. */
  private void cut(IOException failure) {
    try {
      file.setLength(size);
    } catch (IOException e) {
      // The next record is written over it.
      failure.addSuppressed(e);
    }
  }

  private void end(String type, Map<String, Object> fields) throws IOException {
    append(type, fields);
    force();
  }

  /** Waits until all that was appended is on the disk. */
  public void force() throws IOException {
    file.getFD().sync();
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

  /** Says that the task is done. */
  public void completed(Map<String, Object> result) throws IOException {
    end(TaskRecords.COMPLETED, result);
  }

  /** Says that the task failed, and that nothing of it is kept. */
  public void failed(String reason) throws IOException {
    end(TaskRecords.FAILED, Map.of("reason", reason));
  }

  /** Says that the task ended before it was done, and can be gone on with. */
  public void interrupted(String reason) throws IOException {
    end(TaskRecords.INTERRUPTED, Map.of("reason", reason));
  }

  /** Says that what was kept of the task is removed. */
  public void cancelled() throws IOException {
    end(TaskRecords.CANCELLED, Map.of());
  }

  static Map<String, Object> fields(TaskStart start) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("verb", start.verb());
    fields.put("source", start.source());
    fields.put("target", start.target());
    fields.put("arguments", start.arguments());
    fields.put("directory", start.directory());
    fields.put("version", start.version());
    return fields;
  }

  @Override
  public synchronized void close() throws IOException {
    try (lock) {
      file.close();
    }
  }
}
