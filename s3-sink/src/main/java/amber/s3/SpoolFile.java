package amber.s3;

import amber.store.FileWrites;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The bytes of one part on disk. Where the system allows it the file loses its name when it is
 * opened, so that nothing is left of it however this process ends.
 */
final class SpoolFile implements Closeable {

  private static final Set<StandardOpenOption> OPTIONS =
      Set.of(
          StandardOpenOption.CREATE_NEW,
          StandardOpenOption.READ,
          StandardOpenOption.WRITE,
          StandardOpenOption.DELETE_ON_CLOSE);

  // What an image holds is nobody else's business.
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path path;
  private final FileChannel channel;
  private final Executor readers;
  private final Consumer<SpoolFile> closed;
  private final AtomicLong bytesSent = new AtomicLong();
  private long sizeBytes;

  private SpoolFile(Path path, FileChannel channel, Executor readers, Consumer<SpoolFile> closed) {
    this.path = path;
    this.channel = channel;
    this.readers = readers;
    this.closed = closed;
  }

  /**
   * A new file.
   *
   * @param readers whose threads read it
   * @param closed told when it is closed
   */
  static SpoolFile create(Path directory, Executor readers, Consumer<SpoolFile> closed)
      throws IOException {
    Path path = directory.resolve("amber-part-" + UUID.randomUUID());
    return new SpoolFile(path, FileChannel.open(path, OPTIONS, OWNER_ONLY), readers, closed);
  }

  /** Appends all remaining bytes. */
  void append(ByteBuffer bytes) throws IOException {
    int count = bytes.remaining();
    try {
      FileWrites.write(channel, bytes, sizeBytes);
      sizeBytes += count;
    } catch (ClosedByInterruptException e) {
      throw e;
    } catch (IOException e) {
      FileSystemException full =
          new FileSystemException(
              path.getParent().toString(),
              null,
              "a part of %d bytes cannot be kept there: %s"
                  .formatted(sizeBytes + count, e.getMessage()));
      full.initCause(e);
      throw full;
    }
  }

  /** All bytes as the body of a request; each attempt needs its own. */
  SpoolBody body() {
    return new SpoolBody(channel, sizeBytes, readers, bytesSent::addAndGet);
  }

  /** How many bytes were handed on so far, by all bodies. */
  long bytesSent() {
    return bytesSent.get();
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // Nobody reads it any more, and it has no name.
      return;
    } finally {
      closed.accept(this);
    }
  }
}
