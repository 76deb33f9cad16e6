package amber.cli;

import amber.work.Retry.Verdict;
import amber.work.Traffic;
import amber.work.Watchdog;
import java.io.IOException;
import java.time.Duration;

/** How long nothing may move before something is done about it, as the environment says. */
final class Stillness {

  /** Of one connection with a request under way, in seconds; then it is asked again. */
  static final String REQUEST_VARIABLE = "AMBER_REQUEST_STILL_SECONDS";

  /** Of a whole run, in seconds; then it fails. */
  static final String RUN_VARIABLE = "AMBER_RUN_STILL_SECONDS";

  private static final int MAX_SECONDS = 86_400;

  private Stillness() {}

  /** What hears of all requests of a run, and tells which are asked again if that is wanted. */
  static Traffic traffic(Console console, boolean verbose) throws RefusedException {
    return new Traffic(
        seconds(
            console,
            REQUEST_VARIABLE,
            Traffic.STILL_LIMIT,
            (int) Traffic.SHORTEST_STILL_LIMIT.toSeconds()),
        (failure, verdict, number, pause) -> {
          if (verbose) {
            console.err(again(failure, verdict, number, pause));
          }
        });
  }

  /** Why a request is asked again, and when. */
  static String again(IOException failure, Verdict verdict, int number, Duration pause) {
    return "amber: again: %s; %sattempt %d follows in %s"
        .formatted(
            ErrorReport.message(failure).lines().findFirst().orElse(""),
            verdict == Verdict.THROTTLED ? "throttled, " : "",
            number + 1,
            Text.format("%.1f s", pause.toMillis() / 1000.0));
  }

  /** How long nothing may move in a whole run. */
  static Duration ofRun(Console console) throws RefusedException {
    return seconds(console, RUN_VARIABLE, Watchdog.LIMIT, 1);
  }

  private static Duration seconds(Console console, String variable, Duration usual, int least)
      throws RefusedException {
    String text = console.variable(variable);
    if (text == null) {
      return usual;
    }
    int seconds = text.matches("\\d{1,5}") ? Integer.parseInt(text) : 0;
    if (seconds >= least && seconds <= MAX_SECONDS) {
      return Duration.ofSeconds(seconds);
    }
    throw RefusedException.usage(
        "%s: is '%s', should be %d to %d seconds".formatted(variable, text, least, MAX_SECONDS),
        "unset it, or set it to a number of seconds such as %d".formatted(usual.toSeconds()));
  }
}
