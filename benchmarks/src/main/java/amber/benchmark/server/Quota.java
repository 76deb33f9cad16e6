package amber.benchmark.server;

import java.util.concurrent.TimeUnit;

/**
 * A rate that is refused beyond: a token bucket that holds a tenth of a second's worth. For any
 * number of threads.
 */
final class Quota {

  private static final double BURST_SECONDS = 0.1;

  private final double perSecond;
  private double tokens;
  private long filledAt = System.nanoTime();

  /** A quota, or none if {@code perSecond} is 0. */
  Quota(double perSecond) {
    this.perSecond = perSecond;
    this.tokens = perSecond * BURST_SECONDS;
  }

  /** Whether one more is within the quota. */
  synchronized boolean tryTake() {
    if (perSecond == 0) {
      return true;
    }
    long now = System.nanoTime();
    double gained = perSecond * (now - filledAt) / TimeUnit.SECONDS.toNanos(1);
    filledAt = now;
    tokens = Math.min(perSecond * BURST_SECONDS, tokens + gained);
    if (tokens < 1) {
      return false;
    }
    tokens--;
    return true;
  }
}
