package amber.emulator.fault;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Requests that are not answered, until all of them are woken up. */
final class Silence {

  private final Object change = new Object();
  private long wakings;

  /** How often all were woken up so far. */
  long wakings() {
    synchronized (change) {
      return wakings;
    }
  }

  /**
   * Says nothing for so long, or until it is woken up.
   *
   * @param before how often all had been woken up when this silence was decided on
   */
  void keep(Duration length, long before) throws InterruptedIOException {
    long ends = System.nanoTime() + length.toNanos();
    synchronized (change) {
      long left = length.toNanos();
      while (before == wakings && left > 0) {
        try {
          TimeUnit.NANOSECONDS.timedWait(change, left);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          InterruptedIOException stopped = new InterruptedIOException("the emulator is stopping");
          stopped.initCause(e);
          throw stopped;
        }
        left = ends - System.nanoTime();
      }
    }
  }

  /** Ends all that are kept. */
  void end() {
    synchronized (change) {
      wakings++;
      change.notifyAll();
    }
  }
}
