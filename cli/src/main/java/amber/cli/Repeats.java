package amber.cli;

import amber.work.Traffic;
import java.util.Optional;
import picocli.CommandLine;

/**
 * What was asked again so far.
 *
 * @param retries how many requests were not the first of their kind
 * @param throttled how many of these because the other side asked for fewer
 * @param allowedPerSecond how many requests each second it then lets through, if it asked for fewer
 */
record Repeats(long retries, long throttled, Optional<Double> allowedPerSecond) {

  static final Repeats NONE = new Repeats(0, 0, Optional.empty());

  static Repeats of(Traffic traffic) {
    return new Repeats(traffic.retries(), traffic.throttles(), traffic.allowedPerSecond());
  }

  /** What a command has asked again. */
  static Repeats of(CommandLine command) {
    return CommonOptions.of(command).map(CommonOptions::repeats).orElse(NONE);
  }

  /** For a line of progress; empty if there is nothing to say. */
  String text() {
    StringBuilder text = new StringBuilder();
    if (retries > 0) {
      text.append(", ").append(Text.count(retries)).append(" again");
    }
    if (throttled > 0) {
      text.append(", ").append(Text.count(throttled)).append(" throttled");
    }
    allowedPerSecond.ifPresent(rate -> text.append(Text.format(", at %.0f/s", rate)));
    return text.toString();
  }
}
