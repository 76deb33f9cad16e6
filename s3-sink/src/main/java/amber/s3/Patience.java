package amber.s3;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * How one attempt of a request is waited for.
 *
 * @param more how much longer than others it may take
 * @param moved what grows while bytes are handed on; if it does not for a while, the attempt is
 *     given up early
 * @param theirs whether it is S3 that works meanwhile, and no byte has to move
 */
record Patience(Duration more, Optional<LongSupplier> moved, boolean theirs) {

  /** For requests that move next to nothing. */
  static final Patience USUAL = forBytes(0);

  // No connection of use is slower; a body gets that much more time.
  private static final long SLOWEST_BYTES_PER_SECOND = 128 << 10;

  // No store of use copies more slowly what it has.
  private static final long SLOWEST_COPY_BYTES_PER_SECOND = 2 << 20;

  // S3 may take minutes to put thousands of parts together.
  private static final Duration LONGEST_COMPLETION = Duration.ofMinutes(10);
  private static final Duration COMPLETION_OF_A_PART = LONGEST_COMPLETION.dividedBy(10_000);

  // What was handed on and may not be sent yet.
  private static final long BUFFERED_BYTES = 16 << 20;

  /** For a request that moves so many bytes. */
  static Patience forBytes(long bytes) {
    return new Patience(timeFor(bytes), Optional.empty(), false);
  }

  /** For a request that moves so many bytes that nobody should wait for it if it stands still. */
  static Patience forMoving(long bytes, LongSupplier moved) {
    return new Patience(timeFor(bytes), Optional.of(moved), false);
  }

  /** For a request to copy so many bytes that the store has. */
  static Patience forCopy(long bytes) {
    return new Patience(timeForCopy(bytes), Optional.empty(), true);
  }

  /** For the request to make an object of so many parts, which have so many bytes in all. */
  static Patience forCompletion(int parts, long bytes) {
    Duration more = timeForCopy(bytes).plus(COMPLETION_OF_A_PART.multipliedBy(parts));
    return new Patience(
        more.compareTo(LONGEST_COMPLETION) < 0 ? more : LONGEST_COMPLETION, Optional.empty(), true);
  }

  private static Duration timeForCopy(long bytes) {
    return Duration.ofSeconds(bytes / SLOWEST_COPY_BYTES_PER_SECOND);
  }

  /** How long so many bytes may take. */
  static Duration timeFor(long bytes) {
    return Duration.ofSeconds(bytes / SLOWEST_BYTES_PER_SECOND);
  }

  /**
   * Waits.
   *
   * @param limit the most in all, {@link #more} included
   * @throws TimeoutException if there is no answer, and to wait longer is of no use
   */
  <T> T await(CompletableFuture<T> answer, Duration limit)
      throws InterruptedException, ExecutionException, TimeoutException {
    if (moved.isEmpty()) {
      return answer.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    }
    long ends = System.nanoTime() + limit.toNanos();
    long still = limit.minus(more).plus(timeFor(BUFFERED_BYTES)).toNanos();
    long before = moved.orElseThrow().getAsLong();
    while (true) {
      long left = ends - System.nanoTime();
      try {
        return answer.get(Math.min(left, still), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        long now = moved.orElseThrow().getAsLong();
        if (left <= still || now == before) {
          throw e;
        }
        before = now;
      }
    }
  }
}
