package amber.disk;

import amber.block.Block;
import amber.block.BlockLog;
import amber.block.PendingVolume;
import amber.store.FileWrites;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** A volume being written to a sparse file. */
final class RawVolume implements PendingVolume {

  private static final String WRITTEN = "written";

  // How much has to be done again at most. To wait for the disk more often would hold up the run.
  private static final int BLOCKS_BETWEEN_SYNCS = 512;
  private static final Duration TIME_BETWEEN_SYNCS = Duration.ofSeconds(10);

  private final Path file;
  private final String location;
  private final long sizeBytes;
  private final boolean sync;
  private final Optional<BlockLog> log;
  private final FileChannel channel;
  // The kernel lets one write to a file at a time, and has the others spin rather than sleep.
  private final ReentrantLock writing = new ReentrantLock();
  private final Object arrival = new Object();
  private List<Runnable> written = new ArrayList<>();
  private long syncedAt = System.nanoTime();
  private boolean ended;

  private RawVolume(
      Path file, String location, long sizeBytes, boolean sync, Optional<BlockLog> log)
      throws IOException {
    this.file = file;
    this.location = location;
    this.sizeBytes = sizeBytes;
    this.sync = sync;
    this.log = log;
    this.channel = FileChannel.open(file, StandardOpenOption.WRITE);
  }

  /**
   * Makes the file.
   *
   * @param location what messages call it
   * @param log what is told of it if it is to be kept
   */
  static RawVolume make(
      Path file, String location, long sizeBytes, boolean sync, Optional<BlockLog> log)
      throws IOException {
    try (RandomAccessFile empty = new RandomAccessFile(file.toFile(), "rw")) {
      empty.setLength(sizeBytes);
    } catch (IOException e) {
      throw new IOException(
          "%s: cannot be made %d bytes large: %s".formatted(location, sizeBytes, e.getMessage()),
          e);
    }
    return new RawVolume(file, location, sizeBytes, sync, log);
  }

  /** Goes on with a file that was kept. */
  static RawVolume reopen(Path file, String location, long sizeBytes, boolean sync, BlockLog log)
      throws IOException {
    return new RawVolume(file, location, sizeBytes, sync, Optional.of(log));
  }

  @Override
  public String location() {
    return location;
  }

  @Override
  public void write(int index, ByteBuffer block, byte[] digest) throws IOException {
    ByteBuffer bytes = block.slice(block.position(), Block.length(index, sizeBytes));
    try {
      writing.lock();
      try {
        FileWrites.write(channel, bytes, Block.offset(index));
      } finally {
        writing.unlock();
      }
    } catch (ClosedByInterruptException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException(
          "%s: block %d cannot be written: %s".formatted(location, index, e.getMessage()), e);
    }
  }

  @Override
  public void write(int index, ByteBuffer block, byte[] digest, Runnable arrived)
      throws IOException {
    write(index, block, digest);
    List<Runnable> due;
    synchronized (arrival) {
      written.add(arrived);
      boolean isTime = System.nanoTime() - syncedAt > TIME_BETWEEN_SYNCS.toNanos();
      if (sync && written.size() < BLOCKS_BETWEEN_SYNCS && !isTime) {
        return;
      }
      due = take();
    }
    if (sync) {
      channel.force(false);
    }
    for (Runnable each : due) {
      each.run();
    }
  }

  private List<Runnable> take() {
    List<Runnable> due = written;
    written = new ArrayList<>();
    syncedAt = System.nanoTime();
    return due;
  }

  private void tellAll() {
    List<Runnable> due;
    synchronized (arrival) {
      due = take();
    }
    for (Runnable each : due) {
      each.run();
    }
  }

  @Override
  public void commit() throws IOException {
    if (sync) {
      channel.force(true);
    }
    tellAll();
    if (log.isPresent()) {
      log.get().committing(WRITTEN);
    }
    channel.close();
    ended = true;
  }

  @Override
  public void close() throws IOException {
    if (ended) {
      return;
    }
    ended = true;
    channel.close();
    if (log.isEmpty()) {
      Files.deleteIfExists(file);
      return;
    }
    // An interrupt is why we are here, perhaps; what was written is kept all the same.
    boolean interrupted = Thread.interrupted();
    try {
      if (sync && Files.exists(file)) {
        try (FileChannel again = FileChannel.open(file, StandardOpenOption.WRITE)) {
          again.force(false);
        }
      }
      tellAll();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
