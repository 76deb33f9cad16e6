package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/**
 * How often runs were killed, and how much of their work was done again: what was sent, less what
 * had to be sent, in bytes of parts or in blocks.
 *
 * @param unit what is counted
 * @param needed how many have to be sent if nobody is killed
 * @param underWay how many may be under way at once, and be lost by a kill
 */
record KillTally(String unit, long needed, long underWay, List<Made> made) {

  /** One that was made, however often its making was killed. */
  private record Made(int kills, long sent) {}

  KillTally(String unit, long needed, long underWay) {
    this(unit, needed, underWay, new ArrayList<>());
  }

  /** Adds one, of which no more may have been done again than its kills can have lost. */
  void add(int kills, long sent) {
    made.add(new Made(kills, sent));
    assertThat(sent)
        .as("%s sent, of %d, with %d kills", unit, needed, kills)
        .isBetween(needed, needed + kills * underWay);
  }

  int kills() {
    return made.stream().mapToInt(Made::kills).sum();
  }

  /** How much a kill cost on average, in parts of all that has to be sent. */
  double again() {
    return made.stream().mapToLong(each -> each.sent() - needed).sum()
        / (double) needed
        / Math.max(1, kills());
  }

  /** The same for the one of which most was done again. */
  double mostAgain() {
    return made.stream()
        .filter(each -> each.kills() > 0)
        .mapToDouble(each -> (each.sent() - needed) / (double) needed / each.kills())
        .max()
        .orElse(0);
  }

  /** A row of the table in docs/reliability.md. */
  String row(String what, String size) {
    return "| %s | %s | %d | %d | %.1f %% | %.1f %% |"
        .formatted(what, size, made.size(), kills(), 100 * again(), 100 * mostAgain());
  }
}
