package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import amber.emulator.state.Snapshot;
import amber.emulator.state.SnapshotState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.BlockDeviceMapping;
import software.amazon.awssdk.services.ec2.model.Image;

/** Unpack as a process that is killed at any moment, again and again, until it is done. */
@ExtendWith(Cloud.class)
class UnpackKillTest {

  private static final int KILLS = 6;
  private static final int MOST_RUNS = 40;

  @TempDir private Path directory;

  @AfterEach
  void behave() {
    Cloud.emulator().faults().clear();
  }

  private Process amber(Object... arguments) throws IOException {
    List<String> command = JavaCommand.of("amber.cli.Main", List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("output").toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
    builder
        .environment()
        .putAll(
            Map.of(
                "AWS_EC2_METADATA_DISABLED", "true",
                "AWS_CONFIG_FILE", "/dev/null",
                "AWS_SHARED_CREDENTIALS_FILE", "/dev/null",
                "AWS_ACCESS_KEY_ID", "local",
                "AWS_SECRET_ACCESS_KEY", "local",
                "AWS_DEFAULT_REGION", Cloud.EAST,
                "AWS_ENDPOINT_URL", Cloud.emulator().endpoint().toString(),
                "LC_ALL", "C.UTF-8",
                "AMBER_POLL_MS", "20",
                "AMBER_STATE_DIR", directory.resolve("state").toString()));
    return builder.start();
  }

  private String output() throws IOException {
    return Files.readString(directory.resolve("output"), StandardCharsets.UTF_8);
  }

  /** Kills runs until one comes to its end before that; how many ran. */
  private int killing(Random random, Object... command) throws Exception {
    int runs = 0;
    boolean recorded = false;
    while (true) {
      assertThat(++runs).as(output(runs)).isLessThan(MOST_RUNS);
      Process process = amber(command);
      boolean ended =
          runs <= KILLS
              ? process.waitFor(400 + random.nextInt(3000), TimeUnit.MILLISECONDS)
              : process.waitFor(60, TimeUnit.SECONDS);
      if (ended) {
        // A run may be killed when all is done and recorded; the next one finds the name taken.
        assertThat(process.exitValue()).as(output()).isEqualTo(recorded ? 6 : 0);
        return runs;
      }
      process.destroyForcibly();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      recorded = isCompleted();
    }
  }

  private boolean isCompleted() throws IOException {
    Map<String, String> environment =
        Map.of("AMBER_STATE_DIR", directory.resolve("state").toString());
    return Run.with(environment, "tasks", "--state", "Completed").text().contains("unpack");
  }

  private String output(int runs) throws IOException {
    return runs == 1 ? "" : output();
  }

  private static Set<String> snapshots() throws IOException {
    Set<String> ids = new HashSet<>();
    Cloud.region(Cloud.EAST).snapshots().all().stream().map(Snapshot::id).forEach(ids::add);
    return ids;
  }

  @Test
  void imageThatIsKilledAnywhereIsMadeOnceAndWhole() throws Exception {
    long seed = System.nanoTime();
    Map<Integer, Integer> seeds = new TreeMap<>();
    for (int index = 0; index < 7 * 64; index++) {
      seeds.put(2 * index, index + 1);
    }
    String original = Cloud.snapshot(Cloud.EAST, 1, seeds, Map.of("k", "v"), Optional.empty());
    SortedMap<Integer, ByteBuffer> content = Cloud.blocks(Cloud.EAST, original);
    Path archive = directory.resolve("a.bin");
    assertThat(amber("pack", "--no-sync", original, archive).waitFor(60, TimeUnit.SECONDS))
        .isTrue();
    String name = Cloud.newName("killed");
    Set<String> before = snapshots();
    Cloud.emulator().faults().add("ebs:PutSnapshotBlock:delay=500ms");
    Cloud.emulator().faults().add("ebs:StartSnapshot:delay=200ms");
    Cloud.emulator().faults().add("ebs:CompleteSnapshot:delay=200ms");
    Cloud.emulator().faults().add("ec2:RegisterImage:delay=200ms");
    long puts = Cloud.emulator().faults().calls("ebs", "PutSnapshotBlock");
    int runs = killing(new Random(seed), "unpack", archive, "ami:" + name);
    puts = Cloud.emulator().faults().calls("ebs", "PutSnapshotBlock") - puts;
    Cloud.emulator().faults().clear();
    String what = "seed %d, %d runs, %d blocks sent".formatted(seed, runs, puts);
    System.out.println("UnpackKillTest: " + what);
    Set<String> made = snapshots();
    made.removeAll(before);
    assertThat(made).as(what).hasSize(1);
    String snapshotId = made.iterator().next();
    assertThat(imagesNamed(name)).as(what).hasSize(1);
    BlockDeviceMapping device = imagesNamed(name).get(0).blockDeviceMappings().get(0);
    assertThat(device.ebs().snapshotId()).as(what).isEqualTo(snapshotId);
    Snapshot snapshot = Cloud.region(Cloud.EAST).snapshots().find(snapshotId).orElseThrow();
    assertThat(snapshot.state()).isEqualTo(SnapshotState.COMPLETED);
    assertThat(snapshot.tags()).as(what).isEqualTo(Map.of("k", "v"));
    assertThat(Cloud.blocks(Cloud.EAST, snapshotId)).as(what).isEqualTo(content);
    // What is sent twice is what was under way at a kill: two segments in decoding, and 128 blocks.
    assertThat(puts).as(what).isLessThanOrEqualTo(seeds.size() + (runs - 1L) * (128 + 4 * 64));
  }

  @Test
  void signalKeepsWhatHasArrivedAndSaysHowToGoOn() throws Exception {
    Map<Integer, Integer> seeds = new TreeMap<>();
    for (int index = 0; index < 4 * 64; index++) {
      seeds.put(index, index + 1);
    }
    String original = Cloud.snapshot(Cloud.EAST, 1, seeds, Map.of(), Optional.empty());
    Path archive = directory.resolve("a.bin");
    assertThat(amber("pack", "--no-sync", original, archive).waitFor(60, TimeUnit.SECONDS))
        .isTrue();
    Set<String> before = snapshots();
    Cloud.emulator().faults().add("ebs:PutSnapshotBlock:after=200:delay=30s");
    long puts = Cloud.emulator().faults().calls("ebs", "PutSnapshotBlock");
    String name = Cloud.newName("ended");
    Process process = amber("unpack", archive, "ami:" + name);
    while (Cloud.emulator().faults().calls("ebs", "PutSnapshotBlock") - puts < 230) {
      assertThat(process.isAlive()).as("runs until it is ended").isTrue();
      TimeUnit.MILLISECONDS.sleep(10);
    }
    process.destroy();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(output()).isEqualTo(143);
    assertThat(output()).contains("amber: error: interrupted").contains("amber tasks resume task-");
    Cloud.emulator().faults().clear();
    Set<String> made = snapshots();
    made.removeAll(before);
    assertThat(made).hasSize(1);
    process = amber("unpack", archive, "ami:" + name);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(output()).isZero();
    assertThat(output()).contains("goes on: ");
    Set<String> after = snapshots();
    after.removeAll(before);
    assertThat(after).isEqualTo(made);
    assertThat(Cloud.blocks(Cloud.EAST, made.iterator().next()))
        .isEqualTo(Cloud.blocks(Cloud.EAST, original));
  }

  private static List<Image> imagesNamed(String name) {
    try (Ec2Client ec2 = Cloud.ec2(Cloud.EAST)) {
      return ec2.describeImages(r -> r.owners("self")).images().stream()
          .filter(image -> image.name().equals(name))
          .toList();
    }
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
