package amber.work;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Keeps requests under a rate: a token bucket that becomes slower when the other side complains,
 * and faster again, up to the rate, when it no longer does. For any number of threads.
 */
public final class Pace {

  /** How long one permission may take. */
  public static final Duration LIMIT = Duration.ofMinutes(5);

  // A twentieth of a second's worth may be taken at once: threads do not wake up on the nanosecond.
  private static final double BURST_SECONDS = 0.05;
  private static final double SLOWER = 0.7;
  private static final double LEAST = 0.02;
  private static final double REGAINED_PER_SECOND = 0.05;
  private static final long ONE_COMPLAINT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final String what;
  private final Duration limit;
  private final LongAdder complaints = new LongAdder();
  private double mostPerSecond;
  private double perSecond;
  private long freeFrom = System.nanoTime();
  private long slowedAt = freeFrom - ONE_COMPLAINT_NANOS;
  private long regainedAt = freeFrom;

  /**
   * A rate.
   *
   * @param what what is paced, for messages, such as {@code GetSnapshotBlock requests}
   * @param mostPerSecond the rate, or infinity for none
   */
  public Pace(String what, double mostPerSecond) {
    this(what, mostPerSecond, LIMIT);
  }

  Pace(String what, double mostPerSecond, Duration limit) {
    this.what = what;
    requireRate(mostPerSecond);
    this.mostPerSecond = mostPerSecond;
    this.perSecond = mostPerSecond;
    this.limit = limit;
  }

  private void requireRate(double rate) {
    if (!(rate > 0)) {
      throw new IllegalArgumentException(
          "%s: %s each second, should be more than 0".formatted(what, rate));
    }
  }

  /**
   * Takes another rate from now on, such as one that was found out. What complaints have taken off
   * stays off, in proportion.
   *
   * @param newMostPerSecond the rate, or infinity for none
   */
  public synchronized void become(double newMostPerSecond) {
    requireRate(newMostPerSecond);
    double share = Double.isInfinite(mostPerSecond) ? 1 : perSecond / mostPerSecond;
    mostPerSecond = newMostPerSecond;
    perSecond = newMostPerSecond * share;
  }

  /** Waits until one more request may be sent. */
  public void await() throws IOException {
    long waitNanos = reserve();
    if (waitNanos <= 0) {
      return;
    }
    try {
      TimeUnit.NANOSECONDS.sleep(waitNanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while pacing " + what);
    }
  }

  /** Takes the next free place and returns how far off it is. */
  private synchronized long reserve() throws IOException {
    if (Double.isInfinite(perSecond)) {
      return 0;
    }
    long now = System.nanoTime();
    regain(now);
    freeFrom = Math.max(freeFrom, now - nanos(BURST_SECONDS));
    long wait = freeFrom - now;
    if (wait > limit.toNanos()) {
      throw new IOException(
          "%s: the next may be sent in %d s at %.1f each second, should be within %d s"
              .formatted(what, TimeUnit.NANOSECONDS.toSeconds(wait), perSecond, limit.toSeconds()));
    }
    freeFrom += nanos(1 / perSecond);
    return wait;
  }

  private void regain(long now) {
    double seconds = (double) (now - regainedAt) / nanos(1);
    regainedAt = now;
    perSecond = Math.min(mostPerSecond, perSecond + mostPerSecond * REGAINED_PER_SECOND * seconds);
  }

  private static long nanos(double seconds) {
    return (long) (seconds * TimeUnit.SECONDS.toNanos(1));
  }

  /** Says that the other side complained; complaints at nearly the same time count as one. */
  public synchronized void complained() {
    complaints.increment();
    long now = System.nanoTime();
    if (Double.isInfinite(perSecond) || now - slowedAt < ONE_COMPLAINT_NANOS) {
      return;
    }
    regain(now);
    slowedAt = now;
    perSecond = Math.max(mostPerSecond * LEAST, perSecond * SLOWER);
  }

  /** How often the other side complained. */
  public long complaints() {
    return complaints.sum();
  }

  /** The rate now. */
  public synchronized double perSecond() {
    return perSecond;
  }
}
