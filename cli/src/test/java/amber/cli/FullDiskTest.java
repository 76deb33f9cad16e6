package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Disks that are full, become full, or may not be written to. */
@ExtendWith(Cloud.class)
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class FullDiskTest {

  private static final int KIB = 1 << 10;

  @TempDir private Path directory;

  private final List<Path> mounted = new ArrayList<>();
  private Path disk;

  @BeforeEach
  void makeDisk() throws IOException {
    disk = TestDisk.empty(directory.resolve("disk.img"), 1L << 27);
    TestDisk.noise(disk, 0, 160, 7);
  }

  @AfterEach
  void unmount() throws Exception {
    for (Path point : mounted) {
      shell("umount", point.toString());
    }
  }

  private static String shell(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    return process.waitFor() == 0 ? "" : "exit %d: %s".formatted(process.exitValue(), output);
  }

  private Path mount(String name, int kib) throws Exception {
    Path point = Files.createDirectory(directory.resolve(name));
    String problem;
    try {
      problem = shell("mount", "-t", "tmpfs", "-o", "size=" + kib + "k", "tmpfs", point.toString());
    } catch (IOException e) {
      problem = e.getMessage();
    }
    assumeTrue(problem.isEmpty(), "this system mounts nothing: " + problem);
    mounted.add(point);
    return point;
  }

  private Path mountReadOnly(String name) throws Exception {
    Path point = mount(name, 64);
    assertThat(shell("mount", "-o", "remount,ro", point.toString())).isEmpty();
    return point;
  }

  private static List<String> names(Path place) throws IOException {
    try (Stream<Path> files = Files.list(place)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private static void assertFailed(Run run, Path place) {
    assertThat(run.exitCode()).as(run.stderr()).isIn(1, 4);
    assertThat(run.stderr())
        .contains("amber: error: ")
        .contains(place.toString())
        .doesNotContain("bug");
  }

  @Test
  void archiveForWhichThereIsNoRoomLeavesNothing() throws Exception {
    Path place = mount("small", 8 * KIB);
    assertFailed(Run.of("pack", disk, place.resolve("disk.bin")), place);
    assertThat(names(place)).isEmpty();
  }

  @Test
  void imageForWhichThereIsNoRoomLeavesNothing() throws Exception {
    Path archive = Run.packed(disk, directory.resolve("disk.bin"));
    Path place = mount("small", 8 * KIB);
    assertFailed(Run.of("unpack", archive, place.resolve("image")), place);
    assertThat(names(place)).isEmpty();
  }

  @Test
  void diskThatFillsUpWhileAnImageIsRestoredLeavesNothing() throws Exception {
    Path archive = Run.packed(disk, directory.resolve("disk.bin"));
    Path place = mount("filling", 96 * KIB);
    Files.write(place.resolve("other"), new byte[8 << 20]);
    // Somebody else takes the room after it was found to be enough.
    Thread other =
        new Thread(
            () -> {
              try {
                while (names(place).size() < 2) {
                  Thread.onSpinWait();
                }
                shell("dd", "if=/dev/zero", "of=" + place.resolve("other"), "bs=1M");
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    other.start();
    Run run = Run.of("unpack", "--threads", "1", archive, place.resolve("image"));
    other.join();
    if (run.exitCode() != 0) {
      assertFailed(run, place);
      assertThat(names(place)).containsExactly("other");
    }
  }

  @Test
  void copyForWhichThereIsNoRoomLeavesNothing() throws Exception {
    Path archive = Run.packed(disk, directory.resolve("disk.bin"));
    String object = "s3://" + Cloud.bucket(Cloud.EAST) + "/disk.bin";
    Cloud.succeed("copy", archive, object);
    Path place = mount("small", 8 * KIB);
    assertFailed(Cloud.amber("copy", object, place.resolve("copy.bin")), place);
    assertFailed(Cloud.amber("copy", "--stream", object, place.resolve("copy.bin")), place);
    assertThat(names(place)).isEmpty();
  }

  @Test
  void readOnlyDiskIsRefused() throws Exception {
    Path archive = Run.packed(disk, directory.resolve("disk.bin"));
    Path place = mountReadOnly("read-only");
    assertFailed(Run.of("pack", disk, place.resolve("disk.bin")), place);
    assertFailed(Run.of("unpack", archive, place.resolve("image")), place);
    assertThat(names(place)).isEmpty();
  }

  private Run packWith(Path state) {
    Map<String, String> environment = new HashMap<>();
    environment.put("AWS_DEFAULT_REGION", Cloud.EAST);
    environment.put("AMBER_STATE_DIR", state.toString());
    return Run.with(
        environment,
        "pack",
        "--endpoint-url",
        Cloud.emulator().endpoint(),
        disk,
        "s3://" + Cloud.bucket(Cloud.EAST) + "/disk.bin");
  }

  @Test
  void packGoesOnWithoutARecordIfThatCannotBeMade() throws Exception {
    Run readOnly = packWith(mountReadOnly("read-only").resolve("state"));
    assertThat(readOnly.exitCode()).as(readOnly.stderr()).isZero();
    assertThat(readOnly.stderr()).contains("amber: warning: ").contains("cannot be resumed");
    Path full = mount("full", 16);
    assertThat(shell("dd", "if=/dev/zero", "of=" + full.resolve("other"))).contains("No space");
    Run run = packWith(full.resolve("state"));
    assertThat(run.exitCode()).as(run.stderr()).isZero();
    assertThat(run.stderr()).contains("amber: warning: ");
  }

  @Test
  void packGoesOnIfItsRecordHasNoMoreRoom() throws Exception {
    // Room for the beginning of a record, and not for three segments.
    Run run = packWith(mount("filling", 8).resolve("state"));
    assertThat(run.exitCode()).as(run.stderr()).isZero();
    assertThat(run.stderr()).contains("amber: warning: ");
  }
}
