package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import amber.emulator.Emulator;
import amber.emulator.EmulatorOptions;
import amber.task.Task;
import amber.task.TaskDirectory;
import amber.task.TaskState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.s3.S3Client;

/** Packs by real processes that are killed, or told to end, at any moment. */
@ExtendWith(Cloud.class)
@Timeout(300)
class KilledPackTest {

  private static final int PARTS = 8;

  @TempDir private static Path shared;
  private static Path noise;

  @TempDir private Path directory;
  private String bucket;
  private Path disk;

  @BeforeAll
  static void makeNoise() throws IOException {
    noise = TestDisk.empty(shared.resolve("disk.img"), 1L << 29);
    TestDisk.noise(noise, 0, (PARTS - 1) * 64, 7);
  }

  @BeforeEach
  void prepare() throws IOException {
    bucket = Cloud.bucket(Cloud.EAST);
    disk = Files.createLink(directory.resolve("disk.img"), noise);
  }

  @AfterEach
  void behave() {
    Cloud.emulator().faults().clear();
  }

  private Map<String, String> environment() {
    return Cloud.variables(directory.resolve("state"));
  }

  private AmberProcess amber(Object... arguments) throws IOException {
    return AmberProcess.start(directory, environment(), Arrays.asList(arguments));
  }

  /** Runs a command in this process, which takes less time, as that one would be run. */
  private Run run(Object... arguments) throws IOException {
    Map<String, String> environment = environment();
    return SdkProperties.during(environment, () -> Run.with(environment, arguments));
  }

  private String ended(int exitCode, Object... arguments) throws IOException {
    Run run = run(arguments);
    assertThat(run.exitCode()).as(run.stderr()).isEqualTo(exitCode);
    return run.stderr() + run.text();
  }

  private String object(String key) {
    return "s3://%s/%s".formatted(bucket, key);
  }

  private byte[] bytes(String key) {
    try (S3Client s3 = Cloud.s3(Cloud.EAST)) {
      return s3.getObject(g -> g.bucket(bucket).key(key), ResponseTransformer.toBytes())
          .asByteArray();
    }
  }

  private List<String> keys() {
    try (S3Client s3 = Cloud.s3(Cloud.EAST)) {
      return s3.listObjectsV2(l -> l.bucket(bucket)).contents().stream()
          .map(each -> each.key())
          .toList();
    }
  }

  private int uploads() {
    try (S3Client s3 = Cloud.s3(Cloud.EAST)) {
      return s3.listMultipartUploads(l -> l.bucket(bucket)).uploads().size();
    }
  }

  private static long calls(String operation) {
    return Cloud.emulator().faults().calls("s3", operation);
  }

  private List<Task> tasks() throws IOException {
    return new TaskDirectory(directory.resolve("state")).list();
  }

  private Task last() throws IOException {
    List<Task> tasks = tasks();
    return tasks.get(tasks.size() - 1);
  }

  @Test
  void packToAFileThatIsKilledAnywhereGoesOnAndMakesTheSameBytes() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    ended(0, "pack", disk, directory.resolve("whole.bin"));
    Path killed = directory.resolve("killed.bin");
    for (int kill = 0; kill < 4; kill++) {
      amber("pack", "--level", "3", disk, killed).killAfter(300 + random.nextInt(1500));
      Files.deleteIfExists(killed);
    }
    ended(0, "pack", disk, killed);
    assertThat(killed).as("seed %d", seed).hasSameBinaryContentAs(directory.resolve("whole.bin"));
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .as("seed %d", seed)
          .noneMatch(name -> name.endsWith(".pending"));
    }
  }

  private void killedBeforeAPartIsNoted(String key) throws Exception {
    // The preflight asks for one that is refused.
    Cloud.emulator().faults().add("s3:UploadPart:after=1:delay=30s");
    long before = calls("UploadPart");
    AmberProcess run = amber("pack", disk, object(key));
    run.await("it sends a part", () -> calls("UploadPart") > before + 1);
    run.kill();
    Cloud.emulator().faults().clear();
  }

  @Test
  void runThatIsKilledBeforeItsFirstPartIsNotedLeavesNothingForEver() throws Exception {
    killedBeforeAPartIsNoted("x.bin");
    assertThat(uploads()).isEqualTo(1);
    assertThat(last().state()).isEqualTo(TaskState.FAILED);
    assertThat(last().left()).isTrue();
    assertThat(ended(2, "tasks", "forget", last().id()))
        .contains("has left something", "amber tasks cancel " + last().id());
    ended(0, "tasks", "cancel", last().id());
    assertThat(uploads()).isZero();
    assertThat(last().state()).isEqualTo(TaskState.CANCELLED);
  }

  @Test
  void nextRunRemovesWhatOneThatWasKilledEarlyLeft() throws Exception {
    killedBeforeAPartIsNoted("x.bin");
    assertThat(ended(0, "pack", disk, object("x.bin")))
        .contains(last().id() + " goes on: from its beginning");
    assertThat(uploads()).isZero();
    assertThat(tasks()).hasSize(1);
  }

  @Test
  void uploadWhoseBeginningWasNeverAnsweredIsRemoved() throws Exception {
    Cloud.emulator().faults().add("s3:CreateMultipartUpload:cut-after");
    AmberProcess run = amber("pack", disk, object("x.bin"));
    run.await("there is an upload", () -> uploads() > 0);
    run.kill();
    Cloud.emulator().faults().clear();
    assertThat(last().left()).isTrue();
    ended(0, "tasks", "cancel", last().id());
    assertThat(uploads()).isZero();
  }

  @Test
  void archiveThatWasStoredByARunThatDiedIsFoundByTheNext() throws Exception {
    // The look that follows the commit does not come back before the process is killed.
    Cloud.emulator().faults().add("s3:CompleteMultipartUpload:cut-after");
    Cloud.emulator().faults().add("s3:HeadObject:after=2:delay=60s");
    AmberProcess run = amber("pack", disk, object("x.bin"));
    run.await("the archive is there", () -> !keys().isEmpty());
    run.kill();
    Cloud.emulator().faults().clear();
    assertThat(last().resumable()).isTrue();
    long parts = calls("UploadPart");
    assertThat(ended(0, "pack", disk, object("x.bin"))).contains("packed " + disk);
    assertThat(calls("UploadPart") - parts).as("parts, but for the preflight's").isLessThan(2);
    assertThat(tasks()).hasSize(1);
    assertThat(last().state()).isEqualTo(TaskState.COMPLETED);
    assertThat(ended(6, "pack", disk, object("x.bin"))).contains("already exists");
  }

  @Test
  void packThatIsEndedBySignalIsGoneOnWithFromAnywhere() throws Exception {
    ended(0, "pack", disk, object("whole.bin"));
    Cloud.emulator().faults().add("s3:UploadPart:after-part=4:delay=30s");
    AmberProcess run = amber("pack", disk.getFileName(), object("x.bin"));
    run.await("a part is noted", () -> isNoted());
    run.signal("INT");
    assertThat(run.ended(130)).contains("interrupted", "amber tasks resume");
    Cloud.emulator().faults().clear();
    assertThat(uploads()).isEqualTo(1);
    assertThat(last().state()).isEqualTo(TaskState.INTERRUPTED);
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    Map<String, String> environment = environment();
    environment.remove("AWS_ENDPOINT_URL");
    environment.remove("AWS_DEFAULT_REGION");
    environment.remove("SOURCE_DATE_EPOCH");
    AmberProcess.start(elsewhere, environment, List.of("tasks", "resume", last().id())).ended(0);
    assertThat(bytes("x.bin")).isEqualTo(bytes("whole.bin"));
    assertThat(uploads()).isZero();
    assertThat(last().state()).isEqualTo(TaskState.COMPLETED);
    assertThat(last().result()).containsEntry("location", object("x.bin"));
  }

  private boolean isNoted() {
    try {
      // What is in progress is not resumable yet.
      return tasks().stream()
          .filter(task -> task.state() == TaskState.IN_PROGRESS)
          .anyMatch(this::hasKept);
    } catch (IOException e) {
      return false;
    }
  }

  private boolean hasKept(Task task) {
    boolean[] kept = new boolean[1];
    try {
      new TaskDirectory(directory.resolve("state"))
          .read(task.id(), (type, fields) -> kept[0] |= type.equals("kept"));
    } catch (IOException e) {
      return false;
    }
    return kept[0];
  }

  @Test
  void cancelEndsATaskThatRunsAndLeavesNothing() throws Exception {
    Cloud.emulator().faults().add("s3:UploadPart:after-part=4:delay=3s");
    AmberProcess run = amber("pack", disk, object("x.bin"));
    run.await("a part is noted", this::isNoted);
    ended(0, "tasks", "cancel", last().id());
    assertThat(run.exitCode()).isEqualTo(143);
    assertThat(uploads()).isZero();
    assertThat(keys()).isEmpty();
    assertThat(last().state()).isEqualTo(TaskState.CANCELLED);
  }

  @Test
  void ofTwoThatPackTheSameToTheSameKeyOneWins() throws Exception {
    Map<Integer, Integer> seeds = new TreeMap<>();
    for (int index = 0; index < 3 * 64; index++) {
      seeds.put(index, index + 1);
    }
    String snapshot = Cloud.snapshot(Cloud.EAST, 1, seeds, Map.of(), Optional.empty());
    String image = Cloud.image(Cloud.EAST, Cloud.newName("twice"), snapshot);
    Cloud.emulator().faults().add("s3:UploadPart:delay=1s");
    List<AmberProcess> both = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      both.add(amber("pack", image, object("x.bin")));
    }
    List<Integer> codes = new ArrayList<>();
    for (AmberProcess run : both) {
      codes.add(run.exitCode());
    }
    assertThat(codes)
        .as("%s%s", both.get(0).said(), both.get(1).said())
        .containsExactlyInAnyOrder(0, 6);
    assertThat(uploads()).isZero();
    ended(0, "verify", object("x.bin"));
    assertThat(tasks())
        .extracting(Task::state)
        .containsOnlyOnce(TaskState.COMPLETED)
        .hasSizeBetween(1, 2);
  }

  @Test
  void credentialsThatExpireAndComeBackAreNoReasonToBeginAnew() throws Exception {
    Map<Integer, Integer> seeds = new TreeMap<>();
    for (int index = 0; index < 6 * 64; index++) {
      seeds.put(index, index + 1);
    }
    String snapshot = Cloud.snapshot(Cloud.EAST, 1, seeds, Map.of(), Optional.empty());
    ended(0, "pack", snapshot, object("whole.bin"));
    long parts = calls("UploadPart");
    Cloud.emulator()
        .faults()
        .add("ebs:GetSnapshotBlock:after=350:error=ExpiredTokenException:status=403");
    assertThat(ended(8, "pack", "--threads", "1", snapshot, object("x.bin")))
        .contains("amber tasks resume " + last().id());
    Cloud.emulator().faults().clear();
    ended(0, "pack", snapshot, object("x.bin"));
    assertThat(bytes("x.bin")).isEqualTo(bytes("whole.bin"));
    assertThat(calls("UploadPart") - parts).isLessThan(2 * parts);
    assertThat(uploads()).isZero();
  }

  @Test
  void networkThatIsGoneForAWhileIsWaitedForOrGoneOnAfter() throws Exception {
    Path place = Files.createDirectory(directory.resolve("region"));
    Emulator emulator = Emulator.start(place, EmulatorOptions.DEFAULT);
    int port = emulator.endpoint().getPort();
    String own = "s3://network/x.bin";
    try {
      Map<String, String> environment = environment();
      environment.put("AWS_ENDPOINT_URL", emulator.endpoint().toString());
      try (S3Client s3 = Cloud.s3(Cloud.EAST, emulator.endpoint())) {
        s3.createBucket(b -> b.bucket("network"));
      }
      emulator.faults().add("s3:UploadPart:delay=500ms");
      AmberProcess run = AmberProcess.start(directory, environment, List.of("pack", disk, own));
      run.await("a part is noted", this::isNoted);
      emulator.close();
      emulator = Emulator.start(place, EmulatorOptions.DEFAULT.withPort(port));
      for (int runs = 1; run.exitCode() != 0; runs++) {
        run.ended(8);
        assertThat(runs).as(run.said()).isLessThan(5);
        run = AmberProcess.start(directory, environment, List.of("pack", disk, own));
      }
      try (S3Client s3 = Cloud.s3(Cloud.EAST, emulator.endpoint())) {
        ended(0, "pack", disk, object("whole.bin"));
        assertThat(
                s3.getObject(g -> g.bucket("network").key("x.bin"), ResponseTransformer.toBytes())
                    .asByteArray())
            .isEqualTo(bytes("whole.bin"));
        assertThat(s3.listMultipartUploads(l -> l.bucket("network")).uploads()).isEmpty();
      }
    } finally {
      emulator.close();
    }
  }
}
