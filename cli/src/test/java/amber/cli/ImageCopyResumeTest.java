package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import amber.block.Block;
import amber.emulator.state.Snapshot;
import amber.emulator.state.SnapshotState;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Image;

/** The copy of an image, with no archive between, that is stopped and goes on. */
@ExtendWith(Cloud.class)
class ImageCopyResumeTest {

  private static final int BLOCKS = 6 * 64;

  @TempDir private Path directory;
  private String source;
  private SortedMap<Integer, ByteBuffer> content;
  private String name;
  private Set<String> before;

  @BeforeEach
  void prepare() throws IOException {
    Map<Integer, Integer> seeds = new TreeMap<>();
    for (int index = 0; index < BLOCKS; index++) {
      // One segment of zeros among those of noise.
      seeds.put(2 * index, index / 64 == 1 ? 0 : index + 1);
    }
    String snapshot = Cloud.snapshot(Cloud.EAST, 1, seeds, Map.of("k", "v"), Optional.empty());
    content = Cloud.blocks(Cloud.EAST, snapshot);
    source = Cloud.image(Cloud.EAST, Cloud.newName("source"), snapshot);
    name = Cloud.newName("copied");
    before = ids();
  }

  @AfterEach
  void behave() {
    Cloud.emulator().faults().clear();
  }

  private Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>();
    environment.put("AMBER_STATE_DIR", directory.resolve("state").toString());
    environment.put("AWS_DEFAULT_REGION", Cloud.EAST);
    environment.put("AMBER_POLL_MS", "20");
    return environment;
  }

  private Run amber(Object... arguments) {
    List<Object> all = new ArrayList<>(Arrays.asList(arguments));
    if (!arguments[0].equals("tasks")) {
      all.addAll(List.of("--endpoint-url", Cloud.emulator().endpoint()));
    }
    return Run.with(environment(), all.toArray());
  }

  private Run copy(Object from, Object to) {
    return amber("copy", from, to, "--threads", "1");
  }

  private Run failing(String fault, Object from, Object to) {
    Cloud.emulator().faults().add(fault);
    Run run = copy(from, to);
    Cloud.emulator().faults().clear();
    return run;
  }

  private static Set<String> ids() throws IOException {
    return Cloud.region(Cloud.EAST).snapshots().all().stream()
        .map(Snapshot::id)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private List<Snapshot> made() throws IOException {
    return Cloud.region(Cloud.EAST).snapshots().all().stream()
        .filter(snapshot -> !before.contains(snapshot.id()))
        .toList();
  }

  private List<Image> images() {
    try (Ec2Client ec2 = Cloud.ec2(Cloud.EAST)) {
      return ec2.describeImages(r -> r.owners("self")).images().stream()
          .filter(image -> image.name().equals(name))
          .toList();
    }
  }

  private void assertWhole(SortedMap<Integer, ByteBuffer> blocks) throws IOException {
    assertThat(images()).hasSize(1);
    assertThat(made())
        .singleElement()
        .extracting(Snapshot::state)
        .isEqualTo(SnapshotState.COMPLETED);
    String snapshotId = images().get(0).blockDeviceMappings().get(0).ebs().snapshotId();
    assertThat(snapshotId).isEqualTo(made().get(0).id());
    assertThat(made().get(0).tags()).doesNotContainKey("amber:task");
    assertThat(Cloud.blocks(Cloud.EAST, snapshotId)).isEqualTo(blocks);
  }

  @SuppressWarnings("unchecked")
  private Map<String, Object> lastTask() throws IOException {
    List<Map<String, Object>> all =
        (List<Map<String, Object>>) amber("tasks", "--output", "json").json().get("tasks");
    return all.get(all.size() - 1);
  }

  private String interrupted(Run run) throws IOException {
    assertThat(run.exitCode()).as(run.stderr()).isEqualTo(8);
    assertThat(lastTask())
        .containsEntry("verb", "copy")
        .containsEntry("state", "Interrupted")
        .containsEntry("resumable", true);
    return (String) lastTask().get("id");
  }

  private static long calls(String operation) {
    return Cloud.emulator().faults().calls("ebs", operation);
  }

  private static String denied(String operation, int after) {
    return "ebs:%s:after=%d:error=AccessDeniedException:status=403".formatted(operation, after);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void imageOfEc2GoesOn(boolean byTask) throws IOException {
    String id = interrupted(failing(denied("PutSnapshotBlock", 250), source, "ami:" + name));
    assertThat(made()).hasSize(1).allMatch(each -> each.state() == SnapshotState.PENDING);
    assertThat(lastTask()).containsKey("keptUntil");
    long read = calls("GetSnapshotBlock");
    long written = calls("PutSnapshotBlock");
    Run second = byTask ? amber("tasks", "resume", id) : copy(source, "ami:" + name);
    assertThat(second.exitCode()).as(second.stderr()).isZero();
    assertThat(second.stderr()).contains("amber: " + id + " goes on: ");
    assertThat(calls("PutSnapshotBlock") - written).isBetween(BLOCKS - 250L, BLOCKS - 128L);
    assertThat(calls("GetSnapshotBlock") - read).isBetween(BLOCKS - 250L, BLOCKS - 128L);
    assertThat(second.text()).contains("384 blocks");
    assertWhole(content);
    assertThat(lastTask()).containsEntry("state", "Completed");
  }

  /** All blocks are there; what was to come next fails, or its answer is lost. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ebs:CompleteSnapshot:error=AccessDeniedException:status=403",
        "ec2:RegisterImage:after=1:error=UnauthorizedOperation:status=403",
        "ec2:DescribeImages:after=3:error=UnauthorizedOperation:status=403"
      })
  void whatFailsAfterTheBlocksDoesNotBringThemAgain(String fault) throws IOException {
    interrupted(failing(fault, source, "ami:" + name));
    long written = calls("PutSnapshotBlock");
    long read = calls("GetSnapshotBlock");
    Run second = copy(source, "ami:" + name);
    assertThat(second.exitCode()).as(second.stderr()).isZero();
    assertThat(calls("PutSnapshotBlock")).isEqualTo(written);
    assertThat(calls("GetSnapshotBlock") - read).as("to see whether it may").isEqualTo(1);
    assertWhole(content);
  }

  @Test
  void stoppedAnywhereAnyNumberOfTimes() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int runs = 0;
    Run run;
    do {
      String operation = random.nextInt(3) == 0 ? "GetSnapshotBlock" : "PutSnapshotBlock";
      run = failing(denied(operation, 130 + random.nextInt(100)), source, "ami:" + name);
      if (run.exitCode() == 4) {
        // All that was read was still on its way: there is nothing to go on with.
        assertThat(lastTask()).as("seed %d", seed).containsEntry("state", "Failed");
      } else {
        assertThat(run.exitCode()).as("seed %d: %s", seed, run.stderr()).isIn(0, 8);
      }
    } while (run.exitCode() != 0 && ++runs < 20);
    assertThat(run.exitCode()).as("seed %d: %s", seed, run.stderr()).isZero();
    assertWhole(content);
  }

  @Test
  void snapshotThatEbsGaveUpIsMadeAnew() throws IOException {
    interrupted(failing(denied("PutSnapshotBlock", 250), source, "ami:" + name));
    Cloud.region(Cloud.EAST)
        .snapshots()
        .update(made().get(0).id(), each -> each.withState(SnapshotState.ERROR));
    assertThat(copy(source, "ami:" + name).exitCode()).isZero();
    assertWhole(content);
  }

  @Test
  void cancelRemovesAllOfIt() throws IOException {
    String id = interrupted(failing(denied("PutSnapshotBlock", 250), source, "ami:" + name));
    Run cancel = amber("tasks", "cancel", id);
    assertThat(cancel.exitCode()).as(cancel.stderr()).isZero();
    assertThat(made()).isEmpty();
    assertThat(lastTask()).containsEntry("state", "Cancelled");
  }

  @Test
  void diskThatChangedBeginsAnewAndSaysSo() throws IOException {
    Path disk = TestDisk.empty(directory.resolve("disk.img"), 1L << 29);
    TestDisk.noise(disk, 0, BLOCKS, 7);
    String id = interrupted(failing(denied("PutSnapshotBlock", 250), disk, "ami:" + name));
    TestDisk.noise(disk, 10, 1, 8);
    Files.setLastModifiedTime(disk, FileTime.fromMillis(1_600_000_000_000L));
    Run second = copy(disk, "ami:" + name);
    assertThat(second.exitCode()).as(second.stderr()).isZero();
    assertThat(second.stderr())
        .contains(
            id
                + ": cannot be gone on with, so the copy begins anew: the source is another, or has changed");
    assertThat(made()).hasSize(2);
    assertThat(amber("tasks", "cancel", id).exitCode()).isZero();
    assertThat(made()).hasSize(1);
  }

  @Test
  void diskGoesOn() throws IOException {
    Path disk = TestDisk.empty(directory.resolve("disk.img"), 1L << 29);
    TestDisk.noise(disk, 0, BLOCKS, 7);
    interrupted(failing(denied("PutSnapshotBlock", 250), disk, "ami:" + name));
    long written = calls("PutSnapshotBlock");
    assertThat(copy(disk, "ami:" + name).exitCode()).isZero();
    assertThat(calls("PutSnapshotBlock") - written).isLessThanOrEqualTo(BLOCKS - 128L);
    assertThat(images()).hasSize(1);
    assertThat(made()).hasSize(1);
    for (int index = 0; index < BLOCKS; index += 50) {
      assertThat(Cloud.block(Cloud.EAST, made().get(0).id(), index))
          .isEqualTo(ByteBuffer.wrap(block(disk, index)));
    }
  }

  private static byte[] block(Path disk, int index) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "r")) {
      byte[] block = new byte[Block.SIZE];
      file.seek(Block.offset(index));
      file.readFully(block);
      return block;
    }
  }

  @Test
  void directoryGoesOnToo() throws IOException {
    Path whole = directory.resolve("whole");
    assertThat(copy(source, whole).exitCode()).isZero();
    Path restored = directory.resolve("restored");
    String id = interrupted(failing(denied("GetSnapshotBlock", 250), source, restored));
    assertThat(restored).doesNotExist();
    long read = calls("GetSnapshotBlock");
    Run second = copy(source, restored);
    assertThat(second.exitCode()).as(second.stderr()).isZero();
    assertThat(second.stderr()).contains("amber: " + id + " goes on: ");
    assertThat(calls("GetSnapshotBlock") - read).isLessThanOrEqualTo(BLOCKS - 64L);
    for (String file : List.of("volume-00.raw", "manifest.json")) {
      assertThat(Files.mismatch(restored.resolve(file), whole.resolve(file))).isEqualTo(-1);
    }
    assertThat(pending()).isEmpty();
    interrupted(failing(denied("GetSnapshotBlock", 250), source, directory.resolve("other")));
    assertThat(pending()).hasSize(1);
    assertThat(amber("tasks", "cancel", (String) lastTask().get("id")).exitCode()).isZero();
    assertThat(pending()).isEmpty();
  }

  private List<Path> pending() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".pending")).toList();
    }
  }

  @Test
  void copyOfAnArchiveToTheSamePlaceIsAnother() throws IOException {
    Path target = directory.resolve("there");
    interrupted(failing(denied("GetSnapshotBlock", 250), source, target));
    Path archive = Run.packed(TestDisk.small(directory.resolve("s.img")), directory.resolve("s"));
    Run copied = copyOfArchive(archive, target);
    assertThat(copied.exitCode()).as(copied.stderr()).isZero();
    assertThat(copied.stderr()).doesNotContain("earlier runs cannot be looked up", "goes on");
    assertThat(target).hasSameBinaryContentAs(archive);
  }

  private Run copyOfArchive(Path archive, Path target) {
    return amber("copy", archive, target);
  }

  @Test
  void processThatIsKilledAnywhereMakesOneImage() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Cloud.emulator().faults().add("ebs:PutSnapshotBlock:delay=300ms");
    Cloud.emulator().faults().add("ebs:CompleteSnapshot:delay=200ms");
    Map<String, String> environment = environment();
    environment.put("AWS_ACCESS_KEY_ID", "local");
    environment.put("AWS_SECRET_ACCESS_KEY", "local");
    environment.put("AWS_ENDPOINT_URL", Cloud.emulator().endpoint().toString());
    List<String> command = List.of("copy", source, "ami:" + name, "--threads", "1");
    for (int kill = 0; kill < 3; kill++) {
      long sent = calls("PutSnapshotBlock");
      int some = 1 + random.nextInt(200);
      AmberProcess process = AmberProcess.start(directory, environment, command);
      while (process.process().isAlive() && calls("PutSnapshotBlock") - sent < some) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
      process.kill();
    }
    Cloud.emulator().faults().clear();
    Run last = copy(source, "ami:" + name);
    // The last may have been killed when all was done.
    assertThat(last.exitCode()).as("seed %d: %s", seed, last.stderr()).isIn(0, 6);
    assertWhole(content);
  }
}
