package amber.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The outcomes of a campaign's cases so far. If they are kept in a file, a campaign that was
 * stopped goes on where it was: the file has a line for each outcome, in order.
 */
final class FaultOutcomes {

  private final Optional<Path> file;
  private final Map<String, FaultOutcome> outcomes = new HashMap<>();

  private FaultOutcomes(Optional<Path> file) {
    this.file = file;
  }

  /** Those of a file, which need not be there yet; without a name they are not kept. */
  static FaultOutcomes open(String name) throws IOException {
    FaultOutcomes opened = new FaultOutcomes(Optional.ofNullable(name).map(Path::of));
    if (opened.file.filter(Files::exists).isPresent()) {
      for (String line : Files.readAllLines(opened.file.get())) {
        int end = line.lastIndexOf('\t');
        opened.outcomes.put(line.substring(0, end), FaultOutcome.valueOf(line.substring(end + 1)));
      }
    }
    return opened;
  }

  boolean has(FaultCase each) {
    return outcomes.containsKey(each.name());
  }

  void add(FaultCase each, FaultOutcome outcome) throws IOException {
    outcomes.put(each.name(), outcome);
    if (file.isPresent()) {
      Files.write(
          file.get(),
          List.of(each.name() + "\t" + outcome),
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    }
  }

  /** The table of these cases, as far as there are outcomes. */
  FaultTable table(List<FaultCase> cases) {
    FaultTable table = new FaultTable();
    cases.stream().filter(this::has).forEach(each -> table.add(each, outcomes.get(each.name())));
    return table;
  }
}
