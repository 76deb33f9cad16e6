package amber;

import amber.archive.Geometry;
import amber.frame.FrameEncoder;

/**
 * How to pack. Nothing here changes what an archive means, only its size and speed.
 *
 * @param level zstd level, 1 (fast) to 19 (small)
 * @param threads how many segments are made at once; the archive's bytes do not depend on it
 * @param geometry how the archive is cut
 */
public record PackOptions(int level, int threads, Geometry geometry) {

  /** The most threads. */
  public static final int MAX_THREADS = 256;

  /** Level 3, a thread for each processor. */
  public static final PackOptions DEFAULT = new PackOptions(3, defaultThreads(), Geometry.DEFAULT);

  /** Checks the limits. */
  public PackOptions {
    if (level < 1 || level > FrameEncoder.MAX_LEVEL) {
      throw new IllegalArgumentException(
          "level %d, should be 1 to %d".formatted(level, FrameEncoder.MAX_LEVEL));
    }
    checkThreads(threads);
  }

  /** A thread for each processor, within the limits. */
  public static int defaultThreads() {
    return Math.min(MAX_THREADS, Runtime.getRuntime().availableProcessors());
  }

  static void checkThreads(int threads) {
    if (threads < 1 || threads > MAX_THREADS) {
      throw new IllegalArgumentException(
          "%d threads, should be 1 to %d".formatted(threads, MAX_THREADS));
    }
  }

  /**
   * How many segments may exist at once: those being made, one being stored, and one that waits, so
   * that no thread does.
   */
  public int window() {
    return threads + 2;
  }
}
