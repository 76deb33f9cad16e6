package amber.cli;

import amber.store.ArchiveSink;
import amber.store.PendingArchive;
import amber.store.StoredArchive;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.WritableByteChannel;

/**
 * One archive to a stream. What is written cannot be taken back: if the archive is discarded, its
 * end is missing, which every reader notices.
 */
record StreamSink(WritableByteChannel stream) implements ArchiveSink {

  @Override
  public PendingArchive begin(String name) {
    return new PendingStream(name, stream);
  }

  private static final class PendingStream implements PendingArchive {
    private final String name;
    private final WritableByteChannel stream;
    private long written;

    PendingStream(String name, WritableByteChannel stream) {
      this.name = name;
      this.stream = stream;
    }

    @Override
    public void append(ByteBuffer bytes) throws IOException {
      try {
        while (bytes.hasRemaining()) {
          written += stream.write(bytes);
        }
      } catch (ClosedByInterruptException e) {
        throw e;
      } catch (IOException e) {
        throw new IOException(name + ": cannot be written: " + e.getMessage(), e);
      }
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
