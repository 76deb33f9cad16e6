package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * What runs leave behind that AWS ended, what they say of it, and what the next run makes of it.
 */
@ExtendWith(Cloud.class)
class AwsEndingsTest {

  @TempDir static Path shared;

  private static Path disk;
  private static Path archive;
  private static Path noRecords;

  @TempDir private Path directory;

  private String bucket;

  @BeforeAll
  static void make() throws Exception {
    archive = Run.packed(TestDisk.small(shared.resolve("small.img")), shared.resolve("small.bin"));
    disk = TestDisk.empty(shared.resolve("disk.img"), 64L << 20);
    TestDisk.noise(disk, 0, 70, 3);
    // What cannot be recorded cannot be gone on with.
    noRecords = Files.writeString(shared.resolve("file"), "");
  }

  @BeforeEach
  void makeBucket() {
    bucket = Cloud.bucket(Cloud.EAST);
  }

  @AfterEach
  void behave() {
    Cloud.emulator().faults().clear();
  }

  private static Run amber(Object... arguments) {
    return amber(noRecords, arguments);
  }

  private static Run amber(Path state, Object... arguments) {
    List<Object> all = new ArrayList<>(List.of(arguments));
    all.add("--endpoint-url");
    all.add(Cloud.emulator().endpoint());
    return Run.with(
        Map.of(
            "AWS_DEFAULT_REGION",
            Cloud.EAST,
            "AMBER_POLL_MS",
            "20",
            "AMBER_RETRY_MS",
            "150",
            "AMBER_STATE_DIR",
            state.toString()),
        all.toArray());
  }

  private static int snapshots() throws IOException {
    return Cloud.region(Cloud.EAST).snapshots().all().size();
  }

  private int uploads() {
    try (S3Client s3 = Cloud.s3(Cloud.EAST)) {
      return s3.listMultipartUploads(l -> l.bucket(bucket)).uploads().size();
    }
  }

  @Test
  void snapshotThatCannotBeRemovedIsToldOf() throws IOException {
    int before = snapshots();
    Cloud.emulator().faults().add("ec2:RegisterImage:after=1:error=InvalidBlockDeviceMapping");
    Cloud.emulator().faults().add("ec2:DeleteSnapshot:after=1:error=InvalidSnapshot.InUse");
    Run run = amber("unpack", archive, "ami:" + Cloud.newName("never"), "--output=json");
    Cloud.emulator().faults().clear();
    assertThat(run.exitCode()).as(run.stderr()).isEqualTo(1);
    assertThat(run.stderr())
        .contains("InvalidBlockDeviceMapping")
        .containsPattern("amber: warning: snap-\\w+: cannot be deleted, should be, by hand: ");
    Map<?, ?> error = (Map<?, ?>) run.json().get("error");
    assertThat((List<?>) error.get("leftBehind")).hasSize(1);
    assertThat(snapshots()).isEqualTo(before + 1);
  }

  @Test
  void uploadThatCannotBeRemovedIsToldOf() throws IOException {
    Cloud.emulator().faults().add("s3:CompleteMultipartUpload:error=InvalidPart");
    Cloud.emulator().faults().add("s3:AbortMultipartUpload:after=1:status=403:error=AccessDenied");
    String target = "s3://" + bucket + "/never";
    Run run = amber("pack", disk, target);
    assertThat(run.exitCode()).as(run.stderr()).isEqualTo(1);
    assertThat(run.stderr())
        .contains("amber: warning: " + target + ": an unfinished upload may be left, should be");
  }

  @Test
  void credentialsThatExpireWhileSomethingIsKeptLeaveATaskToGoOnWith() throws IOException {
    String target = "s3://" + bucket + "/later";
    Path state = directory.resolve("state");
    Cloud.emulator().faults().add("s3:CompleteMultipartUpload:error=ExpiredToken");
    Run run = amber(state, "pack", disk, target);
    assertThat(run.exitCode()).as(run.stderr()).isEqualTo(8);
    assertThat(run.stderr()).contains("amber: hint: sign in again").contains("amber tasks resume");
    Cloud.emulator().faults().clear();
    assertThat(amber(state, "pack", disk, target).exitCode()).isZero();
  }

  @Test
  void uploadThatLostARaceIsNotKeptAndTheSameCommandStartsOver() throws IOException {
    String target = "s3://" + bucket + "/raced";
    Path state = directory.resolve("state");
    Cloud.emulator()
        .faults()
        .add("s3:CompleteMultipartUpload:status=409:error=ConditionalRequestConflict");
    Run run = amber(state, "pack", disk, target);
    Cloud.emulator().faults().clear();
    assertThat(run.exitCode()).as(run.stderr()).isEqualTo(6);
    assertThat(uploads()).isZero();
    Run again = amber(state, "pack", disk, target);
    assertThat(again.exitCode()).as(again.stderr()).isZero();
    assertThat(again.stderr()).doesNotContain("goes on");
  }

  @Test
  void expiredCredentialsAreToldThoughTheFirstAnswerHasNoRoomForThat() {
    Cloud.emulator().faults().add("s3:HeadBucket:error=ExpiredToken");
    Cloud.emulator().faults().add("s3:ListObjectsV2:error=ExpiredToken");
    Run run = amber("pack", disk, "s3://" + bucket + "/never");
    assertThat(run.exitCode()).as(run.stderr()).isEqualTo(4);
    assertThat(run.stderr()).contains("ExpiredToken").contains("amber: hint: sign in again");
  }
}
