package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every operation of AWS that a flow uses meets every harm, in its first, a middle, its last and
 * each third call, or in all from one on. A run ends done and identical, or resumable, or with a
 * clear error and nothing left; never with silent damage, and never not at all.
 *
 * <p>A build tries a few of these cases, always the same. {@code benchmarks/faults} tries all of
 * them and writes the table of docs/reliability.md. Properties: {@code faults.runs} (how many
 * cases, all by default if there is a table), {@code faults.seed}, {@code faults.flow} (only flows
 * of this name), {@code faults.table} (where the table goes), {@code faults.outcomes} (a file of
 * outcomes: those that it has are not tried again, and new ones are added).
 */
@ExtendWith(Cloud.class)
class FaultCampaignTest {

  private static final int RUNS_OF_A_BUILD = 24;
  private static final long SEED_OF_A_BUILD = 20261126;

  @TempDir private Path directory;

  @Test
  @Timeout(value = 3, unit = TimeUnit.HOURS)
  void everyRunEndsWellWhateverHappensToWhichCall() throws IOException {
    long seed = Long.getLong("faults.seed", SEED_OF_A_BUILD);
    String table = System.getProperty("faults.table");
    int most = Integer.getInteger("faults.runs", table == null ? RUNS_OF_A_BUILD : 1 << 20);
    List<String> problems = new ArrayList<>();
    FaultOutcomes outcomes = FaultOutcomes.open(System.getProperty("faults.outcomes"));
    try (FaultFlows flows = new FaultFlows(directory)) {
      List<FaultCase> all = planned(flows, seed);
      List<FaultCase> cases = new ArrayList<>(all);
      cases.removeIf(outcomes::has);
      if (cases.size() > most) {
        Collections.shuffle(cases, new Random(seed));
        cases = cases.subList(0, most);
      }
      System.err.printf("%d of %d cases%n", cases.size(), all.size());
      int number = 0;
      for (FaultCase each : cases) {
        number++;
        try {
          outcomes.add(each, FaultOutcome.of(each, "run-" + number, flows));
        } catch (AssertionError e) {
          problems.add(e.getMessage());
          // A campaign takes long: whoever watches it need not wait for its end.
          System.err.println(e.getMessage());
        }
      }
      write(table, seed, all, outcomes);
      assertThat(problems)
          .as("seed %d, %d runs: %s", seed, cases.size(), outcomes.table(all).summary())
          .isEmpty();
    }
  }

  private static void write(String file, long seed, List<FaultCase> all, FaultOutcomes outcomes)
      throws IOException {
    if (file != null) {
      FaultTable table = outcomes.table(all);
      List<String> lines = new ArrayList<>();
      long tried = all.stream().filter(outcomes::has).count();
      lines.add("Seed %d, %d of %d cases: %s.".formatted(seed, tried, all.size(), table.summary()));
      lines.add("");
      lines.addAll(table.lines());
      Files.write(Path.of(file), lines);
    }
  }

  private static List<FaultCase> planned(FaultFlows flows, long seed) throws IOException {
    String only = System.getProperty("faults.flow");
    List<FaultCase> cases = new ArrayList<>();
    for (FaultFlow flow : flows.all()) {
      if (only != null && !only.equals(flow.name())) {
        continue;
      }
      // A flow of its own has the same cases as among all.
      Random random = new Random(seed ^ flow.name().hashCode());
      Map<String, Long> calls = calls(flow, flows);
      Map<String, Long> sums = new TreeMap<>();
      calls.forEach(
          (operation, count) -> {
            cases.addAll(FaultCase.of(flow, operation, count, random));
            sums.merge(operation.replaceFirst(":.*", ":*"), count, Long::sum);
            if (flow.services().size() > 1) {
              sums.merge("*:*", count, Long::sum);
            }
          });
      sums.forEach((all, count) -> cases.addAll(FaultCase.of(flow, all, count, random)));
    }
    return cases;
  }

  /** How often an undisturbed run calls each operation. */
  private static Map<String, Long> calls(FaultFlow flow, FaultFlows flows) throws IOException {
    String target = "undisturbed";
    flow.clean(target);
    SortedMap<String, Long> before = Cloud.emulator().faults().calls();
    Run run = flows.run(flow.command(target));
    SortedMap<String, Long> after = Cloud.emulator().faults().calls();
    assertThat(run.exitCode()).as(run.stderr()).isZero();
    flow.requireIdentical(target);
    flow.clean(target);
    Map<String, Long> calls = new LinkedHashMap<>();
    after.forEach(
        (operation, count) -> {
          long made = count - before.getOrDefault(operation, 0L);
          if (made > 0
              && flow.services().contains(operation.substring(0, operation.indexOf(':')))) {
            calls.put(operation, made);
          }
        });
    return calls;
  }
}
