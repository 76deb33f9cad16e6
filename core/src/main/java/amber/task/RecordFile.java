package amber.task;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/** A file of records, open to be appended to. For one thread at a time. */
final class RecordFile implements Closeable {

  private final String id;
  // No channel: that of an interrupted thread is closed, and an interrupt is what is written down.
  private final RandomAccessFile file;
  private long size;

  private RecordFile(String id, RandomAccessFile file, long size) {
    this.id = id;
    this.file = file;
    this.size = size;
  }

  /**
   * Opens a file behind its last whole record; what was torn is cut off.
   *
   * @param id of the task that it is of
   */
  static RecordFile open(String id, Path path) throws IOException {
    long whole = Files.exists(path) ? JournalFile.read(path, record -> {}) : 0;
    RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
    try {
      file.setLength(whole);
      return new RecordFile(id, file, whole);
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  /**
   * Appends a record.
   *
   * @throws IOException if it cannot be written; the file is then as it was before
   */
  void append(String type, Instant at, Map<String, Object> fields) throws IOException {
    byte[] line = JournalRecord.line(type, at, fields);
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

  /** Waits until all that was appended is on the disk. */
  void force() throws IOException {
    file.getFD().sync();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
