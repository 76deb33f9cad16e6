package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import amber.task.Task;
import amber.task.TaskDirectory;
import amber.task.TaskState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.s3.S3Client;

/** Two processes that make the same at the same moment: one does, and the other ends with 6. */
@ExtendWith(Cloud.class)
@Timeout(300)
class AtOnceTest {

  private static final int BLOCKS = 80;

  private static String image;
  private static SortedMap<Integer, ByteBuffer> blocks;
  private static String source;
  private static byte[] archive;

  @TempDir private Path directory;
  private String bucket;
  private String name;
  private Set<String> before;

  /** What is made, and what is slow enough about it that neither ends before the other began. */
  enum Making {
    PACK_TO_S3("s3:CompleteMultipartUpload:delay=3s"),
    PACK_TO_A_FILE("ebs:ListSnapshotBlocks:delay=3s"),
    COPY_TO_S3("s3:CompleteMultipartUpload:delay=3s"),
    UNPACK_TO_AN_AMI("ec2:RegisterImage:delay=3s"),
    UNPACK_TO_A_DIRECTORY("s3:GetObject:delay=1s"),
    COPY_TO_AN_AMI("ec2:RegisterImage:delay=3s");

    private final String slowly;

    Making(String slowly) {
      this.slowly = slowly;
    }
  }

  @BeforeAll
  static void makeSource(@TempDir Path scratch) throws IOException {
    Map<Integer, Integer> seeds = new HashMap<>();
    for (int i = 0; i < BLOCKS; i++) {
      seeds.put(2 * i, i + 1);
    }
    String snapshot = Cloud.snapshot(Cloud.EAST, 1, seeds, Map.of(), Optional.empty());
    image = Cloud.image(Cloud.EAST, Cloud.newName("source"), snapshot);
    blocks = Cloud.blocks(Cloud.EAST, snapshot);
    String place = Cloud.bucket(Cloud.EAST);
    source = "s3://" + place + "/source.bin";
    Run packed = run(scratch, List.of("pack", image, source));
    assertThat(packed.exitCode()).as(packed.stderr()).isZero();
    archive = object(place, "source.bin");
  }

  @BeforeEach
  void prepare() throws IOException {
    bucket = Cloud.bucket(Cloud.EAST);
    name = Cloud.newName("twice");
    before = snapshots();
  }

  @AfterEach
  void behave() {
    Cloud.emulator().faults().clear();
  }

  /** In this process, which takes less time, as another one would run it. */
  private static Run run(Path state, List<Object> arguments) throws IOException {
    Map<String, String> environment = Cloud.variables(state);
    return SdkProperties.during(environment, () -> Run.with(environment, arguments.toArray()));
  }

  private List<Object> command(Making making) {
    return switch (making) {
      case PACK_TO_S3 -> List.of("pack", image, "s3://" + bucket + "/made.bin");
      case PACK_TO_A_FILE -> List.of("pack", image, directory.resolve("made.bin"));
      case COPY_TO_S3 -> List.of("copy", "--stream", source, "s3://" + bucket + "/made.bin");
      case UNPACK_TO_AN_AMI -> List.of("unpack", source, "ami:" + name);
      case UNPACK_TO_A_DIRECTORY -> List.of("unpack", source, directory.resolve("made"));
      case COPY_TO_AN_AMI -> List.of("copy", image, "ami:" + name);
    };
  }

  private static byte[] object(String bucket, String key) {
    try (S3Client s3 = Cloud.s3(Cloud.EAST)) {
      return s3.getObject(g -> g.bucket(bucket).key(key), ResponseTransformer.toBytes())
          .asByteArray();
    }
  }

  private static Set<String> snapshots() throws IOException {
    Set<String> ids = new TreeSet<>();
    Cloud.region(Cloud.EAST).snapshots().all().forEach(each -> ids.add(each.id()));
    return ids;
  }

  private List<String> images() {
    try (Ec2Client ec2 = Cloud.ec2(Cloud.EAST)) {
      return ec2.describeImages(r -> r.owners("self")).images().stream()
          .filter(each -> each.name().equals(name))
          .map(each -> each.blockDeviceMappings().get(0).ebs().snapshotId())
          .toList();
    }
  }

  /** It was made once, whole, and nothing else is there. */
  private void requireMadeOnce(Making making) throws IOException {
    switch (making) {
      case PACK_TO_S3, COPY_TO_S3 -> assertThat(object(bucket, "made.bin")).isEqualTo(archive);
      case PACK_TO_A_FILE ->
          assertThat(Files.readAllBytes(directory.resolve("made.bin"))).isEqualTo(archive);
      case UNPACK_TO_AN_AMI, COPY_TO_AN_AMI -> {
        assertThat(images()).hasSize(1);
        assertThat(Cloud.blocks(Cloud.EAST, images().get(0))).isEqualTo(blocks);
      }
      case UNPACK_TO_A_DIRECTORY -> requireWholeDisk();
    }
    Set<String> made = snapshots();
    made.removeAll(before);
    assertThat(made).isEqualTo(new TreeSet<>(images()));
    try (S3Client s3 = Cloud.s3(Cloud.EAST)) {
      assertThat(s3.listMultipartUploads(l -> l.bucket(bucket)).uploads()).isEmpty();
    }
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .noneMatch(file -> file.contains("pending") || file.contains("partial"));
    }
  }

  private void requireWholeDisk() throws IOException {
    byte[] disk = Files.readAllBytes(directory.resolve("made").resolve("volume-00.raw"));
    int size = Cloud.block(0).length;
    blocks.forEach(
        (index, block) ->
            assertThat(ByteBuffer.wrap(disk, index * size, size).equals(block))
                .as("block %s", index)
                .isTrue());
  }

  /** A copy publishes as a pack or an unpack does. */
  @ParameterizedTest
  @EnumSource(
      value = Making.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"COPY_TO_S3", "COPY_TO_AN_AMI"})
  void ofTwoThatDoNotKnowOfEachOtherOneWins(Making making) throws Exception {
    Cloud.emulator().faults().add(making.slowly);
    List<AmberProcess> both = new ArrayList<>();
    for (String state : List.of("one", "other")) {
      both.add(
          AmberProcess.start(
              directory, Cloud.variables(directory.resolve(state)), command(making)));
    }
    List<Integer> exitCodes = new ArrayList<>();
    StringBuilder said = new StringBuilder();
    for (AmberProcess each : both) {
      exitCodes.add(each.exitCode());
      said.append(each.said());
    }
    assertThat(exitCodes).as("%s", said).containsExactlyInAnyOrder(0, 6);
    requireMadeOnce(making);
  }

  private Task only(Path state) throws IOException {
    List<Task> tasks = new TaskDirectory(state).list();
    assertThat(tasks).hasSize(1);
    return tasks.get(0);
  }

  /** Begins to make it, and returns when it has begun to move blocks. */
  private AmberProcess begun(Making making, Path state) throws Exception {
    Cloud.emulator().faults().add(making.slowly);
    String[] operation = making.slowly.split(":", -1);
    AmberProcess first = AmberProcess.start(directory, Cloud.variables(state), command(making));
    first.await("it has calls to " + operation[1], called(operation[0], operation[1]));
    return first;
  }

  private static BooleanSupplier called(String service, String operation) {
    // An image is registered once in vain, to see whether that is allowed.
    int more = operation.equals("RegisterImage") ? 1 : 0;
    long so = Cloud.emulator().faults().calls(service, operation) + more;
    return () -> Cloud.emulator().faults().calls(service, operation) > so;
  }

  @ParameterizedTest
  @EnumSource(
      value = Making.class,
      names = {"PACK_TO_S3", "COPY_TO_S3", "COPY_TO_AN_AMI"})
  void secondOfTheSameRecordEndsBeforeItMovesABlock(Making making) throws Exception {
    Path state = directory.resolve("state");
    AmberProcess first = begun(making, state);
    Task task = only(state);
    assertThat(task.state()).isEqualTo(TaskState.IN_PROGRESS);
    Cloud.emulator().faults().clear();
    long read = moved();
    Run second = run(state, command(making));
    assertThat(second.exitCode()).as(second.stderr()).isEqualTo(6);
    assertThat(second.stderr())
        .contains(
            "is being made by " + task.id() + " at this moment, should have ended",
            "hint: wait for it, or end it: amber tasks cancel " + task.id());
    assertThat(moved()).isEqualTo(read);
    first.ended(0);
    requireMadeOnce(making);
    assertThat(only(state).state()).isEqualTo(TaskState.COMPLETED);
  }

  private static long moved() {
    return Cloud.emulator().faults().calls("ebs", "PutSnapshotBlock")
        + Cloud.emulator().faults().calls("s3", "CreateMultipartUpload");
  }

  @Test
  void streamsAreNoHindranceToEachOther() throws Exception {
    Path state = directory.resolve("state");
    List<Object> command = List.of("pack", image, "-");
    try (PipedProcess first =
        PipedProcess.start(directory, Cloud.variables(state), command.toArray())) {
      first.awaitOutput();
      assertThat(only(state).state()).isEqualTo(TaskState.IN_PROGRESS);
      Run second = run(state, command);
      assertThat(second.exitCode()).as(second.stderr()).isZero();
      assertThat(second.stdout()).isEqualTo(archive);
      assertThat(first.stdout().readAllBytes()).isEqualTo(archive);
      assertThat(first.awaitEnd()).as(first.stderr()).isZero();
    }
  }

  @Test
  void whatIsMadeElsewhereUnderTheSameNameIsNoHindrance() throws Exception {
    Path state = directory.resolve("state");
    AmberProcess first = begun(Making.COPY_TO_AN_AMI, state);
    List<Object> command = new ArrayList<>(command(Making.COPY_TO_AN_AMI));
    command.addAll(List.of("--to-region", Cloud.WEST));
    Run second = run(state, command);
    assertThat(second.exitCode()).as(second.stderr()).isZero();
    first.ended(0);
    requireMadeOnce(Making.COPY_TO_AN_AMI);
  }
}
