package amber.work;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ends work during which nothing moves although something is under way to or from elsewhere: the
 * working thread is interrupted and fails with what that was. Waits that {@link Traffic#waiting}
 * announces do not count, nor does work of the disk and the processor alone, which has limits of
 * its own.
 */
public final class Watchdog implements AutoCloseable {

  /** How long nothing may move, unless somebody says otherwise. */
  public static final Duration LIMIT = Duration.ofMinutes(10);

  private static final int LOOKS = 20;
  private static final Duration SHORTEST_LOOK = Duration.ofMillis(10);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);
  private static final String INTERRUPTED = "interrupted while ";

  private final Duration limit;
  private final Traffic traffic;
  private final Thread worker = Thread.currentThread();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread = new Thread(this::watch, "amber-watchdog");
  private List<String> underWay;
  private boolean isOurs;
  private boolean closed;

  /**
   * Work that is watched.
   *
   * @param <T> what comes of it
   */
  @FunctionalInterface
  public interface Work<T> {
    /** Does it, on the thread that is watched. */
    T run() throws IOException;
  }

  private Watchdog(Duration limit, Traffic traffic) {
    this.limit = limit;
    this.traffic = traffic;
  }

  /**
   * Watches the calling thread until it is closed.
   *
   * @param limit how long nothing may move
   */
  public static Watchdog begin(Duration limit, Traffic traffic) {
    Watchdog watchdog = new Watchdog(limit, traffic);
    watchdog.thread.setDaemon(true);
    watchdog.thread.start();
    return watchdog;
  }

  /**
   * Does something, and tells failures that come of the watching for what they are. One may do so
   * inside of another.
   *
   * @throws StalledException if it was ended because nothing moved
   */
  public <T> T during(Work<T> work) throws IOException {
    try {
      return work.run();
    } catch (IOException | RuntimeException e) {
      if (takeBack()) {
        throw stalled(e);
      }
      throw e;
    }
  }

  private void watch() {
    Duration look = limit.dividedBy(LOOKS);
    if (look.compareTo(SHORTEST_LOOK) < 0) {
      look = SHORTEST_LOOK;
    }
    long before = -1;
    long since = System.nanoTime();
    try {
      do {
        long now = traffic.movedBytes();
        if (now != before || !traffic.shouldMove()) {
          before = now;
          since = System.nanoTime();
        } else if (System.nanoTime() - since > limit.toNanos()) {
          end();
          return;
        }
      } while (!closing.await(look.toNanos(), TimeUnit.NANOSECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void end() {
    if (!closed) {
      underWay = traffic.underWay();
      isOurs = true;
      worker.interrupt();
    }
  }

  /**
   * Takes an interrupt of ours back, or it would be taken for a signal's; whether there was one.
   */
  private synchronized boolean takeBack() {
    if (!isOurs) {
      return false;
    }
    isOurs = false;
    Thread.interrupted();
    return true;
  }

  /** Stops watching; no interrupt comes after this. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    takeBack();
    closing.countDown();
    boolean interrupted = Thread.interrupted();
    try {
      thread.join(CLOSE_LIMIT.toMillis());
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private StalledException stalled(Throwable cause) {
    StringBuilder message = new StringBuilder();
    message.append("no byte moved for ").append(seconds(limit)).append(" s, given up");
    String was = String.valueOf(cause.getMessage());
    int at = was.indexOf(INTERRUPTED);
    if (at >= 0) {
      message.append(" ").append(was.substring(at + "interrupted ".length()));
    }
    if (!underWay.isEmpty()) {
      message.append("; under way: ").append(String.join(", ", underWay));
    }
    return new StalledException(message.toString(), cause);
  }

  private static String seconds(Duration limit) {
    return limit.toMillis() % 1000 == 0
        ? String.valueOf(limit.toSeconds())
        : "%.1f".formatted(limit.toMillis() / 1000.0);
  }
}
