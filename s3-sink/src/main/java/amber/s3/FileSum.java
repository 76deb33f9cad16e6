package amber.s3;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.Checksum;

/** The checksum of a file, made on a thread of its own while other things are done. */
final class FileSum implements Closeable {

  private static final int PIECE_BYTES = 1 << 20;

  // No disk of use is slower than this, whatever else it does.
  private static final long SLOWEST_BYTES_PER_SECOND = 1 << 20;
  private static final long LEAST_SECONDS = 600;

  private final Path file;
  private final ExecutorService thread = Executors.newSingleThreadExecutor(FileSum::newThread);
  private final Future<S3Checksum> sum;
  private final long limitSeconds;

  /** Begins at once. */
  FileSum(Path file, S3Checksum.Algorithm algorithm) throws IOException {
    this.file = file;
    this.limitSeconds = LEAST_SECONDS + file.toFile().length() / SLOWEST_BYTES_PER_SECOND;
    this.sum = thread.submit(() -> read(file, algorithm));
  }

  private static S3Checksum read(Path file, S3Checksum.Algorithm algorithm) throws IOException {
    Checksum sum = algorithm.begin();
    byte[] piece = new byte[PIECE_BYTES];
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer buffer = ByteBuffer.wrap(piece);
      while (channel.read(buffer.clear()) >= 0) {
        sum.update(piece, 0, buffer.position());
      }
    }
    return S3Checksum.of(algorithm, sum);
  }

  /** Waits for it. */
  S3Checksum await() throws IOException {
    try {
      return sum.get(limitSeconds, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException(file + ": interrupted while its checksum is made");
    } catch (TimeoutException e) {
      throw new IOException(
          "%s: could not be read in %d s, given up".formatted(file, limitSeconds), e);
    } catch (ExecutionException e) {
      throw new IOException(
          "%s: cannot be read: %s".formatted(file, e.getCause().getMessage()), e.getCause());
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }

  private static Thread newThread(Runnable work) {
    Thread thread = new Thread(work, "amber-work-s3-sum");
    thread.setDaemon(true);
    return thread;
  }
}
