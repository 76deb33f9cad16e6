package amber.work;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A fixed number of direct buffers of one size, made when first needed and used again.
 *
 * <p>Nobody waits here: whoever takes buffers is bounded elsewhere (by a window), and taking more
 * than the pool may hold is a bug.
 */
public final class BufferPool {

  private final int limit;
  private final int sizeBytes;
  private final AtomicInteger made = new AtomicInteger();
  private final ConcurrentLinkedQueue<ByteBuffer> free = new ConcurrentLinkedQueue<>();

  /** A pool of at most {@code limit} buffers of {@code sizeBytes}. */
  public BufferPool(int limit, int sizeBytes) {
    this.limit = limit;
    this.sizeBytes = sizeBytes;
  }

  /** An empty buffer, its order the platform-independent big-endian default. */
  public ByteBuffer take() {
    ByteBuffer buffer = free.poll();
    if (buffer != null) {
      return buffer;
    }
    if (made.incrementAndGet() > limit) {
      throw new IllegalStateException(
          "bug: more than %d buffers of %d bytes are in use".formatted(limit, sizeBytes));
    }
    return ByteBuffer.allocateDirect(sizeBytes);
  }

  /** Gives a buffer back; the caller must not use it any more. */
  public void give(ByteBuffer buffer) {
    free.add(buffer.clear());
  }
}
