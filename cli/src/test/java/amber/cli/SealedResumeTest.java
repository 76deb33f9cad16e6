package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import amber.block.Block;
import amber.emulator.state.Snapshot;
import amber.emulator.state.SnapshotState;
import amber.fixture.Authority;
import amber.fixture.KeyFiles;
import amber.fixture.Seals;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Runs over encrypted archives that are stopped and go on. */
@ExtendWith(Cloud.class)
class SealedResumeTest {

  private static final Authority OPS = Seals.holder("ops", "P-256");

  // Three segments of an archive.
  private static final int BLOCKS = 3 * 64;

  @TempDir private static Path shared;

  private static Path disk;
  private static Path key;
  private static Path archive;

  @TempDir private Path directory;

  @BeforeAll
  static void pack() throws IOException {
    disk = TestDisk.empty(shared.resolve("disk.img"), 1L << 30);
    TestDisk.noise(disk, 0, BLOCKS, 11);
    Path certificate = KeyFiles.bundle(shared.resolve("ops.pem"), OPS.certificate());
    key = Files.writeString(shared.resolve("ops.key"), KeyFiles.key(OPS));
    archive = shared.resolve("sealed.bin");
    Run run =
        Run.of("pack", "--no-sync", "--level", "1", disk, archive, "--recipient", certificate);
    assertThat(run.exitCode()).as(run.stderr()).isZero();
  }

  private Set<String> before;

  @BeforeEach
  void look() throws IOException {
    before = new TreeSet<>(snapshots().keySet());
  }

  @AfterEach
  void behave() {
    Cloud.emulator().faults().clear();
  }

  private static Map<String, Snapshot> snapshots() throws IOException {
    return Cloud.region(Cloud.EAST).snapshots().all().stream()
        .collect(Collectors.toMap(Snapshot::id, snapshot -> snapshot));
  }

  /** The one snapshot that this test has made. */
  private Snapshot made() throws IOException {
    Map<String, Snapshot> made = snapshots();
    made.keySet().removeAll(before);
    assertThat(made).hasSize(1);
    return made.values().iterator().next();
  }

  private Run amber(Object... arguments) {
    List<Object> all = new ArrayList<>(Arrays.asList(arguments));
    if (!arguments[0].equals("tasks")) {
      all.addAll(List.of("--endpoint-url", Cloud.emulator().endpoint()));
    }
    Map<String, String> environment = new HashMap<>();
    environment.put("AMBER_STATE_DIR", directory.resolve("state").toString());
    environment.put("AWS_DEFAULT_REGION", Cloud.EAST);
    environment.put("AMBER_POLL_MS", "20");
    return Run.with(environment, all.toArray());
  }

  private static Object[] with(Object[] command, Object... more) {
    return Stream.concat(Arrays.stream(command), Arrays.stream(more)).toArray();
  }

  private Run failing(String fault, Object... command) {
    Cloud.emulator().faults().add(fault);
    Run run = amber(command);
    Cloud.emulator().faults().clear();
    return run;
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
    return (String) lastTask().get("id");
  }

  private void assertStillInterrupted(String id, Run run) throws IOException {
    assertThat(run.exitCode()).as(run.stderr()).isEqualTo(4);
    assertThat(run.stderr()).contains("is encrypted to certificate", "amber: hint: ");
    assertThat(lastTask())
        .containsEntry("id", id)
        .containsEntry("state", "Interrupted")
        .containsEntry("resumable", true);
  }

  private static SortedMap<Integer, ByteBuffer> packed() throws IOException {
    SortedMap<Integer, ByteBuffer> blocks = new TreeMap<>();
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "r")) {
      for (int index = 0; index < BLOCKS; index++) {
        byte[] block = new byte[Block.SIZE];
        file.seek(Block.offset(index));
        file.readFully(block);
        blocks.put(index, ByteBuffer.wrap(block));
      }
    }
    return blocks;
  }

  @Test
  void unpackToAnImageGoesOnWithTheKeyAndLosesNothingWithout() throws IOException {
    Object[] keyless = {"unpack", archive, "ami:" + Cloud.newName("sealed"), "--threads", "1"};
    Object[] command = with(keyless, "--identity", key);
    String denied = "ebs:PutSnapshotBlock:after=140:error=AccessDeniedException:status=403";
    String id = interrupted(failing(denied, command));
    assertThat(made().state()).isEqualTo(SnapshotState.PENDING);
    assertStillInterrupted(id, amber(keyless));
    assertThat(made().state()).isEqualTo(SnapshotState.PENDING);

    long sent = Cloud.emulator().faults().calls("ebs", "PutSnapshotBlock");
    Run second = amber("tasks", "resume", id);

    assertThat(second.exitCode()).as(second.stderr()).isZero();
    assertThat(Cloud.emulator().faults().calls("ebs", "PutSnapshotBlock") - sent)
        .isBetween(BLOCKS - 140L, BLOCKS - 64L);
    assertThat(Cloud.blocks(Cloud.EAST, made().id())).isEqualTo(packed());
    assertThat(lastTask()).containsEntry("state", "Completed");
  }

  @Test
  void unpackToADirectoryGoesOnWithTheKeyAndLosesNothingWithout() throws IOException {
    String stored = "s3://%s/sealed.bin".formatted(Cloud.bucket(Cloud.EAST));
    assertThat(amber("copy", archive, stored).exitCode()).isZero();
    Path restored = directory.resolve("restored");
    Object[] keyless = {"unpack", stored, restored, "--threads", "1", "--no-sync"};
    Object[] command = with(keyless, "--identity", key);
    // The end, the envelope, and at least one segment.
    String denied = "s3:GetObject:after=4:error=AccessDenied:status=403";
    String id = interrupted(failing(denied, command));
    List<String> left = names();
    assertThat(left).anyMatch(name -> name.endsWith(".pending"));
    assertStillInterrupted(id, amber(keyless));
    assertThat(names()).isEqualTo(left);
    assertThat(restored).doesNotExist();

    Run second = amber(command);

    assertThat(second.exitCode()).as(second.stderr()).isZero();
    assertThat(second.stderr()).contains("amber: " + id + " goes on: ");
    assertThat(Files.mismatch(restored.resolve("volume-00.raw"), disk)).isEqualTo(-1);
    assertThat(names()).noneMatch(name -> name.endsWith(".pending"));
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void copyGoesOnWithoutAnyKey() throws IOException {
    String object = "s3://%s/sealed.bin".formatted(Cloud.bucket(Cloud.EAST));
    Cloud.emulator().faults().add("s3:UploadPart:after-part=2:delay=2s");
    String denied = "s3:UploadPart:after-part=2:error=AccessDenied:status=403";
    String id = interrupted(failing(denied, "copy", archive, object));

    Run second = amber("copy", archive, object);

    assertThat(second.exitCode()).as(second.stderr()).isZero();
    assertThat(second.stderr()).contains("amber: " + id + " goes on: ");
    Path back = directory.resolve("back.bin");
    assertThat(amber("copy", "--no-sync", object, back).exitCode()).isZero();
    assertThat(Files.mismatch(back, archive)).isEqualTo(-1);
  }
}
