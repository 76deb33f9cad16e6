package amber.cli;

import amber.cli.FaultCase.Harm;
import amber.cli.FaultCase.Place;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What came out of a campaign, as a table in Markdown: a row for each operation of each flow. */
final class FaultTable {

  private record Row(String flow, String operation, long calls) {}

  private final Map<Row, Map<Harm, StringBuilder>> rows = new LinkedHashMap<>();
  private final Map<FaultOutcome, Integer> sums = new EnumMap<>(FaultOutcome.class);

  void add(FaultCase each, FaultOutcome outcome) {
    rows.computeIfAbsent(
            new Row(each.flow().name(), each.operation(), each.calls()),
            row -> new EnumMap<>(Harm.class))
        .computeIfAbsent(each.harm(), harm -> new StringBuilder())
        .append(each.place() == Place.EVERY ? " " : "")
        .append(outcome.letter());
    sums.merge(outcome, 1, Integer::sum);
  }

  /** How many runs there were of each outcome. */
  String summary() {
    return Arrays.stream(FaultOutcome.values())
        .map(outcome -> sums.getOrDefault(outcome, 0) + " " + outcome.words())
        .collect(Collectors.joining(", "));
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    List<Harm> harms = List.of(Harm.values());
    lines.add(
        "| Flow | Operation | Calls | "
            + harms.stream().map(Harm::words).collect(Collectors.joining(" | "))
            + " |");
    lines.add("|---|---|---:|" + "---|".repeat(harms.size()));
    rows.forEach(
        (row, outcomes) ->
            lines.add(
                "| %s | %s | %d | %s |"
                    .formatted(
                        row.flow(),
                        row.operation().replace("*", "\\*"),
                        row.calls(),
                        harms.stream()
                            .map(harm -> outcomes.getOrDefault(harm, new StringBuilder()))
                            .map(text -> text.toString().strip())
                            .collect(Collectors.joining(" | ")))));
    return lines;
  }
}
