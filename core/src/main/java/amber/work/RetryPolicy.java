package amber.work;

import java.time.Duration;

/**
 * How often and how long to try.
 *
 * @param attempts the most attempts of one call, 1 or more
 * @param attemptLimit how long one attempt may take
 * @param firstDelay the longest pause before the second attempt; it doubles from there
 * @param delayLimit the longest pause
 * @param budget no attempt begins later than this after the call began
 */
public record RetryPolicy(
    int attempts,
    Duration attemptLimit,
    Duration firstDelay,
    Duration delayLimit,
    Duration budget) {

  /** Checks that every wait has a limit. */
  public RetryPolicy {
    if (attempts < 1) {
      throw new IllegalArgumentException("%d attempts, should be 1 or more".formatted(attempts));
    }
    requirePositive("limit of an attempt", attemptLimit);
    requirePositive("first delay", firstDelay);
    requirePositive("limit of the delays", delayLimit);
    requirePositive("budget", budget);
  }

  private static void requirePositive(String what, Duration duration) {
    if (duration.isNegative() || duration.isZero()) {
      throw new IllegalArgumentException(
          "%s is %s, should be longer than nothing".formatted(what, duration));
    }
  }

  /** This policy, with another limit for one attempt. */
  public RetryPolicy withAttemptLimit(Duration limit) {
    return new RetryPolicy(attempts, limit, firstDelay, delayLimit, budget);
  }

  /** This policy, with another budget. */
  public RetryPolicy withBudget(Duration other) {
    return new RetryPolicy(attempts, attemptLimit, firstDelay, delayLimit, other);
  }

  /** The longest pause after that many failed attempts, 1 or more. */
  Duration longestDelay(int failed) {
    // 2^20 first delays are beyond every limit of use, and far from an overflow.
    Duration grown = firstDelay.multipliedBy(1L << Math.min(failed - 1, 20));
    return grown.compareTo(delayLimit) < 0 ? grown : delayLimit;
  }
}
