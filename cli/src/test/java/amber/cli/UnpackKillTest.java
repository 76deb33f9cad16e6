package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import amber.emulator.state.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Unpack as a process that is ended by a signal, or killed while it restores files. {@link
 * KillCampaignTest} kills those that make an AMI.
 */
@ExtendWith(Cloud.class)
class UnpackKillTest {

  private static final int KILLS = 4;
  private static final int MOST_RUNS = 40;

  @TempDir private Path directory;

  @AfterEach
  void behave() {
    Cloud.emulator().faults().clear();
  }

  private Map<String, String> environment() {
    return Cloud.variables(directory.resolve("state"));
  }

  private AmberProcess amber(Object... arguments) throws IOException {
    return AmberProcess.start(directory, environment(), List.of(arguments));
  }

  /** Runs a command in this process, which takes less time, as that one would be run. */
  private Run run(Object... arguments) throws IOException {
    return SdkProperties.during(environment(), () -> Run.with(environment(), arguments));
  }

  /** Kills runs until one comes to its end before that; how many ran. */
  private int killing(Random random, Object... command) throws Exception {
    boolean recorded = false;
    for (int runs = 1; ; runs++) {
      assertThat(runs).isLessThan(MOST_RUNS);
      AmberProcess run = amber(command);
      int millis = 400 + random.nextInt(3000);
      if (runs > KILLS || run.process().waitFor(millis, TimeUnit.MILLISECONDS)) {
        // A run may be killed when all is done and recorded; the next one finds the name taken.
        run.ended(recorded ? 6 : 0);
        return runs;
      }
      run.kill();
      recorded = run("tasks", "--state", "Completed").text().contains("unpack");
    }
  }

  private static Set<String> snapshots() throws IOException {
    Set<String> ids = new HashSet<>();
    Cloud.region(Cloud.EAST).snapshots().all().stream().map(Snapshot::id).forEach(ids::add);
    return ids;
  }

  @Test
  void signalKeepsWhatHasArrivedAndSaysHowToGoOn() throws Exception {
    Map<Integer, Integer> seeds = new TreeMap<>();
    for (int index = 0; index < 4 * 64; index++) {
      seeds.put(index, index + 1);
    }
    String original = Cloud.snapshot(Cloud.EAST, 1, seeds, Map.of(), Optional.empty());
    Path archive = directory.resolve("a.bin");
    assertThat(run("pack", "--no-sync", original, archive).exitCode()).isZero();
    Set<String> before = snapshots();
    Cloud.emulator().faults().add("ebs:PutSnapshotBlock:after=200:delay=30s");
    long puts = Cloud.emulator().faults().calls("ebs", "PutSnapshotBlock");
    String name = Cloud.newName("ended");
    AmberProcess process = amber("unpack", archive, "ami:" + name);
    process.await(
        "it waits", () -> Cloud.emulator().faults().calls("ebs", "PutSnapshotBlock") >= puts + 230);
    process.signal("TERM");
    assertThat(process.ended(143))
        .contains("amber: error: interrupted")
        .contains("amber tasks resume task-");
    Cloud.emulator().faults().clear();
    Set<String> made = snapshots();
    made.removeAll(before);
    assertThat(made).hasSize(1);
    Run again = run("unpack", archive, "ami:" + name);
    assertThat(again.exitCode()).as(again.stderr()).isZero();
    assertThat(again.stderr()).contains("goes on: ");
    Set<String> after = snapshots();
    after.removeAll(before);
    assertThat(after).isEqualTo(made);
    assertThat(Cloud.blocks(Cloud.EAST, made.iterator().next()))
        .isEqualTo(Cloud.blocks(Cloud.EAST, original));
  }

  @Test
  void directoryThatIsKilledAnywhereIsMadeWhole() throws Exception {
    long seed = System.nanoTime();
    Path disk = TestDisk.empty(directory.resolve("disk.img"), 1L << 29);
    TestDisk.noise(disk, 0, 7 * 64, 7);
    Path archive = Run.packed(disk, directory.resolve("a.bin"));
    Path target = directory.resolve("restored");
    int runs = killing(new Random(seed), "unpack", archive, target, "--threads", "1");
    assertThat(Files.mismatch(disk, target.resolve("volume-00.raw")))
        .as("seed %d, %d runs", seed, runs)
        .isEqualTo(-1);
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .as("seed %d, %d runs", seed, runs)
          .noneMatch(file -> file.endsWith(".pending"));
    }
  }
}
