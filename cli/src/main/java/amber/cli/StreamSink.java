package amber.cli;

import amber.store.ArchiveSink;
import amber.store.PendingArchive;
import amber.store.StoredArchive;
import amber.work.Traffic;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.WritableByteChannel;

/**
 * One archive to a stream. What is written cannot be taken back: if the archive is discarded, its
 * end is missing, which every reader notices.
 */
record StreamSink(WritableByteChannel stream, Traffic traffic) implements ArchiveSink {

  // Few enough that a slow reader is seen to be one, and not taken for one that reads no more.
  private static final int PIECE_BYTES = 64 << 10;

  @Override
  public PendingArchive begin(String name) {
    return new PendingStream(name, stream, traffic);
  }

  private static final class PendingStream implements PendingArchive {
    private final String name;
    private final WritableByteChannel stream;
    private final Traffic traffic;
    private long written;

    PendingStream(String name, WritableByteChannel stream, Traffic traffic) {
      this.name = name;
      this.stream = stream;
      this.traffic = traffic;
    }

    @Override
    public void append(ByteBuffer bytes) throws IOException {
      Traffic.UnderWay writing =
          traffic.begin(() -> "%s: byte %d is not taken yet".formatted(name, written));
      try {
        while (bytes.hasRemaining()) {
          write(bytes);
        }
      } catch (ClosedByInterruptException e) {
        throw e;
      } catch (IOException e) {
        throw new IOException(name + ": cannot be written: " + e.getMessage(), e);
      } finally {
        writing.close();
      }
    }

    private void write(ByteBuffer bytes) throws IOException {
      int some = Math.min(PIECE_BYTES, bytes.remaining());
      int count = stream.write(bytes.slice(bytes.position(), some));
      bytes.position(bytes.position() + count);
      written += count;
      traffic.moved(count);
    }

    @Override
    public StoredArchive commit() {
      return new StoredArchive(name, written);
    }

    @Override
    public void close() {
      // The stream belongs to whoever opened it.
    }
  }
}
