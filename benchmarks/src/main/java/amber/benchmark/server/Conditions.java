package amber.benchmark.server;

import java.util.Map;
import java.util.Set;

/**
 * How the server behaves.
 *
 * @param latencyMillis how long after the end of a request its answer begins
 * @param quota how many requests for blocks are taken each second, in each direction; 0 for all
 * @param keep whether uploaded objects are kept, to be read
 * @param check whether every block that arrives is hashed
 */
record Conditions(long latencyMillis, double quota, boolean keep, boolean check) {

  static final Conditions PLAIN = new Conditions(0, 0, false, false);

  private static final Set<String> NAMES = Set.of("latency-ms", "quota", "keep", "check");

  /** Reads them; what is not named is as in {@link #PLAIN}. */
  static Conditions of(Map<String, String> settings) {
    for (String name : settings.keySet()) {
      if (!NAMES.contains(name)) {
        throw new IllegalArgumentException(
            "condition '%s', should be one of %s".formatted(name, NAMES));
      }
    }
    return new Conditions(
        Long.parseLong(settings.getOrDefault("latency-ms", "0")),
        Double.parseDouble(settings.getOrDefault("quota", "0")),
        Boolean.parseBoolean(settings.getOrDefault("keep", "false")),
        Boolean.parseBoolean(settings.getOrDefault("check", "false")));
  }
}
