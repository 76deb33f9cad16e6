package amber.task;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** Reads a journal as far as it is whole: up to the first line that is torn or changed. */
final class JournalFile {

  private static final int BUFFER_BYTES = 1 << 16;
  private static final int TAIL_BYTES = 1 << 16;

  /** Takes records, and may fail. */
  @FunctionalInterface
  interface Records {
    void accept(JournalRecord record) throws IOException;
  }

  private JournalFile() {}

  /**
   * Reads a journal.
   *
   * @return how many bytes of it are whole
   */
  static long read(Path file, Records records) throws IOException {
    long whole = 0;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES)) {
      Line line = new Line();
      while (line.next(in)) {
        Optional<JournalRecord> record = JournalRecord.parse(line.bytes(), line.size());
        if (record.isEmpty()) {
          return whole;
        }
        records.accept(record.get());
        whole += line.size() + 1L;
      }
    }
    return whole;
  }

  /**
   * The last record, without reading the others; nothing if the end is torn, or if the record is
   * longer than {@value #TAIL_BYTES} bytes.
   */
  static Optional<JournalRecord> last(Path file) throws IOException {
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      long size = channel.size();
      ByteBuffer tail = ByteBuffer.allocate((int) Math.min(size, TAIL_BYTES));
      channel.position(size - tail.capacity());
      while (tail.hasRemaining() && channel.read(tail) >= 0) {
        // Until it is full.
      }
      int end = tail.position() - 1;
      if (tail.hasRemaining() || end < 0 || tail.get(end) != '\n') {
        return Optional.empty();
      }
      int start = end;
      while (start > 0 && tail.get(start - 1) != '\n') {
        start--;
      }
      boolean isWhole = start > 0 || tail.capacity() == size;
      byte[] line = Arrays.copyOfRange(tail.array(), start, end);
      return isWhole ? JournalRecord.parse(line, line.length) : Optional.empty();
    }
  }

  /** The bytes of one line, in a buffer that the next one takes. */
  private static final class Line extends ByteArrayOutputStream {

    /** Reads up to the end of a line; false if there is none, or if it is too far away. */
    boolean next(InputStream in) throws IOException {
      reset();
      int character = in.read();
      while (character >= 0 && character != '\n' && count < JournalRecord.MAX_BYTES) {
        write(character);
        character = in.read();
      }
      return character == '\n';
    }

    byte[] bytes() {
      return buf;
    }
  }
}
