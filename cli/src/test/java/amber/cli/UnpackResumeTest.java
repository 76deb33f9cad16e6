package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import amber.emulator.state.Snapshot;
import amber.emulator.state.SnapshotState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Image;

/** An unpack that is stopped and goes on, what it leaves, and how that is removed. */
@ExtendWith(Cloud.class)
class UnpackResumeTest {

  private static final int BLOCKS = 6 * 64;

  @TempDir private Path directory;
  private Path archive;
  private String name;
  private Set<String> before;
  private SortedMap<Integer, ByteBuffer> content;

  @BeforeEach
  void prepare() throws IOException {
    Map<Integer, Integer> seeds = new TreeMap<>();
    for (int index = 0; index < BLOCKS; index++) {
      seeds.put(2 * index, index + 1);
    }
    String snapshot = Cloud.snapshot(Cloud.EAST, 1, seeds, Map.of("k", "v"), Optional.empty());
    content = Cloud.blocks(Cloud.EAST, snapshot);
    archive = directory.resolve("a.bin");
    assertThat(amber("pack", "--no-sync", snapshot, archive, "--level", "1").exitCode()).isZero();
    name = Cloud.newName("resumed");
    before = new TreeSet<>(snapshots().keySet());
  }

  @AfterEach
  void behave() {
    Cloud.emulator().faults().clear();
  }

  private Run amber(Object... arguments) {
    List<Object> all = new ArrayList<>(Arrays.asList(arguments));
    boolean ofTasks = arguments[0].equals("tasks") && !all.contains("sweep");
    if (!ofTasks) {
      all.addAll(List.of("--endpoint-url", Cloud.emulator().endpoint()));
    }
    Map<String, String> environment = new HashMap<>();
    environment.put("AMBER_STATE_DIR", directory.resolve("state").toString());
    environment.put("AWS_DEFAULT_REGION", Cloud.EAST);
    environment.put("AMBER_POLL_MS", "20");
    return Run.with(environment, all.toArray());
  }

  private Run unpack(Object... more) {
    List<Object> all = new ArrayList<>(List.of("unpack", archive, "ami:" + name, "--threads", "1"));
    all.addAll(Arrays.asList(more));
    return amber(all.toArray());
  }

  /** A run to which something happens. */
  private Run failing(String fault, Object... more) {
    Cloud.emulator().faults().add(fault);
    Run run = unpack(more);
    Cloud.emulator().faults().clear();
    return run;
  }

  private static Map<String, Snapshot> snapshots() throws IOException {
    return Cloud.region(Cloud.EAST).snapshots().all().stream()
        .collect(Collectors.toMap(Snapshot::id, snapshot -> snapshot));
  }

  /** The snapshots that this test's unpacks have made. */
  private List<Snapshot> made() throws IOException {
    Map<String, Snapshot> made = snapshots();
    made.keySet().removeAll(before);
    return List.copyOf(made.values());
  }

  private Optional<Image> image() {
    try (Ec2Client ec2 = Cloud.ec2(Cloud.EAST)) {
      Filter named = Filter.builder().name("name").values(name).build();
      return ec2.describeImages(r -> r.owners("self").filters(named)).images().stream().findFirst();
    }
  }

  private void assertWhole() throws IOException {
    Image image = image().orElseThrow();
    assertThat(made()).hasSize(1);
    assertThat(image.blockDeviceMappings().get(0).ebs().snapshotId()).isEqualTo(made().get(0).id());
    assertThat(made().get(0).tags()).isEqualTo(Map.of("k", "v"));
    assertThat(Cloud.blocks(Cloud.EAST, made().get(0).id())).isEqualTo(content);
  }

  @SuppressWarnings("unchecked")
  private Map<String, Object> lastTask() throws IOException {
    List<Map<String, Object>> all =
        (List<Map<String, Object>>) amber("tasks", "--output", "json").json().get("tasks");
    return all.get(all.size() - 1);
  }

  private String interrupted(Run run) throws IOException {
    assertThat(run.exitCode()).as(run.stderr()).isEqualTo(8);
    assertThat(lastTask()).containsEntry("state", "Interrupted").containsEntry("resumable", true);
    String id = (String) lastTask().get("id");
    assertThat(run.stderr()).contains("amber tasks resume " + id);
    return id;
  }

  private static long puts() {
    return Cloud.emulator().faults().calls("ebs", "PutSnapshotBlock");
  }

  private static String denied(int after) {
    return "ebs:PutSnapshotBlock:after=%d:error=AccessDeniedException:status=403".formatted(after);
  }

  @Test
  void sameCommandGoesOnAndPutsNoBlockTwiceThatWasNoted() throws IOException {
    String id = interrupted(failing(denied(250)));
    assertThat(made()).hasSize(1).allMatch(each -> each.state() == SnapshotState.PENDING);
    assertThat(Instant.parse((String) lastTask().get("keptUntil")))
        .isBetween(
            Instant.now().plus(Duration.ofHours(71)), Instant.now().plus(Duration.ofHours(72)));
    assertThat(amber("tasks", "show", id).text()).contains("kept until ");
    assertThat(made().get(0).tags().get("amber:task")).startsWith("amber-" + id + "-0-");
    long sent = puts();
    Run second = unpack();
    assertThat(second.exitCode()).as(second.stderr()).isZero();
    assertThat(second.stderr()).contains("amber: " + id + " goes on: ");
    assertThat(puts() - sent).isBetween((long) BLOCKS - 250, (long) BLOCKS - 128);
    assertWhole();
    assertThat(lastTask()).containsEntry("state", "Completed");
    assertThat(unpack().exitCode()).as("the name is taken").isEqualTo(6);
  }

  @Test
  void tasksResumeGoesOnToo() throws IOException {
    // The first is that of the preflight, a dry run.
    String id =
        interrupted(failing("ec2:RegisterImage:after=1:error=UnauthorizedOperation:status=403"));
    long sent = puts();
    Run second = amber("tasks", "resume", id);
    assertThat(second.exitCode()).as(second.stderr()).isZero();
    assertThat(second.text()).startsWith("unpacked " + archive);
    assertThat(puts()).as("all blocks were there").isEqualTo(sent);
    assertWhole();
  }

  @Test
  void failureBeforeAnythingWasNotedLeavesNothing() throws IOException {
    Run run = failing("ebs:PutSnapshotBlock:error=AccessDeniedException:status=403");
    assertThat(run.exitCode()).as(run.stderr()).isEqualTo(4);
    assertThat(made()).isEmpty();
    assertThat(lastTask()).containsEntry("state", "Failed").containsEntry("resumable", false);
  }

  @Test
  void otherOptionsBeginAnewAndSayWhy() throws IOException {
    String id = interrupted(failing(denied(250)));
    Run second = unpack("--tag", "a=b");
    assertThat(second.exitCode()).as(second.stderr()).isZero();
    assertThat(second.stderr())
        .contains(
            id
                + ": cannot be gone on with, so the unpack begins anew: --tag is {a=b}, was not given");
    assertThat(made()).hasSize(2);
    assertThat(amber("tasks", "cancel", id).exitCode()).isZero();
    assertThat(made()).hasSize(1);
  }

  @Test
  void snapshotThatIsGoneIsBegunAnew() throws IOException {
    interrupted(failing(denied(250)));
    Cloud.region(Cloud.EAST)
        .snapshots()
        .update(made().get(0).id(), each -> each.withState(SnapshotState.ERROR));
    Run second = unpack();
    assertThat(second.exitCode()).as(second.stderr()).isZero();
    assertWhole();
  }

  @Test
  void cancelRemovesSnapshotsAndImage() throws IOException {
    String id = interrupted(failing(denied(250)));
    assertThat(amber("tasks", "forget", id).exitCode()).isEqualTo(2);
    Run cancel = amber("tasks", "cancel", id);
    assertThat(cancel.exitCode()).as(cancel.stderr()).isZero();
    assertThat(made()).isEmpty();
    assertThat(lastTask()).containsEntry("state", "Cancelled");
    // All is there but the image.
    id = interrupted(failing("ec2:DescribeImages:after=1:error=UnauthorizedOperation:status=403"));
    assertThat(made()).hasSize(1);
    assertThat(amber("tasks", "cancel", id).exitCode()).isZero();
    assertThat(made()).isEmpty();
    assertThat(image()).isEmpty();
  }

  @Test
  void zerosThatFillHolesAreNotPutAgain() throws IOException {
    Object[] filling = {"--encrypt", "--fill-holes"};
    int all = 2048;
    interrupted(failing(denied(BLOCKS + 1000), filling));
    long sent = puts();
    Run second = unpack(filling);
    assertThat(second.exitCode()).as(second.stderr()).isZero();
    // Of two stretches of 256 blocks, some had arrived and others had not.
    assertThat(puts() - sent)
        .isBetween((long) all - BLOCKS - 1000, (long) all - BLOCKS - 1000 + 2 * 256);
    assertThat(made()).hasSize(1);
    assertThat(Cloud.listed(Cloud.EAST, made().get(0).id())).hasSize(all);
  }

  @Test
  void anotherAccountBeginsAnewAndCancelsNothing() throws IOException {
    String id = interrupted(failing(denied(250)));
    System.setProperty("aws.accountId", "999999999999");
    try {
      Run cancel = amber("tasks", "cancel", id);
      assertThat(cancel.exitCode()).as(cancel.stderr()).isEqualTo(2);
      assertThat(cancel.stderr())
          .contains(id + ": was begun elsewhere, and cannot be removed from here: the account is");
      assertThat(lastTask()).containsEntry("state", "Interrupted");
      Run second = unpack();
      assertThat(second.exitCode()).as(second.stderr()).isZero();
      assertThat(second.stderr())
          .contains("so the unpack begins anew: the account is 999999999999, was ");
    } finally {
      System.clearProperty("aws.accountId");
    }
    assertThat(made()).hasSize(2);
    assertThat(amber("tasks", "cancel", id).exitCode()).isZero();
    assertThat(made()).hasSize(1);
  }

  @Test
  void anotherProfileOfTheSameAccountGoesOn() throws IOException {
    Path config = directory.resolve("config");
    Files.writeString(
        config, "[profile other]\naws_access_key_id = local\naws_secret_access_key = local\n");
    interrupted(failing(denied(250)));
    System.setProperty("aws.configFile", config.toString());
    try {
      Run second = unpack("--profile", "other");
      assertThat(second.exitCode()).as(second.stderr()).isZero();
      assertThat(second.stderr()).contains(" goes on: ");
    } finally {
      System.clearProperty("aws.configFile");
    }
    assertWhole();
  }

  @Test
  void tagThatCannotBeRemovedIsToldOfAndDoesNoHarm() throws IOException {
    Run run = failing("ec2:DeleteTags:error=UnauthorizedOperation:status=403");
    assertThat(run.exitCode()).as(run.stderr()).isZero();
    assertThat(run.stderr()).contains("warning: tag amber:task stays on the snapshots");
    assertThat(made().get(0).tags()).containsKeys("amber:task", "k");
    // What is part of an image is left alone, and the tag is not packed again.
    assertThat(amber("tasks", "sweep", "--snapshots", "--interrupted").text())
        .contains("left alone: " + made().get(0).id())
        .contains("is part of " + image().orElseThrow().imageId());
    Path again = directory.resolve("again.bin");
    assertThat(amber("pack", "--no-sync", image().orElseThrow().imageId(), again).exitCode())
        .isZero();
    archive = again;
    before = new TreeSet<>(snapshots().keySet());
    name = Cloud.newName("again");
    assertThat(unpack("--no-task-tag").exitCode()).isZero();
    assertThat(made().get(0).tags()).isEqualTo(Map.of("k", "v"));
  }

  @Test
  void imageThatCannotBeLookedAtIsTakenBackAndRegisteredByTheNextRun() throws IOException {
    // The first asks whether the name is free.
    String id =
        interrupted(failing("ec2:DescribeImages:after=1:error=UnauthorizedOperation:status=403"));
    assertThat(image()).isEmpty();
    long sent = puts();
    Run second = unpack();
    assertThat(second.exitCode()).as(second.stderr()).isZero();
    assertThat(second.stderr()).contains(id + " goes on: ");
    assertThat(puts()).isEqualTo(sent);
    assertWhole();
  }

  @Test
  void directoryGoesOnToo() throws Exception {
    String bucket = Cloud.bucket(Cloud.EAST);
    String stored = "s3://" + bucket + "/a.bin";
    assertThat(amber("copy", archive, stored).exitCode()).isZero();
    Path whole = directory.resolve("whole");
    assertThat(amber("unpack", "--no-sync", archive, whole).exitCode()).isZero();
    Path restored = directory.resolve("restored");
    Object[] command = {"unpack", stored, restored, "--threads", "1"};
    Cloud.emulator().faults().add("s3:GetObject:after=5:error=AccessDenied:status=403");
    String id = interrupted(amber(command));
    Cloud.emulator().faults().clear();
    assertThat(pending()).hasSize(1);
    assertThat(restored).doesNotExist();
    Run second = amber(command);
    assertThat(second.exitCode()).as(second.stderr()).isZero();
    assertThat(second.stderr()).contains("amber: " + id + " goes on: ");
    for (String file : List.of("volume-00.raw", "manifest.json")) {
      assertThat(Files.mismatch(restored.resolve(file), whole.resolve(file))).isEqualTo(-1);
    }
    assertThat(pending()).isEmpty();
    Path other = directory.resolve("other");
    Cloud.emulator().faults().add("s3:GetObject:after=5:error=AccessDenied:status=403");
    id = interrupted(amber("unpack", stored, other, "--threads", "1"));
    Cloud.emulator().faults().clear();
    assertThat(amber("tasks", "cancel", id).exitCode()).isZero();
    assertThat(pending()).isEmpty();
  }

  private List<Path> pending() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".pending")).toList();
    }
  }

  @Test
  void sweepRemovesWhatDeadRunsLeftAndNothingElse() throws IOException {
    String kept = interrupted(failing(denied(250)));
    String foreign =
        Cloud.begunSnapshot(
            Cloud.EAST,
            1,
            Map.of("amber:task", "amber-task-0123456789ab-0-01234567"),
            Optional.empty());
    // As if its start had been answered, and another had taken its place.
    String orphan =
        Cloud.begunSnapshot(
            Cloud.EAST, 1, Map.of("amber:task", "amber-" + kept + "-0-00000000"), Optional.empty());
    Run dry = amber("tasks", "sweep", "--snapshots", "--dry-run");
    assertThat(dry.exitCode()).as(dry.stderr()).isZero();
    assertThat(dry.text())
        .contains("would remove " + orphan)
        .contains("left alone: " + foreign)
        .contains(kept + " can be gone on with");
    assertThat(made()).hasSize(3);
    Run sweep = amber("tasks", "sweep", "--snapshots");
    assertThat(sweep.exitCode()).as(sweep.stderr()).isZero();
    assertThat(sweep.text()).contains("removed " + orphan);
    assertThat(made()).extracting(Snapshot::id).hasSize(2).contains(foreign);
    assertThat(unpack().exitCode()).isZero();
    Run after = amber("tasks", "sweep", "--snapshots", "--interrupted");
    assertThat(after.exitCode()).as(after.stderr()).isZero();
    assertThat(made()).extracting(Snapshot::id).hasSize(2).contains(foreign);
    assertThat(image()).isPresent();
  }

  @Test
  void sweepWithInterruptedRemovesWhatCouldBeGoneOnWith() throws IOException {
    interrupted(failing(denied(250)));
    assertThat(amber("tasks", "sweep").text()).contains("nothing is left");
    assertThat(made()).hasSize(1);
    Run sweep = amber("tasks", "sweep", "--interrupted", "--output", "json");
    assertThat(sweep.exitCode()).as(sweep.stderr()).isZero();
    assertThat(sweep.json().get("tasks").toString()).contains("removed=true");
    assertThat(made()).isEmpty();
    assertThat(lastTask()).containsEntry("state", "Cancelled");
  }
}
