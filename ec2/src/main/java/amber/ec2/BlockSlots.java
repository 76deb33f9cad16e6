package amber.ec2;

import amber.block.Block;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Buffers of one block each, as many as may be under way at once: the bound on memory. For any
 * number of threads.
 */
final class BlockSlots {

  private static final Duration LIMIT = Duration.ofMinutes(30);

  private final Deque<byte[]> buffers = new ArrayDeque<>();
  private final Object change = new Object();
  private int free;

  BlockSlots(int count) {
    this.free = count;
  }

  /** A buffer if one is free just now. */
  Optional<byte[]> tryTake() {
    synchronized (change) {
      return free > 0 ? Optional.of(takeAnyway()) : Optional.empty();
    }
  }

  /** A buffer beyond the bound, for one who must not wait; the others wait the longer. */
  byte[] takeAnyway() {
    synchronized (change) {
      free--;
      byte[] used = buffers.pollLast();
      return used == null ? new byte[Block.SIZE] : used;
    }
  }

  /** A buffer, as soon as one is free. */
  byte[] take(String what) throws IOException {
    long began = System.nanoTime();
    synchronized (change) {
      while (free <= 0) {
        long left = LIMIT.toNanos() - (System.nanoTime() - began);
        if (left <= 0) {
          throw new IOException(
              "%s: no buffer became free in %d min".formatted(what, LIMIT.toMinutes()));
        }
        try {
          TimeUnit.NANOSECONDS.timedWait(change, left);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new InterruptedIOException("interrupted while waiting for a buffer for " + what);
        }
      }
      return takeAnyway();
    }
  }

  /** Gives a buffer back that nobody reads or writes any more. */
  void give(byte[] buffer) {
    synchronized (change) {
      buffers.addLast(buffer);
      free++;
      change.notify();
    }
  }

  /** Gives back the place of a buffer that a request given up may still hold. */
  void forget() {
    synchronized (change) {
      free++;
      change.notify();
    }
  }

  int freeCount() {
    synchronized (change) {
      return free;
    }
  }
}
