package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.LaunchPermission;
import software.amazon.awssdk.services.s3.S3Client;

/** A pack that is stopped and goes on, and the record of it. */
@ExtendWith(Cloud.class)
class ResumeTest {

  private static final String EPOCH = "1700000000";

  @TempDir private Path directory;
  private Path state;
  private String bucket;
  private Path disk;

  @BeforeEach
  void prepare() throws IOException {
    state = directory.resolve("state");
    bucket = Cloud.bucket(Cloud.EAST);
    // Six segments of noise, and one of zeros: six parts and what is joined to the last.
    disk = TestDisk.empty(directory.resolve("disk.img"), 1L << 29);
    TestDisk.noise(disk, 0, 6 * 64, 7);
    TestDisk.zeros(disk, 900, 64);
  }

  @AfterEach
  void behave() {
    Cloud.emulator().faults().clear();
  }

  private Run amber(Object... arguments) {
    return amber(Map.of(), arguments);
  }

  private Run amber(Map<String, String> more, Object... arguments) {
    Map<String, String> environment = new HashMap<>(more);
    environment.putIfAbsent("AMBER_STATE_DIR", state.toString());
    environment.putIfAbsent("SOURCE_DATE_EPOCH", EPOCH);
    environment.put("AWS_DEFAULT_REGION", Cloud.EAST);
    environment.put("AMBER_POLL_MS", "20");
    return Run.with(environment, arguments);
  }

  private List<Object> packing(Object source, String key, Object... more) {
    List<Object> all =
        new ArrayList<>(
            List.of(
                "pack",
                source,
                object(key),
                "--threads",
                "1",
                "--endpoint-url",
                Cloud.emulator().endpoint()));
    all.addAll(Arrays.asList(more));
    return all;
  }

  private String object(String key) {
    return "s3://" + bucket + "/" + key;
  }

  private Run pack(Object source, String key, Object... more) {
    return amber(packing(source, key, more).toArray());
  }

  private byte[] bytes(String key) {
    try (S3Client s3 = Cloud.s3(Cloud.EAST)) {
      ResponseBytes<?> all =
          s3.getObject(g -> g.bucket(bucket).key(key), ResponseTransformer.toBytes());
      return all.asByteArray();
    }
  }

  private int uploads() {
    try (S3Client s3 = Cloud.s3(Cloud.EAST)) {
      return s3.listMultipartUploads(l -> l.bucket(bucket)).uploads().size();
    }
  }

  @SuppressWarnings("unchecked")
  private List<Map<String, Object>> tasks() throws IOException {
    return (List<Map<String, Object>>) amber("tasks", "--output", "json").json().get("tasks");
  }

  private String interrupted(Run run) throws IOException {
    assertThat(run.exitCode()).as(run.stderr()).isEqualTo(8);
    Map<String, Object> last = tasks().get(tasks().size() - 1);
    assertThat(last).containsEntry("state", "Interrupted").containsEntry("resumable", true);
    String id = (String) last.get("id");
    assertThat(run.stderr()).contains("amber tasks resume " + id);
    return id;
  }

  private Run failing(String key, int parts) {
    return failing(disk, key, parts);
  }

  /** A run of which so many parts from the first on are stored, and no more. */
  private Run failing(Object source, String key, int parts) {
    // The delay lets those arrive that are under way.
    Cloud.emulator().faults().add("s3:UploadPart:after-part=%d:delay=3s".formatted(parts));
    Cloud.emulator()
        .faults()
        .add("s3:UploadPart:after-part=%d:error=AccessDenied:status=403".formatted(parts));
    Run run = pack(source, key);
    Cloud.emulator().faults().clear();
    return run;
  }

  @Test
  void sameCommandGoesOnAndMakesTheSameBytes() throws IOException {
    assertThat(pack(disk, "whole.bin").exitCode()).isZero();
    for (int part = 4; part <= 6; part++) {
      String key = "part-" + part;
      String id = interrupted(failing(key, part));
      assertThat(uploads()).isEqualTo(1);
      long sent = Cloud.emulator().faults().calls("s3", "UploadPart");
      Run second = pack(disk, key);
      assertThat(second.exitCode()).as(second.stderr()).isZero();
      assertThat(second.stderr()).contains("amber: " + id + " goes on: ");
      assertThat(bytes(key)).as(key).isEqualTo(bytes("whole.bin"));
      assertThat(Cloud.emulator().faults().calls("s3", "UploadPart") - sent)
          .as("parts sent again or for the first time")
          .isLessThan(7);
      assertThat(uploads()).isZero();
      assertThat(
              amber("verify", object(key), "--endpoint-url", Cloud.emulator().endpoint())
                  .exitCode())
          .isZero();
    }
    assertThat(tasks())
        .hasSize(4)
        .allSatisfy(task -> assertThat(task).containsEntry("state", "Completed"));
  }

  @Test
  void imageOfEc2GoesOn() throws IOException {
    Map<Integer, Integer> seeds = new TreeMap<>();
    for (int index = 0; index < 5 * 64; index++) {
      seeds.put(3 * index, index + 1);
    }
    String snapshot = Cloud.snapshot(Cloud.EAST, 1, seeds, Map.of(), Optional.empty());
    String image = Cloud.image(Cloud.EAST, Cloud.newName("resumed"), snapshot);
    assertThat(pack(image, "whole.bin").exitCode()).isZero();
    String id = interrupted(failing(image, "x.bin", 4));
    Run second = amber("tasks", "resume", id);
    assertThat(second.exitCode()).as(second.stderr()).isZero();
    assertThat(second.text()).startsWith("packed " + image);
    assertThat(bytes("x.bin")).isEqualTo(bytes("whole.bin"));
    Run again = amber("tasks", "resume", id);
    assertThat(again.exitCode()).isEqualTo(2);
    assertThat(again.stderr()).contains("is Completed, should be Interrupted");
  }

  @Test
  void imageThatIsSharedMeanwhileIsPackedAsItWas() throws IOException {
    Map<Integer, Integer> seeds = new TreeMap<>();
    for (int index = 0; index < 5 * 64; index++) {
      seeds.put(3 * index, index + 1);
    }
    String snapshot = Cloud.snapshot(Cloud.EAST, 1, seeds, Map.of(), Optional.empty());
    String image = Cloud.image(Cloud.EAST, Cloud.newName("shared"), snapshot);
    assertThat(pack(image, "whole.bin").exitCode()).isZero();
    String id = interrupted(failing(image, "x.bin", 4));
    try (Ec2Client ec2 = Cloud.ec2(Cloud.EAST)) {
      LaunchPermission other = LaunchPermission.builder().userId("222222222222").build();
      ec2.modifyImageAttribute(m -> m.imageId(image).launchPermission(p -> p.add(other)));
    }
    Run second = pack(image, "x.bin");
    assertThat(second.exitCode()).as(second.stderr()).isZero();
    assertThat(second.stderr()).contains("amber: " + id + " goes on: ");
    assertThat(bytes("x.bin")).isEqualTo(bytes("whole.bin"));
  }

  @Test
  void sourceThatChangedBeginsAnew() throws IOException {
    String id = interrupted(failing("x.bin", 4));
    TestDisk.noise(disk, 10, 1, 99);
    Run second = pack(disk, "x.bin");
    assertThat(second.exitCode()).as(second.stderr()).isZero();
    assertThat(second.stderr())
        .contains(
            id
                + ": cannot be gone on with, so the pack begins anew: the source is another, or has changed;");
    assertThat(uploads()).as("what the first left").isEqualTo(1);
    assertThat(pack(disk, "y.bin").exitCode()).isZero();
    assertThat(bytes("x.bin")).isEqualTo(bytes("y.bin"));
    assertThat(amber("tasks", "cancel", id).exitCode()).isZero();
    assertThat(uploads()).isZero();
  }

  @Test
  void otherOptionsBeginAnew() throws IOException {
    interrupted(failing("x.bin", 4));
    Run second = pack(disk, "x.bin", "--level", "1");
    assertThat(second.exitCode()).as(second.stderr()).isZero();
    assertThat(second.stderr())
        .contains("so the pack begins anew: --level is 1, was 3; 'amber tasks cancel");
  }

  @Test
  void uploadThatSomebodyAbortedBeginsAnew() throws IOException {
    interrupted(failing("x.bin", 4));
    try (S3Client s3 = Cloud.s3(Cloud.EAST)) {
      s3.listMultipartUploads(l -> l.bucket(bucket))
          .uploads()
          .forEach(
              upload ->
                  s3.abortMultipartUpload(
                      a -> a.bucket(bucket).key(upload.key()).uploadId(upload.uploadId())));
    }
    assertThat(pack(disk, "x.bin").exitCode()).isZero();
    assertThat(pack(disk, "whole.bin").exitCode()).isZero();
    assertThat(bytes("x.bin")).isEqualTo(bytes("whole.bin"));
    assertThat(uploads()).isZero();
  }

  @Test
  void anotherEndpointOrRegionIsAnotherPlace() throws IOException {
    String id = interrupted(failing("x.bin", 4));
    URI endpoint = Cloud.emulator().endpoint();
    URI other = URI.create("http://localhost:" + endpoint.getPort());
    Run elsewhere = amber("pack", disk, object("x.bin"), "--dry-run", "--endpoint-url", other);
    assertThat(elsewhere.stderr()).as("a dry run takes nothing up").doesNotContain(id);
    elsewhere = amber("pack", disk, object("x.bin"), "--threads", "1", "--endpoint-url", other);
    assertThat(elsewhere.exitCode()).as(elsewhere.stderr()).isZero();
    assertThat(elsewhere.stderr())
        .contains(
            id + ": cannot be gone on with, so the pack begins anew: the endpoint is " + other)
        .contains(", was " + endpoint);
    assertThat(uploads()).as("of the first place").isEqualTo(1);
    assertThat(amber("tasks", "cancel", id).exitCode()).isZero();
    assertThat(uploads()).isZero();
  }

  @Test
  void tasksResumeGoesWhereTheTaskWas() throws IOException {
    Cloud.emulator().faults().add("s3:UploadPart:after-part=4:delay=3s");
    Cloud.emulator().faults().add("s3:UploadPart:after-part=4:error=AccessDenied:status=403");
    Map<String, String> there = Map.of("AWS_ENDPOINT_URL", Cloud.emulator().endpoint().toString());
    Run first = amber(there, "pack", disk, object("x.bin"), "--threads", "1");
    Cloud.emulator().faults().clear();
    String id = interrupted(first);
    Map<String, String> here =
        Map.of(
            "AWS_ENDPOINT_URL_S3",
            "http://127.0.0.1:9",
            "AWS_REGION",
            Cloud.WEST,
            "AMBER_STATE_DIR",
            state.toString());
    Run second = Run.with(here, "tasks", "resume", id);
    assertThat(second.exitCode()).as(second.stderr()).isZero();
    assertThat(second.stderr()).contains(id + " goes on: ");
    assertThat(uploads()).isZero();
  }

  @Test
  void cancelRemovesWhatIsStored() throws IOException {
    String id = interrupted(failing("x.bin", 4));
    Run forget = amber("tasks", "forget", id);
    assertThat(forget.exitCode()).isEqualTo(2);
    assertThat(forget.stderr()).contains("amber tasks cancel " + id);
    Run show = amber("tasks", "show", id);
    assertThat(show.text()).contains("Interrupted").contains("amber tasks resume " + id);
    Run cancel = amber("tasks", "cancel", id);
    assertThat(cancel.exitCode()).as(cancel.stderr()).isZero();
    assertThat(uploads()).isZero();
    assertThat(tasks().get(0)).containsEntry("state", "Cancelled");
    assertThat(amber("tasks", "cancel", id).exitCode()).isEqualTo(2);
    assertThat(amber("tasks", "forget", id).exitCode()).isZero();
    assertThat(tasks()).isEmpty();
  }

  @Test
  void failureThatNoSecondRunMendsKeepsNothing() throws IOException {
    Cloud.emulator().faults().add("s3:UploadPart:nth=3:delay=1s");
    Cloud.emulator().faults().add("s3:CompleteMultipartUpload:error=PreconditionFailed:status=412");
    Run run = pack(disk, "x.bin");
    Cloud.emulator().faults().clear();
    assertThat(run.exitCode()).as(run.stderr()).isEqualTo(6);
    assertThat(uploads()).isZero();
    assertThat(tasks().get(0)).containsEntry("state", "Failed").containsEntry("resumable", false);
  }

  /** S3 has all parts, and says for good that no object can be made of them. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "error=EntityTooSmall:status=400",
        "error=InvalidPart:status=400",
        "error=InvalidPartOrder:status=400",
        "error=InvalidRequest:status=400",
        "error=NotImplemented:status=501",
        "error=NoSuchUpload:status=404"
      })
  void uploadThatIsRefusedForGoodIsRemoved(String error) throws IOException {
    Cloud.emulator().faults().add("s3:CompleteMultipartUpload:" + error);
    Run run = pack(disk, "x.bin");
    Cloud.emulator().faults().clear();
    assertThat(run.exitCode()).as(run.stderr()).isEqualTo(1);
    assertThat(run.stderr()).doesNotContain("amber tasks resume");
    assertThat(uploads()).isZero();
    assertThat(tasks().get(0)).containsEntry("state", "Failed").containsEntry("left", false);
  }

  /** Somebody can put it right, or nobody knows what it is. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "error=AccessDenied:status=403",
        "error=ExpiredToken:status=400",
        "error=KMS.DisabledException:status=400",
        "error=NobodyKnows:status=400"
      })
  void uploadWhoseRefusalMayBeMendedIsKept(String error) throws IOException {
    Cloud.emulator().faults().add("s3:CompleteMultipartUpload:" + error);
    interrupted(pack(disk, "x.bin"));
    Cloud.emulator().faults().clear();
    long sent = Cloud.emulator().faults().calls("s3", "UploadPart");
    assertThat(pack(disk, "x.bin").exitCode()).isZero();
    assertThat(Cloud.emulator().faults().calls("s3", "UploadPart") - sent)
        .as("no part but the last is sent again")
        .isLessThanOrEqualTo(1);
    assertThat(uploads()).isZero();
  }

  @Test
  void packWithoutAPlaceForRecordsWorksAndSaysSo() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "");
    Run run = amber(Map.of("AMBER_STATE_DIR", file.toString()), packing(disk, "x.bin").toArray());
    assertThat(run.exitCode()).as(run.stderr()).isZero();
    assertThat(run.stderr()).contains("warning: the run is not recorded, and cannot be resumed");
    Run tasks = amber(Map.of("AMBER_STATE_DIR", file.toString()), "tasks");
    assertThat(tasks.exitCode()).as(tasks.stderr()).isNotZero();
  }

  @Test
  void otherRunsAreRecordedToo() throws IOException {
    Path small = TestDisk.small(directory.resolve("small.img"));
    Path archive = directory.resolve("small.bin");
    assertThat(amber("pack", "--no-sync", small, archive).exitCode()).isZero();
    assertThat(amber("unpack", "--no-sync", archive, directory.resolve("restored")).exitCode())
        .isZero();
    assertThat(amber("copy", "--no-sync", archive, directory.resolve("copy.bin")).exitCode())
        .isZero();
    assertThat(amber("unpack", directory.resolve("none"), directory.resolve("r2")).exitCode())
        .isEqualTo(5);
    assertThat(tasks())
        .extracting(task -> task.get("verb") + " " + task.get("state"))
        .containsExactly("pack Completed", "unpack Completed", "copy Completed");
    assertThat(amber("tasks").text().lines()).hasSize(3).allMatch(line -> line.contains("100 %"));
    assertThat(amber("tasks", "--state", "Failed").text()).isEmpty();
    assertThat(amber("tasks", "--bucket", bucket).text()).isEmpty();
    assertThat(amber("tasks", "show", "task-nope").exitCode()).isEqualTo(5);
    assertThat(amber("tasks", "show", "task-").exitCode()).isEqualTo(2);
  }

  @Test
  void stoppedAnywhereAnyNumberOfTimes() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    assertThat(pack(disk, "whole.bin").exitCode()).isZero();
    int runs = 0;
    Run run;
    do {
      int parts = 1 + random.nextInt(4);
      String kind =
          random.nextBoolean() ? "error=AccessDenied:status=403" : "error=ExpiredToken:status=400";
      Cloud.emulator().faults().add("s3:UploadPart:after=%d:delay=1s".formatted(parts));
      Cloud.emulator().faults().add("s3:UploadPart:after=%d:%s".formatted(parts, kind));
      run = pack(disk, "x.bin");
      Cloud.emulator().faults().clear();
      runs++;
    } while (run.exitCode() != 0 && runs < 40);
    assertThat(run.exitCode()).as("seed %d: %s", seed, run.stderr()).isZero();
    assertThat(bytes("x.bin")).as("seed %d", seed).isEqualTo(bytes("whole.bin"));
  }
}
