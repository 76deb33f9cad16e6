package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import amber.emulator.state.Snapshot;
import amber.emulator.state.SnapshotState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Image;
import software.amazon.awssdk.services.s3.S3Client;

/** An AMI that goes into another partition, and what is kept of it on the way. */
@ExtendWith(Cloud.class)
class MigrateTest {

  // A whole segment of noise and a little more: with the tail, three parts. And a block of zeros.
  private static final int NOISY_BLOCKS = 76;
  private static final int BLOCKS = NOISY_BLOCKS + 1;
  private static final String EPOCH = "1700000000";

  private static String source;
  private static SortedMap<Integer, ByteBuffer> content;
  private static byte[] packed;

  @TempDir private Path directory;
  private String name;
  private Set<String> before;

  @BeforeAll
  static void makeSource(@TempDir Path scratch) throws IOException {
    Map<Integer, Integer> seeds = new TreeMap<>(Map.of(1001, 0));
    for (int index = 0; index < NOISY_BLOCKS; index++) {
      seeds.put(2 * index, index + 1);
    }
    String snapshot = Cloud.snapshot(Cloud.EAST, 1, seeds, Map.of("k", "v"), Optional.empty());
    content = Cloud.blocks(Cloud.EAST, snapshot);
    source = Cloud.image(Cloud.EAST, Cloud.newName("source"), snapshot);
    Path archive = scratch.resolve("packed.bin");
    Run pack = amber(scratch, "pack", source, archive);
    assertThat(pack.exitCode()).as(pack.stderr()).isZero();
    packed = Files.readAllBytes(archive);
  }

  @BeforeEach
  void prepare() throws IOException {
    name = Cloud.newName("migrated");
    before = ids();
  }

  @AfterEach
  void behave() {
    Cloud.emulator().faults().clear();
  }

  private Run amber(Object... arguments) {
    return amber(directory, arguments);
  }

  private static Run amber(Path directory, Object... arguments) {
    List<Object> all = new ArrayList<>(Arrays.asList(arguments));
    if (!arguments[0].equals("tasks")) {
      all.addAll(List.of("--endpoint-url", Cloud.emulator().endpoint()));
    }
    Map<String, String> environment = new HashMap<>();
    environment.put("AMBER_STATE_DIR", directory.resolve("state").toString());
    environment.put("AWS_DEFAULT_REGION", Cloud.EAST);
    environment.put("AMBER_POLL_MS", "20");
    environment.put("SOURCE_DATE_EPOCH", EPOCH);
    return Run.with(environment, all.toArray());
  }

  private Run migrate(Object... more) {
    List<Object> all =
        new ArrayList<>(
            List.of("migrate", source, "ami:" + name, "--to-region", Cloud.GOV, "--threads", "1"));
    all.addAll(Arrays.asList(more));
    return amber(all.toArray());
  }

  private Run failing(String fault, Object... more) {
    Cloud.emulator().faults().add(fault);
    Run run = migrate(more);
    Cloud.emulator().faults().clear();
    return run;
  }

  private static Set<String> ids() throws IOException {
    return Cloud.region(Cloud.GOV).snapshots().all().stream()
        .map(Snapshot::id)
        .collect(Collectors.toSet());
  }

  private List<Snapshot> made() throws IOException {
    return Cloud.region(Cloud.GOV).snapshots().all().stream()
        .filter(snapshot -> !before.contains(snapshot.id()))
        .toList();
  }

  private List<Image> images() {
    try (Ec2Client ec2 = Cloud.ec2(Cloud.GOV)) {
      return ec2.describeImages(r -> r.owners("self")).images().stream()
          .filter(image -> image.name().equals(name))
          .toList();
    }
  }

  private void assertWhole() throws IOException {
    assertThat(images()).hasSize(1);
    assertThat(made())
        .singleElement()
        .extracting(Snapshot::state)
        .isEqualTo(SnapshotState.COMPLETED);
    assertThat(Cloud.blocks(Cloud.GOV, made().get(0).id())).isEqualTo(content);
  }

  private static byte[] object(String region, String bucket, String key) {
    try (S3Client s3 = Cloud.s3(region)) {
      return s3.getObject(g -> g.bucket(bucket).key(key), ResponseTransformer.toBytes())
          .asByteArray();
    }
  }

  private static long calls(String operation) {
    return Cloud.emulator().faults().calls("ebs", operation);
  }

  @Test
  void blocksGoIntoAnotherPartitionAndAreReadBack() throws IOException {
    long read = calls("GetSnapshotBlock");
    Run run = migrate("--verify", "--output", "json");
    assertThat(run.exitCode()).as(run.stderr()).isZero();
    assertWhole();
    assertThat(calls("GetSnapshotBlock") - read)
        .as("read, tried, and read back")
        .isEqualTo(2L * BLOCKS + 1);
    assertThat(run.json())
        .containsEntry("command", "migrate")
        .containsEntry("imageId", images().get(0).imageId())
        .extractingByKey("verified")
        .hasToString("{mode=full, blocks=%d}".formatted(BLOCKS));
    assertThat(run.stderr())
        .contains(
            source + ": does not go along: OwnerId ",
            source + ": does not go along: ImageId " + source,
            "data goes from partition aws to aws-us-gov");
    assertThat(run.json().get("notMigrated").toString()).contains("attribute=ImageId");
  }

  @Test
  void uefiVariablesThatMayNotBeReadAreWarnedOf() throws IOException {
    Run run =
        failing(
            "ec2:DescribeImageAttribute:error=UnauthorizedOperation:status=403",
            "--output",
            "json");
    assertThat(run.exitCode()).as(run.stderr()).isZero();
    assertThat(run.stderr())
        .contains("amber: warning: " + source + ": does not go along: UefiData (unknown): ");
    assertThat(run.json().get("notMigrated").toString()).contains("attribute=UefiData");
    assertWhole();
  }

  @Test
  void sampleIsComparedWithTheSource() throws IOException {
    Run run = migrate("--verify=sample", "--verify-seed", "7");
    assertThat(run.exitCode()).as(run.stderr()).isZero();
    assertThat(run.text())
        .startsWith("migrated " + source + " to ami:" + name + ": ami-")
        .contains("and 77 of 77 blocks were compared (seed 7)");
    assertWhole();
  }

  @Test
  void holesAreFilledOnAnEncryptedTarget() throws IOException {
    String key = Cloud.region(Cloud.GOV).kmsKeyArn("migrate");
    Run run = migrate("--kms-key-id", key, "--fill-holes", "--verify", "--output", "json");
    assertThat(run.exitCode()).as(run.stderr()).isZero();
    assertThat(made())
        .singleElement()
        .extracting(Snapshot::kmsKeyArn)
        .hasToString(Optional.of(key).toString());
    assertThat(Cloud.listed(Cloud.GOV, made().get(0).id())).hasSize(2048);
    assertThat(run.json().get("verified")).hasToString("{mode=full, blocks=2048}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"from", "to", "file"})
  void archiveOfTheSameReadIsThatOfAPack(String side) throws IOException {
    String region = side.equals("to") ? Cloud.GOV : Cloud.EAST;
    String bucket = Cloud.bucket(region);
    Path file = directory.resolve("kept.bin");
    long read = calls("GetSnapshotBlock");
    Run run =
        side.equals("file")
            ? migrate("--archive", file)
            : migrate("--archive", "s3://" + bucket + "/", "--archive-side", side);
    assertThat(run.exitCode()).as(run.stderr()).isZero();
    assertWhole();
    assertThat(calls("GetSnapshotBlock") - read)
        .as("each block once, and one to try")
        .isEqualTo(BLOCKS + 1L);
    byte[] kept =
        side.equals("file") ? Files.readAllBytes(file) : object(region, bucket, source + ".bin");
    assertThat(kept).isEqualTo(packed);
    assertThat(run.text()).contains("  archive: ");
    assertThat(lastTasks(2))
        .allSatisfy(task -> assertThat(task).containsEntry("state", "Completed"));
  }

  @SuppressWarnings("unchecked")
  private List<Map<String, Object>> lastTasks(int count) throws IOException {
    List<Map<String, Object>> all =
        (List<Map<String, Object>>) amber("tasks", "--output", "json").json().get("tasks");
    return all.subList(all.size() - count, all.size());
  }

  /** At most so many blocks are read again; one is read to see whether it may. */
  @ParameterizedTest
  @CsvSource({
    "ebs:GetSnapshotBlock:after=70:error=AccessDeniedException:status=403, 77",
    "ebs:PutSnapshotBlock:after=70:error=AccessDeniedException:status=403, 77",
    "ebs:CompleteSnapshot:error=AccessDeniedException:status=403, 0",
    "ec2:RegisterImage:after=1:error=UnauthorizedOperation:status=403, 0"
  })
  void whatIsStoppedGoesOn(String fault, long again) throws IOException {
    Run first = failing(fault);
    // What was under way when it failed may be all there was.
    assertThat(first.exitCode()).as(first.stderr()).isIn(again == 0 ? 8 : 4, 8);
    long read = calls("GetSnapshotBlock");
    Run second = migrate();
    assertThat(second.exitCode()).as(second.stderr()).isZero();
    assertThat(calls("GetSnapshotBlock") - read).isLessThanOrEqualTo(again + 1);
    assertWhole();
  }

  /** At most so many blocks are read again; one is read to see whether it may. */
  @ParameterizedTest
  @CsvSource({
    "ebs:GetSnapshotBlock:after=70:error=AccessDeniedException:status=403, 77",
    "ebs:PutSnapshotBlock:after=70:error=AccessDeniedException:status=403, 77",
    "s3:UploadPart:after=1:error=AccessDenied:status=403, 77",
    "s3:CompleteMultipartUpload:error=AccessDenied:status=403, 77",
    "ebs:CompleteSnapshot:error=AccessDeniedException:status=403, 0",
    "ec2:RegisterImage:after=1:error=UnauthorizedOperation:status=403, 0"
  })
  void bothGoOnWhateverStopsThem(String fault, long again) throws IOException {
    String bucket = Cloud.bucket(Cloud.EAST);
    String archive = "s3://" + bucket + "/kept.bin";
    Run first = failing(fault, "--archive", archive);
    assertThat(first.exitCode()).as(first.stderr()).isIn(again == 0 ? 8 : 4, 8);
    assertThat(images()).isEmpty();
    long read = calls("GetSnapshotBlock");
    Run second = migrate("--archive", archive);
    assertThat(second.exitCode()).as(second.stderr()).isZero();
    assertWhole();
    assertThat(object(Cloud.EAST, bucket, "kept.bin")).isEqualTo(packed);
    assertThat(calls("GetSnapshotBlock") - read).isLessThanOrEqualTo(again + 1);
    assertThat(lastTasks(2))
        .allSatisfy(task -> assertThat(task).containsEntry("state", "Completed"));
  }

  @Test
  void archiveIsNotStoredBeforeTheImageHasItsBlocks() throws IOException {
    String bucket = Cloud.bucket(Cloud.EAST);
    String archive = "s3://" + bucket + "/kept.bin";
    Cloud.emulator().faults().add("ebs:PutSnapshotBlock:delay=1500ms");
    Run first =
        failing(
            "ebs:PutSnapshotBlock:after=70:error=AccessDeniedException:status=403",
            "--archive",
            archive);
    // What is kept may be gone on with; there may be nothing.
    assertThat(first.exitCode()).as(first.stderr()).isIn(4, 8);
    try (S3Client s3 = Cloud.s3(Cloud.EAST)) {
      assertThat(s3.listObjectsV2(l -> l.bucket(bucket)).contents()).isEmpty();
    }
    Run second = migrate("--archive", archive);
    assertThat(second.exitCode()).as(second.stderr()).isZero();
    assertWhole();
    assertThat(object(Cloud.EAST, bucket, "kept.bin")).isEqualTo(packed);
  }

  @Test
  void eitherTaskGoesOnWithBoth() throws IOException {
    Path file = directory.resolve("kept.bin");
    Run first =
        failing("ebs:CompleteSnapshot:error=AccessDeniedException:status=403", "--archive", file);
    assertThat(first.exitCode()).as(first.stderr()).isEqualTo(8);
    assertThat(first.stderr()).contains("what is stored of " + file + " is kept as well");
    Run second = amber("tasks", "resume", lastTasks(2).get(0).get("id"));
    assertThat(second.exitCode()).as(second.stderr()).isZero();
    assertWhole();
    assertThat(Files.readAllBytes(file)).isEqualTo(packed);
  }

  @Test
  void cancelRemovesWhatIsLeftOfBoth() throws IOException {
    String bucket = Cloud.bucket(Cloud.EAST);
    Run first =
        failing(
            "s3:CompleteMultipartUpload:error=AccessDenied:status=403",
            "--archive",
            "s3://" + bucket + "/kept.bin");
    assertThat(first.exitCode()).as(first.stderr()).isEqualTo(8);
    assertThat(made()).hasSize(1);
    for (Map<String, Object> task : lastTasks(2)) {
      assertThat(task).as("%s", task).containsEntry("state", "Interrupted");
      Run cancel = amber("tasks", "cancel", task.get("id"));
      assertThat(cancel.exitCode()).as(cancel.stderr()).isZero();
    }
    assertThat(made()).isEmpty();
    try (S3Client s3 = Cloud.s3(Cloud.EAST)) {
      assertThat(s3.listMultipartUploads(r -> r.bucket(bucket)).uploads()).isEmpty();
    }
  }

  @Test
  void whatCannotBeMendedLeavesTheArchiveAndNoImage() throws IOException {
    Path file = directory.resolve("kept.bin");
    Run run =
        failing(
            "ec2:RegisterImage:after=1:error=InvalidBlockDeviceMapping:status=400",
            "--archive",
            file);
    assertThat(run.exitCode()).as(run.stderr()).isNotIn(0, 8);
    assertThat(run.stderr()).contains(file + ": is whole, and stays");
    assertThat(made()).isEmpty();
    assertThat(amber("verify", file).exitCode()).isZero();
  }

  @Test
  void dryRunMakesNothingAndCountsBoth() throws IOException {
    String bucket = Cloud.bucket(Cloud.EAST);
    Run run =
        migrate(
            "--archive",
            "s3://" + bucket + "/kept.bin",
            "--verify",
            "--dry-run",
            "--output",
            "json");
    assertThat(run.exitCode()).as(run.stderr()).isZero();
    assertThat(made()).isEmpty();
    assertThat(run.json().get("bill").toString())
        .contains("name=GetSnapshotBlock, monthly=false, requests=" + 2 * BLOCKS)
        .contains("name=S3 storage");
    assertThat(run.json()).containsEntry("dryRun", true).containsKey("archive");
  }

  @Test
  void whatIsNoMigrationIsRefused() {
    assertRefused("is no AMI", amber("migrate", "disk.img", "ami:x"));
    assertRefused("is no new AMI", amber("migrate", source, directory));
    assertRefused("--verify-seed: is for --verify=sample", migrate("--verify-seed", "1"));
    assertRefused("--level: is for an archive on the way", migrate("--level", "3"));
    assertRefused(
        "--storage-class: is for an archive in S3", migrate("--storage-class", "GLACIER"));
    assertRefused("--replace: is for archives", migrate("--replace"));
    assertRefused("is no place for an archive", migrate("--archive", "ami:y"));
  }

  private static void assertRefused(String reason, Run run) {
    assertThat(run.exitCode()).as(run.stderr()).isEqualTo(2);
    assertThat(run.stderr()).contains(reason);
  }
}
