package amber.cli;

import amber.Progress;
import amber.work.Traffic;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Shows on stderr how far a flow is, until it ends. A thread of its own looks at the counts; the
 * flow never waits for it.
 */
final class ProgressDisplay {

  /** Between two lines of the styles {@code lines} and {@code json}, in milliseconds. */
  static final String INTERVAL_VARIABLE = "AMBER_PROGRESS_INTERVAL_MS";

  // Often enough to look alive; a bar is painted in microseconds.
  private static final Duration BAR_INTERVAL = Duration.ofMillis(250);
  private static final Duration LINES_INTERVAL = Duration.ofSeconds(30);
  private static final Duration JSON_INTERVAL = Duration.ofSeconds(1);
  private static final long CLOSE_LIMIT_SECONDS = 5;

  private final Console console;
  private final ProgressStyle style;
  private final Progress counts;
  private final Traffic requests;
  private final ProgressMeter meter;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);

  private ProgressDisplay(
      Console console, ProgressStyle style, String verb, Progress counts, Traffic requests) {
    this.console = console;
    this.style = style;
    this.counts = counts;
    this.requests = requests;
    this.meter = new ProgressMeter(verb);
  }

  /**
   * Something that takes time.
   *
   * @param <T> what comes out
   */
  @FunctionalInterface
  interface Work<T> {
    T run() throws IOException;
  }

  /** Does something, and shows {@code counts} and {@code requests} meanwhile. */
  static <T> T during(
      Console console,
      ProgressStyle style,
      String verb,
      Progress counts,
      Traffic requests,
      Work<T> work)
      throws IOException {
    ProgressDisplay display = start(console, style, verb, counts, requests);
    try {
      return work.run();
    } finally {
      display.close();
    }
  }

  private static ProgressDisplay start(
      Console console, ProgressStyle wanted, String verb, Progress counts, Traffic requests) {
    ProgressStyle style = wanted;
    if (style == ProgressStyle.AUTO) {
      boolean canPaint = console.stderrIsTerminal() && !"dumb".equals(console.variable("TERM"));
      style = canPaint ? ProgressStyle.BAR : ProgressStyle.LINES;
    }
    ProgressDisplay display = new ProgressDisplay(console, style, verb, counts, requests);
    if (style == ProgressStyle.NONE) {
      display.ended.countDown();
    } else {
      Thread thread = new Thread(display::run, "amber-progress");
      thread.setDaemon(true);
      thread.start();
    }
    return display;
  }

  private void run() {
    try {
      Duration interval = interval();
      sample();
      while (!closing.await(interval.toMillis(), TimeUnit.MILLISECONDS)) {
        sample();
        show();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      console.erase();
      ended.countDown();
    }
  }

  private void sample() {
    meter.sample(counts.snapshot(), Repeats.of(requests), System.nanoTime());
  }

  private Duration interval() {
    if (style == ProgressStyle.BAR) {
      return BAR_INTERVAL;
    }
    String wanted = console.variable(INTERVAL_VARIABLE);
    if (wanted != null && wanted.matches("[1-9]\\d{0,8}")) {
      return Duration.ofMillis(Long.parseLong(wanted));
    }
    return style == ProgressStyle.JSON ? JSON_INTERVAL : LINES_INTERVAL;
  }

  private void show() {
    if (style == ProgressStyle.BAR) {
      console.paint(meter.bar());
    } else if (style == ProgressStyle.JSON) {
      console.err(meter.json());
    } else {
      console.err("amber: " + meter.line());
    }
  }

  /** Stops, and erases the bar, so that what is printed next stands on a line of its own. */
  private void close() {
    closing.countDown();
    boolean interrupted = Thread.interrupted();
    try {
      // Not for ever: stderr may be a pipe that nobody reads.
      if (!ended.await(CLOSE_LIMIT_SECONDS, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      interrupted = true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
