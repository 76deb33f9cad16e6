package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import amber.block.Block;
import amber.disk.RawDisk;
import amber.ec2.Ec2Connection;
import amber.ec2.SnapshotBlocks;
import amber.emulator.Emulator;
import amber.emulator.EmulatorOptions;
import amber.emulator.state.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(Cloud.class)
class DemoTest {

  @TempDir private Path directory;

  private Path work() {
    return directory.resolve("work");
  }

  @Test
  void diskGoesToTheOtherPartitionAndNothingStays() throws IOException {
    Path disk = TestDisk.small(directory.resolve("disk.img"));
    Path data = TestDisk.small(directory.resolve("data.img"));
    String before = String.valueOf(System.getProperty("aws.accessKeyId"));
    Run run = Run.of("demo", disk, data, "--dir", work());
    assertThat(run.exitCode()).as(run.stderr()).isZero();
    assertThat(run.text())
        .contains(
            "\n   $ amber local --dir region &\n",
            "\n   $ export AWS_ENDPOINT_URL=http://127.0.0.1:",
            "\n   $ amber local import ",
            "\n   $ amber pack ami-",
            "\n   $ amber copy s3://amber-demo-east/ami-",
            "\n   $ amber unpack s3://amber-demo-gov/ami-",
            "\n   10 blocks are the same to the byte; ",
            "\nDone in ",
            "\nEverything is removed; ")
        .doesNotContain("\u001b", "null");
    // A temporary directory's name may be longer than a line.
    assertThat(run.text().lines().filter(line -> !line.contains(directory.toString())))
        .allMatch(line -> line.length() <= 80);
    assertThat(work()).doesNotExist();
    assertThat(disk).exists();
    assertThat(String.valueOf(System.getProperty("aws.accessKeyId"))).isEqualTo(before);
  }

  @Test
  void whatIsKeptIsThereAndCountedForPrograms() throws IOException {
    Path disk = TestDisk.small(directory.resolve("disk.img"));
    Run run = Run.of("demo", disk, "--keep", "--dir", work(), "--output", "json");
    assertThat(run.exitCode()).as(run.stderr()).isZero();
    assertThat(run.json())
        .containsEntry("command", "demo")
        .containsEntry("blocksAlike", 5)
        .containsEntry("blocksAbsent", 2043)
        .containsEntry("kept", true);
    List<?> steps = (List<?>) run.json().get("steps");
    assertThat(steps.stream().<Object>map(step -> ((Map<?, ?>) step).get("command")))
        .containsExactly("local import", "pack", "copy", "unpack");
    String imageId = ((Map<?, ?>) steps.get(3)).get("imageId").toString();
    try (Emulator emulator = Emulator.start(work().resolve("region"), EmulatorOptions.DEFAULT)) {
      Optional<Image> image = emulator.region("us-gov-west-1").images().find(imageId);
      assertThat(image.orElseThrow().registration().name()).isEqualTo("amber-demo");
    }
  }

  @Test
  void whatCannotBeginIsRefused() throws IOException {
    Run missing = Run.of("demo", directory.resolve("missing.img"), "--dir", work());
    assertThat(missing.exitCode()).isEqualTo(Outcome.NOT_FOUND.exitCode());
    assertThat(work()).doesNotExist();
    Path diary = Files.writeString(directory.resolve("diary.txt"), "rain at noon");
    Run full = Run.of("demo", "--dir", directory);
    assertThat(full.exitCode()).isEqualTo(Outcome.EXISTS.exitCode());
    assertThat(full.stderr()).contains("should be an empty directory");
    assertThat(diary).exists();
  }

  /** What the README says first, on a machine that has mkfs. */
  @Test
  @Timeout(value = 2, unit = TimeUnit.MINUTES)
  void withoutADiskAFileSystemIsMadeAndMoved() {
    assumeTrue(
        Stream.of("/usr/sbin", "/sbin", "/usr/bin")
            .anyMatch(place -> Files.isExecutable(Path.of(place, "mkfs.ext4"))),
        "there is no mkfs.ext4 here");
    Run run = Run.of("demo", "--dir", work());
    assertThat(run.exitCode()).as(run.stderr()).isZero();
    assertThat(run.text())
        .contains(
            "$ mkfs.ext4 -q -d ",
            "a file system with ",
            " blocks are the same to the byte; ",
            "\nEverything is removed; ");
    assertThat(work()).doesNotExist();
  }

  @Test
  void filesAreJoinedWhereNoFileSystemCanBeMade() throws IOException {
    Path one = Files.write(directory.resolve("one"), new byte[] {1, 2, 3});
    Path two = Files.write(directory.resolve("two"), new byte[Block.SIZE + 1]);
    Path disk = directory.resolve("disk.img");
    DemoDisk.join(List.of(one, two, one), disk, 8L * Block.SIZE);
    try (RawDisk read = RawDisk.open(disk)) {
      assertThat(read.sizeBytes()).isEqualTo(8L * Block.SIZE);
      assertThat(read.listed().contains(1)).as("a hole").isFalse();
      assertThat(read.listed().contains(4)).as("the third file").isTrue();
    }
    // The last one would not fit.
    Path small = directory.resolve("small.img");
    DemoDisk.join(List.of(two, two), small, 4L * Block.SIZE);
    assertThat(Files.size(small)).isEqualTo(4L * Block.SIZE);
  }

  @Test
  void differencesAreNotOverlooked() throws IOException {
    String one = Cloud.snapshot(Cloud.EAST, 1, Map.of(0, 1, 7, 2), Map.of(), Optional.empty());
    String other = Cloud.snapshot(Cloud.GOV, 1, Map.of(0, 1, 7, 3), Map.of(), Optional.empty());
    String more =
        Cloud.snapshot(Cloud.GOV, 1, Map.of(0, 1, 7, 2, 9, 0), Map.of(), Optional.empty());
    String same = Cloud.snapshot(Cloud.GOV, 1, Map.of(0, 1, 7, 2), Map.of(), Optional.empty());
    DemoComparison comparison = new DemoComparison();
    try (Ec2Connection east = LocalPlace.connect(Cloud.EAST, Cloud.emulator().endpoint());
        Ec2Connection gov = LocalPlace.connect(Cloud.GOV, Cloud.emulator().endpoint());
        SnapshotBlocks blocks = SnapshotBlocks.open(east, one)) {
      assertThatThrownBy(() -> comparison.compare(blocks, SnapshotBlocks.open(gov, other)))
          .hasMessageContaining("block 7 is not the same");
      assertThatThrownBy(() -> comparison.compare(blocks, SnapshotBlocks.open(gov, more)))
          .hasMessageContaining("2 blocks in 2 extents and 3 blocks in 3 extents");
      comparison.compare(blocks, SnapshotBlocks.open(gov, same));
      assertThat(comparison.alike()).isEqualTo(2);
      assertThat(comparison.absent()).isEqualTo(2046);
    }
  }

  @Test
  void longCommandsGoOnInTheNextLine() {
    List<String> words = List.of("a".repeat(40), "b".repeat(40), "c".repeat(90), "d");
    assertThat(DemoPaper.wrap("$ ", "    ", " \\", words))
        .containsExactly(
            "$ " + "a".repeat(40) + " \\",
            "    " + "b".repeat(40) + " \\",
            "    " + "c".repeat(90) + " \\",
            "    d");
  }
}
