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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
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

  /** What may be under way when a run is killed. */
  private static final int IN_FLIGHT = 4;

  @TempDir private Path directory;
  private String bucket;
  private Path disk;

  @BeforeEach
  void prepare() throws IOException {
    bucket = Cloud.bucket(Cloud.EAST);
    disk = TestDisk.empty(directory.resolve("disk.img"), 1L << 29);
    TestDisk.noise(disk, 0, (PARTS - 1) * 64, 7);
  }

  @AfterEach
  void behave() {
    Cloud.emulator().faults().clear();
  }

  private Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>();
    environment.put("AWS_ACCESS_KEY_ID", "local");
    environment.put("AWS_SECRET_ACCESS_KEY", "local");
    environment.put("AWS_DEFAULT_REGION", Cloud.EAST);
    environment.put("AWS_ENDPOINT_URL", Cloud.emulator().endpoint().toString());
    environment.put("AMBER_STATE_DIR", directory.resolve("state").toString());
    environment.put("SOURCE_DATE_EPOCH", "1700000000");
    return environment;
  }

  private AmberProcess amber(Object... arguments) throws IOException {
    return AmberProcess.start(directory, environment(), Arrays.asList(arguments));
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
  void packToS3ThatIsKilledAnywhereGoesOnAndMakesTheSameBytes() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    amber("pack", disk, object("whole.bin")).ended(0);
    long sent = calls("UploadPart");
    Cloud.emulator().faults().add("s3:UploadPart:delay=300ms");
    int kills = 0;
    while (kills < 6) {
      AmberProcess run = amber("pack", disk, object("killed.bin"));
      run.killAfter(700 + random.nextInt(2500));
      kills++;
    }
    Cloud.emulator().faults().clear();
    // Whether or not the last that was killed came to its end.
    amber("pack", "--replace", disk, object("killed.bin")).ended(0);
    assertThat(bytes("killed.bin")).as("seed %d", seed).isEqualTo(bytes("whole.bin"));
    assertThat(uploads()).as("seed %d: uploads that are left", seed).isZero();
    assertThat(calls("UploadPart") - sent)
        .as("seed %d: parts sent, of two archives at most", seed)
        .isLessThanOrEqualTo(2L * PARTS + (long) kills * IN_FLIGHT);
    assertThat(tasks())
        .as("seed %d", seed)
        .allSatisfy(task -> assertThat(task.left()).as(task.toString()).isFalse());
  }

  @Test
  void packToAFileThatIsKilledAnywhereGoesOnAndMakesTheSameBytes() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    amber("pack", disk, "whole.bin").ended(0);
    for (int kill = 0; kill < 6; kill++) {
      amber("pack", "--level", "3", disk, "killed.bin").killAfter(300 + random.nextInt(1500));
      if (Files.exists(directory.resolve("killed.bin"))) {
        Files.delete(directory.resolve("killed.bin"));
      }
    }
    amber("pack", disk, "killed.bin").ended(0);
    assertThat(directory.resolve("killed.bin"))
        .as("seed %d", seed)
        .hasSameBinaryContentAs(directory.resolve("whole.bin"));
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
    assertThat(amber("tasks", "forget", last().id()).ended(2))
        .contains("has left something", "amber tasks cancel " + last().id());
    amber("tasks", "cancel", last().id()).ended(0);
    assertThat(uploads()).isZero();
    assertThat(last().state()).isEqualTo(TaskState.CANCELLED);
  }

  @Test
  void nextRunRemovesWhatOneThatWasKilledEarlyLeft() throws Exception {
    killedBeforeAPartIsNoted("x.bin");
    assertThat(amber("pack", disk, object("x.bin")).ended(0))
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
    amber("tasks", "cancel", last().id()).ended(0);
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
    assertThat(amber("pack", disk, object("x.bin")).ended(0)).contains("packed " + disk);
    assertThat(calls("UploadPart") - parts).as("parts, but for the preflight's").isLessThan(2);
    assertThat(tasks()).hasSize(1);
    assertThat(last().state()).isEqualTo(TaskState.COMPLETED);
    assertThat(amber("pack", disk, object("x.bin")).ended(6)).contains("already exists");
  }

  @Test
  void packThatIsEndedBySignalIsGoneOnWithFromAnywhere() throws Exception {
    amber("pack", disk, object("whole.bin")).ended(0);
    Cloud.emulator().faults().add("s3:UploadPart:after=4:delay=30s");
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
    Cloud.emulator().faults().add("s3:UploadPart:after=4:delay=3s");
    AmberProcess run = amber("pack", disk, object("x.bin"));
    run.await("a part is noted", this::isNoted);
    amber("tasks", "cancel", last().id()).ended(0);
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
    amber("verify", object("x.bin")).ended(0);
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
    amber("pack", snapshot, object("whole.bin")).ended(0);
    long parts = calls("UploadPart");
    Cloud.emulator()
        .faults()
        .add("ebs:GetSnapshotBlock:after=350:error=ExpiredTokenException:status=403");
    assertThat(amber("pack", "--threads", "1", snapshot, object("x.bin")).ended(8))
        .contains("amber tasks resume " + last().id());
    Cloud.emulator().faults().clear();
    amber("pack", snapshot, object("x.bin")).ended(0);
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
        amber("pack", disk, object("whole.bin")).ended(0);
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
