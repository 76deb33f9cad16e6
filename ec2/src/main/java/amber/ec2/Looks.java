package amber.ec2;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The pauses between looks at something that takes its time: what is done at once is seen soon, and
 * what takes hours is not looked at all the time.
 */
final class Looks {

  private static final int FIRST_SHARE = 20;
  private static final int SETTLING_SHARE = 5;

  private final Duration longest;
  private Duration next;

  /**
   * @param longest the pause between two looks at what takes long
   */
  Looks(Duration longest) {
    this.longest = longest;
    this.next = longest.dividedBy(FIRST_SHARE);
  }

  /** Waits for the next look at what is not done yet, each time twice as long. */
  void pause(String what) throws InterruptedIOException {
    sleep(next, what);
    Duration twice = next.multipliedBy(2);
    next = twice.compareTo(longest) < 0 ? twice : longest;
  }

  /** Waits for the next look at what seems to be done. */
  void settle(String what) throws InterruptedIOException {
    sleep(longest.dividedBy(SETTLING_SHARE), what);
  }

  private static void sleep(Duration pause, String what) throws InterruptedIOException {
    try {
      TimeUnit.NANOSECONDS.sleep(pause.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for " + what);
    }
  }
}
