package amber.cli;

import java.time.Duration;

/** How long something takes. */
final class Stopwatch {

  private final long start = System.nanoTime();

  private Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** For people. */
  String text() {
    return Text.duration(elapsed());
  }

  /** For programs: seconds, to the millisecond. */
  double seconds() {
    return elapsed().toMillis() / 1000.0;
  }
}
