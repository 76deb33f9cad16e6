package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import amber.emulator.ec2.ImageReference;
import amber.emulator.state.Image;
import amber.emulator.state.ImageLife.Protection;
import amber.emulator.state.ImageState;
import amber.emulator.state.Region;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/** AMIs that are packed, proved, and let go: never before the archive is proved. */
@ExtendWith(Cloud.class)
class RetireTest {

  private static final String ALL = "deregister-with-snapshots";

  /** How many ways to fail are tried in each check. */
  private static final int SAMPLES = 5;

  @TempDir private Path directory;

  private static S3Client s3;
  private static String bucket;
  private final Region region = Cloud.region(Cloud.EAST);
  private MovedImages images;

  @BeforeAll
  static void open() {
    s3 = Cloud.s3(Cloud.EAST);
    bucket = Cloud.bucket(Cloud.EAST);
  }

  @AfterAll
  static void close() {
    s3.close();
  }

  @BeforeEach
  void begin() {
    images = new MovedImages(directory);
    images.retryAfter(200);
  }

  @AfterEach
  void calm() {
    Cloud.emulator().faults().clear();
  }

  private static String place() {
    return "s3://" + bucket + "/";
  }

  private String snapshotOf(String id) {
    Image image = region.images().find(id).orElseThrow();
    return image.registration().devices().get(0).ebs().orElseThrow().snapshotId().orElseThrow();
  }

  private static Optional<String> storageClass(String key) {
    try {
      String found = s3.headObject(h -> h.bucket(bucket).key(key + ".bin")).storageClassAsString();
      return Optional.of(found == null ? "STANDARD" : found);
    } catch (NoSuchKeyException e) {
      return Optional.empty();
    }
  }

  private void requireWhole(String id) {
    Run run = images.succeed("verify", place() + id + ".bin");
    assertThat(run.text()).contains("every byte is whole");
  }

  @Test
  void imageGoesWhenItsArchiveIsProved() throws Exception {
    String id = images.image("");
    String snapshot = snapshotOf(id);
    Run run = images.succeed("retire", id, place(), "--then", ALL);
    assertThat(run.stderr())
        .contains("packed and proved, and only then: " + ALL)
        .contains("snapshot " + snapshot + " is deleted")
        .contains(id + ".bin: read back and whole");
    assertThat(run.text())
        .contains("in STANDARD, read back and whole")
        .containsPattern("each month, at prices of us-east-1: \\S+ for its snapshots, \\S+ for the")
        .contains(id + ": deregistered")
        .contains("snapshot " + snapshot + " is deleted");
    assertThat(region.images().find(id)).isEmpty();
    assertThat(region.snapshots().find(snapshot)).isEmpty();
    requireWhole(id);
    Run back = images.succeed("unpack", place() + id + ".bin", "ami:" + images.name() + "-back");
    assertThat(back.text()).contains("ami-");
  }

  @ParameterizedTest
  @ValueSource(strings = {"nothing", "deprecate", "disable", "deregister"})
  void doesToTheImageWhatIsAskedForAndNoMore(String then) throws Exception {
    String id = images.image("");
    String snapshot = snapshotOf(id);
    Run run = images.succeed("retire", id, place(), "--then", then);
    Optional<Image> image = region.images().find(id);
    switch (then) {
      case "nothing" -> {
        assertThat(MovedImages.isThere(id)).isTrue();
        assertThat(run.text()).contains("is as it was, since --then was not given");
      }
      case "deprecate" -> assertThat(image.orElseThrow().life().deprecationTime()).isPresent();
      case "disable" ->
          assertThat(image.orElseThrow().life().state()).isEqualTo(ImageState.DISABLED);
      default -> assertThat(image).isEmpty();
    }
    assertThat(region.snapshots().find(snapshot)).isPresent();
    assertThat(storageClass(id)).contains("STANDARD");
  }

  @Test
  void archiveIsProvedBeforeItFreezes() throws Exception {
    String id = images.image("");
    Run run =
        images.succeed(
            "retire",
            id,
            place(),
            "--then",
            ALL,
            "--storage-class",
            "DEEP_ARCHIVE",
            "--object-tag",
            "a=b");
    assertThat(run.text()).contains("in DEEP_ARCHIVE, read back and whole");
    assertThat(storageClass(id)).contains("DEEP_ARCHIVE");
    assertThat(s3.headObject(h -> h.bucket(bucket).key(id + ".bin")).metadata().toString())
        .contains("amber-archive", images.name());
    assertThat(s3.getObjectTagging(t -> t.bucket(bucket).key(id + ".bin")).tagSet().toString())
        .contains("a");
    assertThat(region.images().find(id)).isEmpty();
  }

  @Test
  void whatMustNotGoIsRefusedBeforeAnyWork() throws Exception {
    String id = images.image("");
    region
        .images()
        .update(id, i -> i.withLife(i.life().withProtection(Protection.ENABLED, Optional.empty())));
    Run run = images.amber("retire", id, place(), "--then", ALL);
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.stderr()).contains("is protected from being deregistered");
    assertThat(storageClass(id)).isEmpty();
    String named = images.image("-named");
    ImageReference.addLaunchTemplate(region, "lt-" + images.name(), named, 1);
    assertThat(images.amber("retire", named, place(), "--then", "disable").exitCode()).isEqualTo(1);
    assertThat(storageClass(named)).isEmpty();
    Run denied = deniedWithout("ec2:DeregisterImage", images.image("-denied"));
    assertThat(denied.exitCode()).isEqualTo(4);
    assertThat(images.amber("retire", "ami-0123456789abcdef0", place()).exitCode()).isEqualTo(5);
    assertThat(images.amber("retire", id, "disk.bin").exitCode()).isEqualTo(2);
    assertThat(images.amber("retire", place()).exitCode()).isEqualTo(2);
  }

  private Run deniedWithout(String operation, String id) {
    Cloud.emulator().faults().add(operation + ":deny");
    Run run = images.amber("retire", id, place(), "--then", ALL);
    assertThat(storageClass(id)).isEmpty();
    assertThat(MovedImages.isThere(id)).isTrue();
    return run;
  }

  @Test
  void archiveThatIsNotWholeCostsNothing() throws Exception {
    String id = images.image("");
    Cloud.emulator().faults().add("s3:GetObject:flip");
    Run run = images.amber("retire", id, place(), "--then", ALL);
    assertThat(run.exitCode()).as(run.stderr()).isNotZero();
    assertThat(MovedImages.isThere(id)).isTrue();
    assertThat(region.snapshots().find(snapshotOf(id))).isPresent();
  }

  @Test
  void goesOnBehindThePackWithoutReadingBlocksAgain() throws Exception {
    String id = images.image("");
    Cloud.emulator().faults().add("s3:GetObject:deny");
    Run failed = images.amber("retire", id, place(), "--then", ALL);
    assertThat(failed.exitCode()).as(failed.stderr()).isEqualTo(8);
    assertThat(MovedImages.isThere(id)).isTrue();
    assertThat(storageClass(id)).as("it is stored").isPresent();
    Cloud.emulator().faults().clear();
    long blocks = Cloud.emulator().faults().calls("ebs", "GetSnapshotBlock");
    String task = failed.stderr().replaceAll("(?s).*(task-[0-9a-f]+).*", "$1");
    Run resumed = images.succeed("tasks", "resume", task);
    assertThat(resumed.text()).contains("read back and whole", id + ": deregistered");
    assertThat(Cloud.emulator().faults().calls("ebs", "GetSnapshotBlock") - blocks)
        .as("one is read to see whether it can be")
        .isLessThanOrEqualTo(1);
    assertThat(region.images().find(id)).isEmpty();
  }

  @Test
  void runThatDidNotLearnOfItsDeregistrationIsConcluded() throws Exception {
    String id = images.image("");
    String snapshot = snapshotOf(id);
    // The first is only tried out; the third has to be sent, however slow the second was.
    images.retryAfter(60_000);
    Cloud.emulator().faults().add("ec2:DeregisterImage:nth=2:cut-after");
    Cloud.emulator().faults().add("ec2:DeregisterImage:after=2:deny");
    Run failed = images.amber("retire", id, place(), "--then", ALL);
    Cloud.emulator().faults().clear();
    assertThat(failed.exitCode()).as(failed.stderr()).isEqualTo(8);
    assertThat(region.images().find(id)).isEmpty();
    Run elsewhere = images.amber("retire", id, place(), "--then", ALL, "--from-region", Cloud.WEST);
    assertThat(elsewhere.exitCode()).as("there, it never was").isEqualTo(5);
    Run again = images.succeed("retire", id, place(), "--then", ALL);
    assertThat(again.text())
        .contains(id + ": deregistered")
        .contains("snapshot " + snapshot + " is deleted");
    assertThat(images.amber("retire", id, place(), "--then", ALL).exitCode()).isEqualTo(5);
  }

  @Test
  void cancelledRunLeavesTheImageAndAnArchiveThatIsStored() throws Exception {
    String id = images.image("");
    Cloud.emulator().faults().add("s3:CopyObject:deny");
    Run failed =
        images.amber("retire", id, place(), "--then", ALL, "--storage-class", "DEEP_ARCHIVE");
    assertThat(failed.exitCode()).as(failed.stderr()).isEqualTo(8);
    Cloud.emulator().faults().clear();
    String task = failed.stderr().replaceAll("(?s).*(task-[0-9a-f]+).*", "$1");
    images.succeed("tasks", "cancel", task);
    assertThat(MovedImages.isThere(id)).isTrue();
    assertThat(storageClass(id)).contains("STANDARD");
    requireWhole(id);
    assertThat(images.amber("retire", id, place()).exitCode()).as("the name is taken").isEqualTo(6);
  }

  /**
   * From a call on, all fail; and then the same command is given again. Of all calls some, by a
   * seed; {@code -Dretire.calls=all} tries each, refused and cut.
   */
  @Test
  void noCallThatFailsCostsTheImage() throws Exception {
    int calls = callsOf(images.image("-counted"));
    boolean all = "all".equals(System.getProperty("retire.calls"));
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int call = 1; call <= calls; call++) {
      for (String harm : List.of("deny", "cut-before")) {
        if (all || random.nextInt(2 * calls) < SAMPLES) {
          failFrom(call, harm, "call %d of %d, %s, seed %d".formatted(call, calls, harm, seed));
        }
      }
    }
  }

  private void failFrom(int call, String harm, String what) throws IOException {
    String id = images.image("-" + call + harm);
    String behind = call == 1 ? "" : "after=" + (call - 1) + ":";
    Cloud.emulator().faults().add("*:*:" + behind + harm);
    Run run = images.amber("retire", id, place(), "--then", ALL, "--storage-class", "DEEP_ARCHIVE");
    Cloud.emulator().faults().clear();
    requireEnd(id, run, what);
  }

  /** Either the image is there, and the same command ends well; or its archive is proved. */
  private void requireEnd(String id, Run run, String what) throws IOException {
    if (MovedImages.isThere(id)) {
      assertThat(run.exitCode()).as("%s: %s", what, run.stderr()).isNotZero();
      assertThat(region.snapshots().find(snapshotOf(id))).as(what).isPresent();
      Run again =
          images.amber("retire", id, place(), "--then", ALL, "--storage-class", "DEEP_ARCHIVE");
      assertThat(again.exitCode())
          .as("%s: %s, then %s", what, run.stderr(), again.stderr())
          .isZero();
    }
    assertThat(storageClass(id)).as(what).contains("DEEP_ARCHIVE");
    assertThat(region.images().find(id)).as(what).isEmpty();
  }

  /** Each call that changes something is done, and its answer lost. */
  @Test
  void noAnswerThatIsLostCostsTheImage() throws Exception {
    for (String operation : List.of("s3:PutObject", "s3:CopyObject", "ec2:DeregisterImage")) {
      String id = images.image("-" + operation.replace(":", "-"));
      Cloud.emulator().faults().add(operation + ":cut-after");
      Run run =
          images.amber("retire", id, place(), "--then", ALL, "--storage-class", "DEEP_ARCHIVE");
      Cloud.emulator().faults().clear();
      requireEnd(id, run, operation);
    }
  }

  private int callsOf(String id) {
    SortedMap<String, Long> before = Cloud.emulator().faults().calls();
    images.succeed("retire", id, place(), "--then", ALL, "--storage-class", "DEEP_ARCHIVE");
    long calls = 0;
    for (Map.Entry<String, Long> each : Cloud.emulator().faults().calls().entrySet()) {
      calls += each.getValue() - before.getOrDefault(each.getKey(), 0L);
    }
    return (int) calls;
  }

  @Test
  void dryRunTellsAllAndDoesNothing() throws Exception {
    String id = images.image("");
    Run run = images.succeed("retire", id, place(), "--then", ALL, "--dry-run");
    assertThat(run.text())
        .contains("would retire " + id)
        .contains("only then: " + ALL)
        .contains("GetSnapshotBlock");
    assertThat(storageClass(id)).isEmpty();
    assertThat(MovedImages.isThere(id)).isTrue();
  }

  @Test
  void archiveMayLieInAnotherPartition() throws Exception {
    String id = images.image("-gov");
    String snapshot = snapshotOf(id);
    String gov = "s3://" + Cloud.bucket(Cloud.GOV) + "/";
    Run run = images.succeed("retire", id, gov, "--to-region", Cloud.GOV, "--then", ALL);
    assertThat(run.text())
        .contains(gov + id + ".bin", "read back and whole", id + ": deregistered")
        .contains("snapshot " + snapshot + " is deleted");
    assertThat(region.images().find(id)).isEmpty();
    assertThat(region.snapshots().find(snapshot)).isEmpty();
    Run whole = images.succeed("verify", gov + id + ".bin", "--region", Cloud.GOV);
    assertThat(whole.text()).contains("every byte is whole");
    String target = "ami:" + images.name() + "-gov-back";
    Run back = images.succeed("unpack", gov + id + ".bin", target, "--region", Cloud.GOV);
    assertThat(back.text()).contains("ami-");
  }
}
