package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;

/** A copy that is stopped and goes on. */
@ExtendWith(Cloud.class)
class CopyResumeTest {

  @TempDir private Path directory;
  private String bucket;
  private Path archive;

  @BeforeEach
  void prepare() throws IOException {
    bucket = Cloud.bucket(Cloud.EAST);
    Path disk = TestDisk.empty(directory.resolve("disk.img"), 1L << 28);
    // Twelve pieces of 16 MiB, of which eight are read at once.
    TestDisk.noise(disk, 0, 6 * 64 - 10, 7);
    archive = Run.packed(disk, directory.resolve("disk.bin"));
    Files.delete(disk);
  }

  @AfterEach
  void behave() {
    Cloud.emulator().faults().clear();
  }

  private Run amber(Object... arguments) {
    Map<String, String> environment =
        Map.of(
            "AMBER_STATE_DIR",
            directory.resolve("state").toString(),
            "AWS_DEFAULT_REGION",
            Cloud.EAST,
            "AWS_ENDPOINT_URL",
            Cloud.emulator().endpoint().toString());
    return Run.with(environment, arguments);
  }

  private Run copy(Object... arguments) {
    List<Object> all = new ArrayList<>(List.of("copy", "--output", "json"));
    all.addAll(Arrays.asList(arguments));
    all.add("--endpoint-url");
    all.add(Cloud.emulator().endpoint());
    return amber(all.toArray());
  }

  private String object(String key) {
    return "s3://%s/%s".formatted(bucket, key);
  }

  private int uploads() {
    try (S3Client s3 = Cloud.s3(Cloud.EAST)) {
      return s3.listMultipartUploads(l -> l.bucket(bucket)).uploads().size();
    }
  }

  @SuppressWarnings("unchecked")
  private Map<String, Object> last() throws IOException {
    List<Map<String, Object>> tasks =
        (List<Map<String, Object>>) amber("tasks", "--output", "json").json().get("tasks");
    return tasks.get(tasks.size() - 1);
  }

  private String interrupted(Run run) throws IOException {
    assertThat(run.exitCode()).as(run.stderr()).isEqualTo(8);
    assertThat(last())
        .containsEntry("verb", "copy")
        .containsEntry("state", "Interrupted")
        .containsEntry("resumable", true);
    return (String) last().get("id");
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static long calls(String operation) {
    return Cloud.emulator().faults().calls("s3", operation);
  }

  private void fail(String calls) {
    Cloud.emulator().faults().add("s3:%s:delay=2s".formatted(calls));
    Cloud.emulator().faults().add("s3:%s:error=AccessDenied:status=403".formatted(calls));
  }

  @Test
  void copyToS3GoesOn() throws IOException {
    fail("UploadPart:after-part=5");
    String id = interrupted(copy(archive, object("x.bin")));
    Cloud.emulator().faults().clear();
    assertThat(uploads()).isEqualTo(1);
    long sent = calls("UploadPart");
    Run second = copy(archive, object("x.bin"));
    assertThat(second.exitCode()).as(second.stderr()).isZero();
    assertThat(second.stderr()).contains("amber: " + id + " goes on: ");
    assertThat(second.json())
        .containsEntry("method", "streamed")
        .containsEntry("checked", List.of("size", "checksum", "ends"));
    assertThat(calls("UploadPart") - sent).isLessThan(12);
    assertThat(uploads()).isZero();
    Path back = directory.resolve("back.bin");
    assertThat(copy(object("x.bin"), back).exitCode()).isZero();
    assertThat(back).hasSameBinaryContentAs(archive);
    assertThat(last()).extracting("result").asString().contains("storedBytes");
  }

  @Test
  void copyToAFileGoesOn() throws IOException {
    assertThat(copy(archive, object("x.bin")).exitCode()).isZero();
    Path back = directory.resolve("back.bin");
    // What opens the archive is read first.
    fail("GetObject:after=9");
    String id = interrupted(copy(object("x.bin"), back));
    Cloud.emulator().faults().clear();
    assertThat(names()).anyMatch(name -> name.endsWith(".pending"));
    long read = calls("GetObject");
    Run second = copy(object("x.bin"), back);
    assertThat(second.exitCode()).as(second.stderr()).isZero();
    assertThat(second.stderr()).contains("amber: " + id + " goes on: ");
    assertThat(second.json()).containsEntry("checked", List.of("size", "checksum", "ends"));
    assertThat(calls("GetObject") - read).isLessThan(12);
    assertThat(back).hasSameBinaryContentAs(archive);
    assertThat(names()).noneMatch(name -> name.endsWith(".pending"));
  }

  @Test
  void cancelRemovesWhatACopyLeft() throws IOException {
    assertThat(copy(archive, object("x.bin")).exitCode()).isZero();
    fail("GetObject:after=9");
    String id = interrupted(copy(object("x.bin"), directory.resolve("back.bin")));
    Cloud.emulator().faults().clear();
    Run cancel = amber("tasks", "cancel", id);
    assertThat(cancel.exitCode()).as(cancel.stderr()).isZero();
    assertThat(names()).containsExactly("disk.bin", "state");
    fail("UploadPart:after-part=5");
    id = interrupted(copy(archive, object("y.bin")));
    Cloud.emulator().faults().clear();
    assertThat(amber("tasks", "cancel", id).exitCode()).isZero();
    assertThat(uploads()).isZero();
  }

  @Test
  void otherSourceBeginsAnew() throws IOException {
    fail("UploadPart:after-part=5");
    interrupted(copy(archive, object("x.bin")));
    Cloud.emulator().faults().clear();
    Files.setLastModifiedTime(archive, FileTime.fromMillis(0));
    Run second = copy(archive, object("x.bin"));
    assertThat(second.exitCode()).as(second.stderr()).isZero();
    assertThat(second.stderr())
        .contains("so the copy begins anew: the source is another, or has changed");
  }

  @Test
  void smallOnesAreCopiedByTheTransferManagerAsBefore() throws IOException {
    Path disk = TestDisk.small(directory.resolve("small.img"));
    Path small = Run.packed(disk, directory.resolve("small.bin"));
    Run run = copy(small, object("small.bin"));
    assertThat(run.exitCode()).as(run.stderr()).isZero();
    assertThat(run.json()).containsEntry("method", "transfer-manager");
    assertThat(last()).containsEntry("state", "Completed").containsEntry("left", false);
  }
}
