package amber.archive;

import amber.store.FileWrites;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Bytes that are appended one after the other and read back later: in memory while they are few,
 * beyond that in a temporary file. The tables of an archive of many TiB so take no more memory than
 * those of a small one.
 *
 * <p>The file is readable by its owner alone. Where the system allows it the file loses its name
 * when it is opened, so that nothing is left of it however this process ends, and its room is free
 * again when it is closed or nobody refers to it any more.
 *
 * <p>One thread appends; then any number may read.
 */
final class Spool implements Closeable {

  /** What stays in memory: the index of 2 TiB of listed blocks, or the seek table of 1.75 TiB. */
  static final int MEMORY_BYTES = 4 << 20;

  private static final int PAGE_BYTES = 64 << 10;

  /**
   * Takes pieces of what was appended.
   *
   * @param <E> how it may fail
   */
  @FunctionalInterface
  interface Pieces<E extends Exception> {
    /** The next bytes, little-endian, good until this returns. */
    void accept(ByteBuffer bytes) throws E;
  }

  private final int memoryBytes;
  private final List<ByteBuffer> pages = new ArrayList<>();
  private FileChannel file;
  private Path directory;
  private long fileBytes;
  private long size;

  /** A spool that keeps {@link #MEMORY_BYTES} in memory. */
  Spool() {
    this(MEMORY_BYTES);
  }

  /** A spool that keeps about so many bytes in memory. */
  Spool(int memoryBytes) {
    this.memoryBytes = memoryBytes;
  }

  /** How many bytes were appended. */
  long size() {
    return size;
  }

  /** Whether it has outgrown its memory. */
  boolean isOnDisk() {
    return file != null;
  }

  /** Appends the remaining bytes; consumes them. */
  void append(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      ByteBuffer page = openPage();
      int count = Math.min(page.remaining(), bytes.remaining());
      page.put(bytes.slice(bytes.position(), count));
      bytes.position(bytes.position() + count);
      size += count;
    }
  }

  /** The last page, with room for a byte or more. */
  private ByteBuffer openPage() throws IOException {
    ByteBuffer last = pages.isEmpty() ? null : pages.get(pages.size() - 1);
    if (last != null && last.hasRemaining()) {
      return last;
    }
    if (file != null || (long) (pages.size() + 1) * PAGE_BYTES > memoryBytes) {
      moveToFile();
    }
    if (file != null && last != null) {
      pages.add(last.clear());
    } else {
      pages.add(ByteBuffer.allocate(PAGE_BYTES));
    }
    return pages.get(pages.size() - 1);
  }

  /** All full pages. */
  private void moveToFile() throws IOException {
    if (file == null) {
      Path path = Files.createTempFile("amber-tables-", ".tmp");
      directory = path.getParent();
      file =
          FileChannel.open(
              path,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE);
    }
    for (ByteBuffer page : pages) {
      int count = page.position();
      try {
        FileWrites.write(file, page.duplicate().flip(), fileBytes);
      } catch (ClosedByInterruptException e) {
        throw e;
      } catch (IOException e) {
        throw inFile(e);
      }
      fileBytes += count;
    }
    pages.clear();
  }

  /**
   * Reads {@code target.remaining()} bytes.
   *
   * @param at counted from the first byte that was appended
   */
  void read(long at, ByteBuffer target) throws IOException {
    if (at < 0 || at + target.remaining() > size) {
      throw new IndexOutOfBoundsException(
          "%d bytes at %d, should be within %d".formatted(target.remaining(), at, size));
    }
    long position = at;
    while (target.hasRemaining()) {
      if (position < fileBytes) {
        position += readFile(position, target);
      } else {
        long inPages = position - fileBytes;
        ByteBuffer page = pages.get((int) (inPages / PAGE_BYTES));
        int from = (int) (inPages % PAGE_BYTES);
        int count = Math.min(page.position() - from, target.remaining());
        target.put(page.slice(from, count));
        position += count;
      }
    }
  }

  private int readFile(long position, ByteBuffer target) throws IOException {
    int end = target.limit();
    target.limit((int) Math.min(end, target.position() + (fileBytes - position)));
    try {
      int count = file.read(target, position);
      if (count < 0) {
        throw new EOFException("ends at byte %d, should at %d".formatted(position, fileBytes));
      }
      return count;
    } catch (EOFException e) {
      throw inFile(e);
    } finally {
      target.limit(end);
    }
  }

  /** Hands on the bytes from here to there, in pieces of at most 64 KiB that are whole units. */
  <E extends Exception> void forEach(long from, long to, int unitBytes, Pieces<E> pieces)
      throws IOException, E {
    ByteBuffer piece =
        ByteBuffer.allocate(PAGE_BYTES / unitBytes * unitBytes).order(ByteOrder.LITTLE_ENDIAN);
    for (long at = from; at < to; at += piece.limit()) {
      read(at, piece.clear().limit((int) Math.min(piece.capacity(), to - at)));
      pieces.accept(piece.flip());
    }
  }

  private FileSystemException inFile(IOException cause) {
    FileSystemException told =
        new FileSystemException(
            directory.toString(),
            null,
            "the tables of an archive of %d bytes cannot be kept there: %s"
                .formatted(size, cause.getMessage()));
    told.initCause(cause);
    return told;
  }

  @Override
  public void close() throws IOException {
    pages.clear();
    size = 0;
    fileBytes = 0;
    if (file != null) {
      file.close();
    }
  }
}
