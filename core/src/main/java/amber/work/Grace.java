package amber.work;

import java.time.Duration;

/**
 * The time that is left for unwinding when the process is told to end. There is one for the
 * process, as there is one signal: all that is waited for from then on is waited for within it.
 */
public final class Grace {

  private static final Duration LEAST = Duration.ofMillis(1);

  /** When it ends, as {@link System#nanoTime} says; null while nobody has told us to end. */
  private static volatile Long ends;

  private Grace() {}

  /** Something that was begun and can be called off. */
  public interface Begun extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Begins it.
   *
   * @return calls it off, for a process that does not end after all
   */
  public static Begun begin(Duration length) {
    ends = System.nanoTime() + length.toNanos();
    return () -> ends = null;
  }

  /** So long, but no longer than what is left; never nothing at all. */
  public static Duration within(Duration limit) {
    Long end = ends;
    if (end == null) {
      return limit;
    }
    Duration left = Duration.ofNanos(end - System.nanoTime());
    Duration shorter = left.compareTo(limit) < 0 ? left : limit;
    return shorter.compareTo(LEAST) < 0 ? LEAST : shorter;
  }

  /** So long, but no longer than half of what is left: others have to be waited for after this. */
  public static Duration share(Duration limit) {
    Duration shared = within(limit.multipliedBy(2)).dividedBy(2);
    return shared.compareTo(LEAST) < 0 ? LEAST : shared;
  }

  /** Whether there is still so much time. */
  static boolean allows(Duration pause) {
    Long end = ends;
    return end == null || System.nanoTime() + pause.toNanos() - end < 0;
  }
}
