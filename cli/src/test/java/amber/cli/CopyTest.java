package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/** Copies of archives between files, buckets and partitions, over HTTP. */
@ExtendWith(Cloud.class)
class CopyTest {

  @TempDir private Path directory;

  private final String bucket = Cloud.bucket(Cloud.EAST);
  private Path archive;

  @BeforeEach
  void pack() throws IOException {
    archive =
        Run.packed(TestDisk.small(directory.resolve("disk.img")), directory.resolve("disk.bin"));
  }

  @AfterEach
  void behaveAgain() {
    Cloud.emulator().faults().clear();
  }

  private String stored(String... options) {
    String object = "s3://%s/%s.bin".formatted(bucket, Cloud.newName("disk"));
    List<Object> arguments = new ArrayList<>(List.of("copy", archive, object));
    arguments.addAll(List.of(options));
    Cloud.succeed(arguments.toArray());
    return object;
  }

  private static HeadObjectResponse head(String region, String object) {
    String rest = object.substring("s3://".length());
    int slash = rest.indexOf('/');
    try (S3Client s3 = Cloud.s3(region)) {
      return s3.headObject(b -> b.bucket(rest.substring(0, slash)).key(rest.substring(slash + 1)));
    }
  }

  private static String key(String object) {
    return object.substring(object.lastIndexOf('/') + 1);
  }

  private void assertNothingLeft() {
    try (S3Client s3 = Cloud.s3(Cloud.EAST)) {
      assertThat(s3.listMultipartUploads(b -> b.bucket(bucket)).uploads()).isEmpty();
    }
  }

  @Test
  void fileGoesToS3AndBackByTheTransferManager() throws Exception {
    Run up = Cloud.succeed("copy", archive, "s3://" + bucket + "/dir/");
    String object = "s3://" + bucket + "/dir/disk.bin";
    assertThat(up.stderr()).isEmpty();
    assertThat(up.text())
        .startsWith("copied %s to %s: ".formatted(archive, object))
        .contains(" by the transfer manager, checked: size, checksum, the archive's ends, ");
    assertThat(head(Cloud.EAST, object).metadata())
        .containsEntry("ami-name", "disk")
        .containsEntry("amber-format", "1")
        .containsKeys("amber-archive", "ami-store-date");
    assertThat(Cloud.succeed("verify", object).text()).contains("every byte is whole");
    Path back = Files.createDirectory(directory.resolve("back"));
    Run down = Cloud.succeed("copy", "--output", "json", object, back);
    assertThat(down.json())
        .containsEntry("command", "copy")
        .containsEntry("source", object)
        .containsEntry("target", back.resolve("disk.bin").toString())
        .containsEntry("method", "transfer-manager")
        .containsEntry("checked", List.of("size", "checksum", "ends"))
        .containsEntry("dryRun", false)
        .containsKeys("sizeBytes", "uuid", "checksum", "seconds");
    assertThat(back.resolve("disk.bin")).hasSameBinaryContentAs(archive);
    assertThat(back.toFile().list()).containsExactly("disk.bin");
  }

  @Test
  void fileIsCopiedToAFile() throws Exception {
    Path copy = directory.resolve("copy.bin");
    Run run = Run.of("copy", "--output", "json", archive, copy);
    assertThat(run.exitCode()).isZero();
    assertThat(run.json())
        .containsEntry("method", "streamed")
        .containsEntry("checked", List.of("size", "ends"))
        .doesNotContainKey("requests");
    assertThat(copy).hasSameBinaryContentAs(archive);
    Run again = Run.of("copy", archive, copy);
    assertThat(again.exitCode()).isEqualTo(6);
    assertThat(Run.of("copy", "--replace", archive, copy).exitCode()).isZero();
    Run self = Run.of("copy", "--replace", archive, archive);
    assertThat(self.exitCode()).isEqualTo(2);
    assertThat(self.stderr()).contains(archive + ": is what is copied");
  }

  @ParameterizedTest
  @CsvSource({"false, server-side", "true, streamed"})
  void objectIsCopiedWithinAPartition(boolean stream, String method) throws Exception {
    String object = stored("--object-tag", "of=web 42");
    String target = "s3://%s/%s".formatted(Cloud.bucket(Cloud.WEST), "copies/of.bin");
    List<Object> arguments =
        new ArrayList<>(
            List.of("copy", object, target, "--to-region", Cloud.WEST, "--output", "json"));
    arguments.addAll(List.of("--object-tag", "more=yes", "--storage-class", "STANDARD_IA"));
    if (stream) {
      arguments.add("--stream");
    }
    Run run = Cloud.succeed(arguments.toArray());
    assertThat(run.stderr()).isEmpty();
    assertThat(run.json())
        .containsEntry("method", method)
        .containsEntry("checked", List.of("size", "checksum", "ends"))
        .containsKey("requests");
    HeadObjectResponse copy = head(Cloud.WEST, target);
    assertThat(copy.storageClassAsString()).isEqualTo("STANDARD_IA");
    assertThat(copy.metadata()).containsEntry("ami-name", "disk");
    try (S3Client s3 = Cloud.s3(Cloud.WEST)) {
      String name = target.substring("s3://".length(), target.indexOf("/copies/"));
      assertThat(s3.getObjectTagging(b -> b.bucket(name).key("copies/of.bin")).tagSet())
          .extracting(tag -> tag.key() + "=" + tag.value())
          .containsExactlyInAnyOrder("of=web 42", "more=yes");
    }
    assertThat(Cloud.succeed("verify", "--region", Cloud.WEST, target).text())
        .contains("every byte is whole");
  }

  @Test
  void objectGoesToAnotherPartition() throws Exception {
    String object = stored();
    String gov = Cloud.bucket(Cloud.GOV);
    Run run = Cloud.succeed("copy", object, "s3://" + gov + "/", "--to-region", Cloud.GOV);
    String target = "s3://" + gov + "/" + key(object);
    assertThat(run.text())
        .startsWith("copied %s to %s: ".formatted(object, target))
        .contains(" through this machine, checked: size, checksum, the archive's ends, ");
    assertThat(run.stderr())
        .isEqualTo(
            "amber: warning: the copy leaves partition aws for aws-us-gov: see that the law lets"
                + " what is in it go there\n");
    assertThat(head(Cloud.GOV, target).metadata())
        .containsEntry("ami-name", "disk")
        .containsKey("ami-store-date");
    assertThat(Cloud.succeed("verify", "--region", Cloud.GOV, target).text())
        .contains("every byte is whole");
  }

  @Test
  void nothingIsOverwrittenAndNothingIsWrittenByADryRun() throws Exception {
    String object = stored();
    Run taken = Cloud.amber("copy", archive, object);
    assertThat(taken.exitCode()).isEqualTo(6);
    assertThat(taken.stderr())
        .contains(object + ": archive already exists")
        .contains("choose another name, or repeat with --replace");
    Cloud.succeed("copy", "--replace", archive, object);
    Run self = Cloud.amber("copy", "--replace", object, object);
    assertThat(self.exitCode()).isEqualTo(2);
    String other = "s3://" + bucket + "/other.bin";
    Run dry = Cloud.succeed("copy", "--dry-run", object, other);
    assertThat(dry.text())
        .startsWith("would copy %s to %s: ".formatted(object, other))
        .contains(" by S3 itself\nchecked, and found\n", "\nbill, ")
        .contains("S3 PUT")
        .doesNotContain("S3 GET");
    assertThat(Cloud.amber("inspect", other).exitCode()).isEqualTo(5);
    assertNothingLeft();
  }

  @Test
  void allThatStandsInTheWayIsToldAtOnce() {
    String object = stored();
    Cloud.emulator().faults().add("s3:UploadPart:deny");
    Run run = Cloud.amber("copy", archive, object, "--legal-hold");
    assertThat(run.exitCode()).isEqualTo(6);
    assertThat(run.stderr())
        .contains(object + ": archive already exists")
        .contains(object + ": may not be written to (s3:PutObject)")
        .contains("s3://" + bucket + ": does not allow object locks");
  }

  @Test
  void whatStandsInTheWayOfBothSidesIsToldAtOnce() {
    Run run =
        Cloud.amber(
            "copy",
            "s3://" + bucket + "/missing.bin",
            "s3://no-such-bucket-in-gov/",
            "--to-region",
            Cloud.GOV);
    assertThat(run.exitCode()).isEqualTo(5);
    assertThat(run.stderr())
        .contains("s3://" + bucket + "/missing.bin: no such archive")
        .contains("s3://no-such-bucket-in-gov: no such bucket");
  }

  @Test
  void archiveThatIsFrozenIsToldAndThawed() {
    String object = stored("--storage-class", "GLACIER");
    Run frozen = Cloud.amber("copy", object, directory.resolve("thawed.bin"));
    assertThat(frozen.exitCode()).isEqualTo(9);
    assertThat(frozen.stderr()).contains("is frozen in storage class GLACIER");
    Path thawed = directory.resolve("thawed.bin");
    Cloud.succeed("copy", object, thawed, "--thaw", "Standard", "--wait");
    assertThat(thawed).hasSameBinaryContentAs(archive);
  }

  @Test
  void bitThatWasFlippedOnTheWayLeavesNothing() {
    String object = stored();
    Path copy = directory.resolve("copy.bin");
    // The first reads its ends.
    Cloud.emulator().faults().add("s3:GetObject:after=1:flip");
    Run run = Cloud.amber("copy", object, copy);
    assertThat(run.exitCode()).isNotZero();
    assertThat(copy).doesNotExist();
    assertThat(directory.toFile().list()).containsExactlyInAnyOrder("disk.img", "disk.bin");
  }

  @Test
  void whatIsNoArchiveIsNotCopied() throws IOException {
    Path text = Files.writeString(directory.resolve("note.txt"), "no archive");
    Run run = Cloud.amber("copy", text, "s3://" + bucket + "/note.txt");
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.stderr()).contains("is it the right file?");
    assertThat(Cloud.amber("inspect", "s3://" + bucket + "/note.txt").exitCode()).isEqualTo(5);
  }

  @Test
  void progressIsToldInBytes() {
    Run run =
        Run.with(
            Map.of("AMBER_PROGRESS_INTERVAL_MS", "1"),
            "copy",
            "--progress",
            "json",
            archive,
            directory.resolve("copy.bin"));
    assertThat(run.exitCode()).isZero();
    assertThat(run.stderr().lines())
        .allMatch(line -> line.startsWith("{\"schema\":1,\"progress\":{\"command\":\"copy\","));
  }
}
