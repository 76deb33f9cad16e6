package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** The archives of a bucket, among other things. */
@ExtendWith(Cloud.class)
class ArchivesListTest {

  @TempDir static Path directory;

  private static String bucket;
  private static String ami;
  private static String name;

  @BeforeAll
  static void prepare() throws Exception {
    bucket = Cloud.bucket(Cloud.EAST);
    String snapshot = Cloud.snapshot(Cloud.EAST, 1, Map.of(0, 1), Map.of(), Optional.empty());
    name = Cloud.newName("listed");
    ami = Cloud.image(Cloud.EAST, name, snapshot);
    Cloud.succeed("pack", ami, place());
    Path disk = TestDisk.small(directory.resolve("disk.img"));
    Cloud.succeed("pack", disk, place() + "cold.bin", "--storage-class", "GLACIER");
    Path secret = Files.writeString(directory.resolve("secret"), "correct horse\n");
    Cloud.succeed("pack", disk, place() + "sealed.bin", "--recipient-passphrase-file", secret);
    Cloud.succeed("pack", disk, place() + "other-name");
    put("notes.txt", "no archive");
    put("images/fake.bin", "no archive either, whatever it is called");
    // Large enough to be looked at, and carrying nothing.
    Path archive = Run.packed(disk, directory.resolve("carried.bin"));
    try (S3Client s3 = Cloud.s3(Cloud.EAST)) {
      s3.putObject(r -> r.bucket(bucket).key("images/bare.bin"), archive);
    }
  }

  private static void put(String key, String text) {
    try (S3Client s3 = Cloud.s3(Cloud.EAST)) {
      s3.putObject(r -> r.bucket(bucket).key(key), RequestBody.fromString(text));
    }
  }

  private static String place() {
    return "s3://" + bucket + "/images/";
  }

  @AfterEach
  void behave() {
    Cloud.emulator().faults().clear();
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> archives(Object... more) throws IOException {
    return (List<Map<String, Object>>) list(more).json().get("archives");
  }

  private static Run list(Object... more) {
    List<Object> all =
        new ArrayList<>(List.of("archives", "list", "s3://" + bucket + "/", "--output", "json"));
    all.addAll(Arrays.asList(more));
    return Cloud.succeed(all.toArray());
  }

  private static List<Object> keys(List<Map<String, Object>> archives) {
    return archives.stream().map(archive -> archive.get("key")).toList();
  }

  private static Map<String, Object> of(String key, Object... more) throws IOException {
    return archives(more).stream()
        .filter(archive -> archive.get("key").equals("images/" + key))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void endsAndMetadataTellWhatEachIs() throws IOException {
    assertThat(keys(archives()))
        .containsExactly(
            "images/" + ami + ".bin", "images/bare.bin", "images/cold.bin", "images/sealed.bin");
    assertThat(of(ami + ".bin"))
        .containsEntry("imageId", ami)
        .containsEntry("imageName", name)
        .containsEntry("storageClass", "STANDARD")
        .containsEntry("state", "readable")
        .containsEntry("sealed", false)
        .containsEntry("signed", false)
        .hasEntrySatisfying("ownerId", owner -> assertThat(owner.toString()).hasSize(12));
    assertThat(of("bare.bin")).containsEntry("imageName", "disk").containsEntry("signed", false);
    assertThat(of("cold.bin"))
        .containsEntry("storageClass", "GLACIER")
        .containsEntry("state", "frozen")
        .containsEntry("imageName", "disk")
        .doesNotContainKey("signed");
    assertThat(of("sealed.bin"))
        .containsEntry("sealed", true)
        .doesNotContainKeys("imageName", "signed", "problem");
    assertThat(list().json()).containsEntry("otherObjects", 3).doesNotContainKey("next");
  }

  @Test
  void allObjectsAreLookedAtIfAsked() throws IOException {
    assertThat(keys(archives("--all"))).contains("images/other-name").hasSize(5);
    assertThat(list("--all").json()).containsEntry("otherObjects", 2);
  }

  @Test
  void withoutEndsOnlyMetadataTells() throws IOException {
    long reads = Cloud.emulator().faults().calls("s3", "GetObject");
    assertThat(keys(archives("--no-ends"))).doesNotContain("images/bare.bin").hasSize(3);
    assertThat(of(ami + ".bin", "--no-ends"))
        .containsEntry("imageName", name)
        .doesNotContainKeys("imageId", "signed");
    assertThat(Cloud.emulator().faults().calls("s3", "GetObject")).isEqualTo(reads);
  }

  @Test
  void pagesFollowEachOther() throws IOException {
    List<Object> keys = new ArrayList<>();
    String after = "";
    for (int page = 0; after != null; page++) {
      assertThat(page).isLessThan(5);
      Run run = after.isEmpty() ? list("--limit", "2") : list("--limit", "2", "--after", after);
      assertThat((List<?>) run.json().get("archives")).hasSizeLessThanOrEqualTo(2);
      ((List<?>) run.json().get("archives"))
          .forEach(archive -> keys.add(((Map<?, ?>) archive).get("key")));
      after = (String) run.json().get("next");
    }
    assertThat(keys).isEqualTo(keys(archives()));
  }

  @Test
  void orderIsAsAsked() throws IOException {
    List<Long> sizes = new ArrayList<>();
    archives("--sort", "size", "--reverse")
        .forEach(archive -> sizes.add(((Number) archive.get("sizeBytes")).longValue()));
    assertThat(sizes).isSortedAccordingTo(Comparator.reverseOrder());
    assertThat(archives("--sort", "class").get(0)).containsEntry("storageClass", "GLACIER");
  }

  @Test
  void tableIsForPeople() {
    String text = Cloud.succeed("archives", "list", "s3://" + bucket + "/images/" + ami).text();
    assertThat(text.lines().toList().get(0))
        .startsWith("stored                image                  name ");
    assertThat(text)
        .contains("  " + ami + "  " + name + "  ", "  STANDARD  no      no      images/" + ami)
        .contains("1 archive, ");
  }

  @Test
  void whatMayNotBeReadIsListedWithTheReason() throws IOException {
    Cloud.emulator().faults().add("s3:GetObject:error=AccessDenied:status=403");
    assertThat(of(ami + ".bin"))
        .containsEntry("imageName", name)
        .hasEntrySatisfying("problem", text -> assertThat(text.toString()).contains(ami));
  }

  @Test
  void whatIsNoBucketFails() {
    Run none = Cloud.amber("archives", "list", "s3://" + Cloud.newName("none") + "/");
    assertThat(none.exitCode()).as(none.stderr()).isEqualTo(5);
    assertThat(none.stderr()).contains("no such bucket");
    assertThat(Run.of("archives", "list", "here").exitCode()).isEqualTo(2);
    assertThat(Run.of("archives").exitCode()).isEqualTo(2);
    assertThat(Run.of("archives", "list", "s3://b/", "--limit", "0").stderr())
        .contains("should be a whole number from 1 to 100000");
  }
}
