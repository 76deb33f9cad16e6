package amber.emulator.ebs;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Token buckets by key: each holds what one second allows, and fills up steadily. */
final class Throttle {

  private static final double NANOS = 1e9;

  private final Clock clock;
  private final Map<String, Level> levels = new ConcurrentHashMap<>();

  Throttle(Clock clock) {
    this.clock = clock;
  }

  /** What is left in a bucket, and since when. */
  private record Level(double tokens, Instant at, boolean taken) {}

  /** Takes one from a bucket, unless it is empty; a rate of 0 is no limit. */
  boolean take(String key, int perSecond) {
    if (perSecond == 0) {
      return true;
    }
    Instant now = clock.instant();
    return levels.compute(key, (ignored, level) -> next(level, now, perSecond)).taken();
  }

  private static Level next(Level level, Instant now, int perSecond) {
    double tokens = perSecond;
    if (level != null) {
      double seconds = Math.max(0, Duration.between(level.at(), now).toNanos() / NANOS);
      tokens = Math.min(perSecond, level.tokens() + seconds * perSecond);
    }
    return tokens >= 1 ? new Level(tokens - 1, now, true) : new Level(tokens, now, false);
  }
}
