package amber.ec2;

import amber.block.Block;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Buffers of one block each, as many as may be under way at once: the bound on memory. For any
 * number of threads.
 */
final class BlockSlots {

  private static final Duration LIMIT = Duration.ofMinutes(30);

  private final Semaphore free;
  private final ConcurrentLinkedQueue<byte[]> buffers = new ConcurrentLinkedQueue<>();

  BlockSlots(int count) {
    this.free = new Semaphore(count);
  }

  /** A buffer if one is free just now. */
  Optional<byte[]> tryTake() {
    return free.tryAcquire() ? Optional.of(buffer()) : Optional.empty();
  }

  /** A buffer if one becomes free soon. */
  Optional<byte[]> tryTake(Duration patience, String what) throws InterruptedIOException {
    try {
      boolean taken = free.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS);
      return taken ? Optional.of(buffer()) : Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for a buffer for " + what);
    }
  }

  /** A buffer, as soon as one is free. */
  byte[] take(String what) throws IOException {
    return tryTake(LIMIT, what)
        .orElseThrow(
            () ->
                new IOException(
                    "%s: no buffer became free in %d min".formatted(what, LIMIT.toMinutes())));
  }

  private byte[] buffer() {
    byte[] used = buffers.poll();
    return used == null ? new byte[Block.SIZE] : used;
  }

  /** Gives a buffer back that nobody reads or writes any more. */
  void give(byte[] buffer) {
    buffers.add(buffer);
    free.release();
  }

  /** Gives back the place of a buffer that a request given up may still hold. */
  void forget() {
    free.release();
  }

  int freeCount() {
    return free.availablePermits();
  }
}
