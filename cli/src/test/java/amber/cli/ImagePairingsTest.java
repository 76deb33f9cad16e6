package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import amber.block.Block;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Images that are copied straight to where they shall be, with no archive between, over HTTP. */
@ExtendWith(Cloud.class)
class ImagePairingsTest {

  private static final Map<Integer, Integer> SEEDS = Map.of(0, 1, 1, 0, 100, 3, 2047, 2);

  @TempDir private Path directory;

  @AfterEach
  void behaveAgain() {
    Cloud.emulator().faults().clear();
  }

  private static String snapshot() throws Exception {
    return Cloud.snapshot(Cloud.EAST, 1, SEEDS, Map.of("of", "日本"), Optional.empty());
  }

  private static SortedMap<Integer, ByteBuffer> blocks() {
    SortedMap<Integer, ByteBuffer> blocks = new TreeMap<>();
    SEEDS.forEach((index, seed) -> blocks.put(index, ByteBuffer.wrap(Cloud.block(seed))));
    return blocks;
  }

  /** The blocks of a file, by index. */
  private static SortedMap<Integer, ByteBuffer> blocks(Path disk, int... indexes) throws Exception {
    SortedMap<Integer, ByteBuffer> blocks = new TreeMap<>();
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "r")) {
      for (int index : indexes) {
        byte[] block = new byte[Block.SIZE];
        file.seek(Block.offset(index));
        file.readFully(block);
        blocks.put(index, ByteBuffer.wrap(block));
      }
    }
    return blocks;
  }

  private static String madeSnapshot(Run run) throws Exception {
    return (String) ((Map<?, ?>) ((List<?>) run.json().get("snapshots")).get(0)).get("snapshotId");
  }

  @Test
  void diskGoesStraightToAmi() throws Exception {
    Path disk = TestDisk.small(directory.resolve("disk.img"));
    String name = Cloud.newName("straight");
    Run copied =
        Cloud.succeed(
            "copy", "--output", "json", disk, "ami:" + name, "--boot-mode", "uefi", "--tag", "a=b");
    assertThat(copied.stderr()).isEmpty();
    assertThat(copied.json())
        .containsEntry("command", "copy")
        .containsEntry("method", "blocks")
        .containsEntry("source", disk.toString())
        .containsEntry("target", "ami:" + name)
        .containsEntry("imageName", name)
        .containsEntry("listedBlocks", 5)
        .containsEntry("zeroBlocks", 1)
        .containsEntry("dryRun", false)
        .containsEntry("differences", List.of())
        .containsEntry("notRestorable", List.of())
        .containsKeys("volumes", "listedBytes", "seconds", "requests");
    var image =
        Cloud.region(Cloud.EAST).images().find((String) copied.json().get("imageId")).orElseThrow();
    assertThat(image.registration().name()).isEqualTo(name);
    assertThat(image.registration().bootMode()).hasValue("uefi");
    assertThat(image.tags()).isEqualTo(Map.of("a", "b"));
    // Zero block 6 is written, and what was a hole is absent.
    assertThat(Cloud.blocks(Cloud.EAST, madeSnapshot(copied)))
        .isEqualTo(blocks(disk, 0, 1, 2, 3, 6));
    var snapshot = Cloud.region(Cloud.EAST).snapshots().find(madeSnapshot(copied)).orElseThrow();
    assertThat(snapshot.volumeSizeGiB()).isEqualTo(1);
  }

  @Test
  void snapshotGoesStraightToDirectoryAndThatToAmi() throws Exception {
    String snapshot = snapshot();
    Path out = directory.resolve("out");
    Run copied = Cloud.succeed("copy", "--no-sync", snapshot, out);
    assertThat(copied.stderr()).isEmpty();
    assertThat(copied.text())
        .startsWith(
            "copied %s to %s: 1 volume, 1.0 GiB, 2.0 MiB listed in 4 blocks (1 zero), "
                .formatted(snapshot, out))
        .containsPattern("\nrequests: 5 blocks read, ");
    Path disk = out.resolve("volume-00.raw");
    assertThat(Files.size(disk)).isEqualTo(1L << 30);
    assertThat(blocks(disk, 0, 1, 100, 2047)).isEqualTo(blocks());
    assertThat(out.resolve("manifest.json")).content().contains(snapshot);
    assertThat(Run.of("inspect", out).text()).contains("2.0 MiB in 4 blocks, 3 extents");

    String name = Cloud.newName("from-dir");
    Run back = Cloud.succeed("copy", "--output", "json", out, "ami:" + name);
    assertThat(Cloud.blocks(Cloud.EAST, madeSnapshot(back))).isEqualTo(blocks());
    assertThat(Cloud.region(Cloud.EAST).snapshots().find(madeSnapshot(back)).orElseThrow().tags())
        .isEqualTo(Map.of("of", "日本"));
  }

  @Test
  void amiGoesStraightToAmiInAnotherPartition() throws Exception {
    String name = Cloud.newName("web");
    String ami = Cloud.image(Cloud.EAST, name, snapshot());
    Run copied = Cloud.succeed("copy", "--output", "json", ami, "ami:", "--to-region", Cloud.GOV);
    assertThat(copied.stderr()).isEmpty();
    assertThat(copied.json()).containsEntry("imageName", name);
    var before = Cloud.region(Cloud.EAST).images().find(ami).orElseThrow();
    var after =
        Cloud.region(Cloud.GOV).images().find((String) copied.json().get("imageId")).orElseThrow();
    assertThat(after.registration())
        .usingRecursiveComparison()
        .ignoringFields("devices")
        .isEqualTo(before.registration());
    assertThat(Cloud.blocks(Cloud.GOV, madeSnapshot(copied))).isEqualTo(blocks());
    assertThat(copied.json().get("requests"))
        .asString()
        .contains("getSnapshotBlock=5")
        .contains("putSnapshotBlock=4");
  }

  @Test
  void amiGoesStraightToDirectoryAndBackUnderItsOwnName() throws Exception {
    String name = Cloud.newName("web");
    String ami = Cloud.image(Cloud.EAST, name, snapshot());
    Path out = Files.createDirectory(directory.resolve("out"));
    Cloud.succeed("copy", "--no-sync", ami, out);
    assertThat(blocks(out.resolve("volume-00.raw"), 0, 1, 100, 2047)).isEqualTo(blocks());
    Run taken = Cloud.amber("copy", out, "ami:");
    assertThat(taken.exitCode()).isEqualTo(6);
    assertThat(taken.stderr()).contains("ami:%s: is the name of %s already".formatted(name, ami));
    Run west = Cloud.succeed("copy", "--output", "json", out, "ami:", "--region", Cloud.WEST);
    assertThat(Cloud.blocks(Cloud.WEST, madeSnapshot(west))).isEqualTo(blocks());
  }

  @Test
  void imageDirectoryIsCopiedToAnother() throws Exception {
    Path disk = TestDisk.small(directory.resolve("disk.img"));
    Path first = directory.resolve("first");
    assertThat(Run.of("copy", disk, first + "/").exitCode()).isZero();
    Path second = directory.resolve("second");
    Run copied = Run.of("copy", "--output", "json", first, second);
    assertThat(copied.exitCode()).isZero();
    assertThat(copied.json()).doesNotContainKey("imageId").containsEntry("imageName", "disk");
    assertThat(Files.mismatch(disk, second.resolve("volume-00.raw"))).isEqualTo(-1);
    assertThat(second.resolve("manifest.json"))
        .hasSameBinaryContentAs(first.resolve("manifest.json"));
    Run taken = Run.of("copy", first, second);
    assertThat(taken.exitCode()).isEqualTo(6);
    assertThat(Run.of("copy", "--replace", first, second).exitCode()).isZero();
    Run self = Run.of("copy", "--replace", first, first);
    assertThat(self.exitCode()).isEqualTo(2);
    assertThat(self.stderr()).contains(first + ": is what is copied");
  }

  @Test
  void holesThatWouldBecomeNoiseAreFilledOnRequest() throws Exception {
    Path disk = TestDisk.small(directory.resolve("disk.img"));
    String target = "ami:" + Cloud.newName("holes");
    Run noisy = Cloud.succeed("copy", "--dry-run", disk, target, "--encrypt");
    assertThat(noisy.stderr())
        .contains("warning: " + target + ": volume 0 will be encrypted")
        .contains("--fill-holes writes zeros there");
    Run filled =
        Cloud.succeed("copy", "--output", "json", disk, target, "--encrypt", "--fill-holes");
    assertThat(filled.stderr()).isEmpty();
    String made = madeSnapshot(filled);
    assertThat(Cloud.listed(Cloud.EAST, made)).hasSize(2048);
    assertThat(Cloud.block(Cloud.EAST, made, 3)).isEqualTo(blocks(disk, 3).get(3));
    assertThat(Cloud.block(Cloud.EAST, made, 4)).isEqualTo(ByteBuffer.allocate(Block.SIZE));
    assertThat(Cloud.block(Cloud.EAST, made, 2047)).isEqualTo(ByteBuffer.allocate(Block.SIZE));
  }

  @Test
  void dryRunTellsTheBillAndMakesNothing() throws Exception {
    String ami = Cloud.image(Cloud.EAST, Cloud.newName("web"), snapshot());
    int images = Cloud.region(Cloud.GOV).images().all().size();
    int snapshots = Cloud.region(Cloud.GOV).snapshots().all().size();
    Run dry =
        Cloud.succeed(
            "copy", "--dry-run", ami, "ami:" + Cloud.newName("dry"), "--to-region", Cloud.GOV);
    assertThat(dry.text())
        .startsWith("would copy " + ami + " to ami:dry-")
        .contains("1 volume, 1.0 GiB, 2.0 MiB listed in 4 blocks\n")
        .contains("\n  GetSnapshotBlock                  4 requests            2.0 MiB")
        .contains("\n  PutSnapshotBlock                  4 requests            2.0 MiB");
    assertThat(Cloud.region(Cloud.GOV).images().all()).hasSize(images);
    assertThat(Cloud.region(Cloud.GOV).snapshots().all()).hasSize(snapshots);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ebs:GetSnapshotBlock:after=3:error=ValidationException:status=400:reason=INVALID_BLOCK",
        "ebs:PutSnapshotBlock:after=1:error=ValidationException:status=400:reason=INVALID_BLOCK",
        "ebs:CompleteSnapshot:error=ValidationException:status=400:reason=INVALID_PARAMETER_VALUE",
        // The first is the trial of the preflight.
        "ec2:RegisterImage:after=1:deny"
      })
  void failureHalfWayLeavesNothing(String fault) throws Exception {
    String ami = Cloud.image(Cloud.EAST, Cloud.newName("web"), snapshot());
    int images = Cloud.region(Cloud.GOV).images().all().size();
    Set<String> before = snapshotIds();
    Cloud.emulator().faults().add(fault);
    Run run = Cloud.amber("copy", ami, "ami:" + Cloud.newName("x"), "--to-region", Cloud.GOV);
    assertThat(run.exitCode()).isNotZero();
    assertThat(run.stderr()).contains("amber: error: ");
    assertThat(Cloud.region(Cloud.GOV).images().all()).hasSize(images);
    assertThat(snapshotIds()).isEqualTo(before);
  }

  private static Set<String> snapshotIds() throws Exception {
    Set<String> ids = new HashSet<>();
    for (var snapshot : Cloud.region(Cloud.GOV).snapshots().all()) {
      ids.add(snapshot.id());
    }
    return ids;
  }

  @Test
  void failureHalfWayLeavesNoDirectory() throws Exception {
    String snapshot = snapshot();
    Cloud.emulator()
        .faults()
        .add(
            "ebs:GetSnapshotBlock:after=3:error=ValidationException:status=400:reason=INVALID_BLOCK");
    Run run = Cloud.amber("copy", snapshot, directory.resolve("out"));
    assertThat(run.exitCode()).isNotZero();
    assertThat(directory.toFile().list()).isEmpty();
  }

  @Test
  void whatStandsInTheWayOfBothSidesIsToldAtOnce() throws Exception {
    String name = Cloud.newName("taken");
    String ami = Cloud.image(Cloud.EAST, name, snapshot());
    Run missing = Cloud.amber("copy", directory.resolve("none.img"), "ami:" + name);
    assertThat(missing.exitCode()).isEqualTo(5);
    assertThat(missing.stderr())
        .contains("none.img: no such file")
        .contains("ami:%s: is the name of %s already".formatted(name, ami));
    Path full = Files.createDirectory(directory.resolve("full"));
    Files.writeString(full.resolve("x"), "x");
    Run both = Cloud.amber("copy", "ami-0123456789abcdef0", full);
    assertThat(both.exitCode()).isEqualTo(5);
    assertThat(both.stderr())
        .contains("ami-0123456789abcdef0: ")
        .contains(full + ": directory already exists and is not empty");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ami-0123456789abcdef0 | s3://bucket/x.bin | amber pack ami-0123456789abcdef0 s3://bucket/x.bin",
        "ami-0123456789abcdef0 | DIR/x.bin    | amber pack ami-0123456789abcdef0 DIR/x.bin",
        "snap-0123456789abcdef0 | DIR/x.img   | for a directory: DIR/x.img/;",
        "DIR/disk.bin          | ami:web      | amber unpack DIR/disk.bin ami:web",
        "s3://bucket/x.bin          | ami:web      | amber unpack s3://bucket/x.bin ami:web",
      })
  void pairOfAnImageAndAnArchiveIsRefusedWithTheCommandForIt(String from, String to, String hint)
      throws Exception {
    Run.packed(TestDisk.small(directory.resolve("disk.img")), directory.resolve("disk.bin"));
    String here = directory.toString();
    Run run = Run.of("copy", from.replace("DIR", here), to.replace("DIR", here));
    assertThat(run.exitCode()).isEqualTo(7);
    assertThat(run.stderr()).contains("hint: ").contains(hint.replace("DIR", here));
  }

  @ParameterizedTest
  @CsvSource({
    "disk.img, ami:web, --stream, --stream: is for archives",
    "disk.img, ami:web, --legal-hold, --legal-hold: is for archives in S3",
    "disk.img, ami:web, --replace, '--replace: is for files and objects'",
    "disk.img, out/, --encrypt, --encrypt: is for an AMI as the target",
    "disk.bin, copy.bin, --encrypt, --encrypt: is for an AMI as the target",
    "disk.bin, copy.bin, --threads=2, --threads: is for images"
  })
  void optionsWithoutMeaningAreRefused(String from, String to, String option, String message)
      throws Exception {
    Run.packed(TestDisk.small(directory.resolve("disk.img")), directory.resolve("disk.bin"));
    String target = to.startsWith("ami:") ? to : directory + "/" + to;
    Run run = Cloud.amber("copy", directory.resolve(from), target, option);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.stderr()).contains(message);
  }

  @Test
  void copyOfAnImageIsRecordedAndShown() throws Exception {
    Path disk = TestDisk.small(directory.resolve("disk.img"));
    Path state = directory.resolve("state");
    Map<String, String> environment =
        Map.of("AMBER_STATE_DIR", state.toString(), "AMBER_PROGRESS_INTERVAL_MS", "1");
    Run copied =
        Run.with(environment, "copy", "--progress", "json", disk, directory.resolve("out") + "/");
    assertThat(copied.exitCode()).isZero();
    assertThat(copied.stderr().lines())
        .allMatch(line -> line.startsWith("{\"schema\":1,\"progress\":{\"command\":\"copy\","));
    assertThat(Run.with(environment, "tasks").text())
        .contains("Completed    100 %")
        .contains("copy " + disk + " to ");
  }

  @Test
  void imagesAreDescribedAndVerified() throws Exception {
    Path disk = TestDisk.small(directory.resolve("disk.img"));
    Run described = Run.of("inspect", disk);
    assertThat(described.exitCode()).isZero();
    assertThat(described.text())
        .startsWith("disks " + disk + "\n  format        raw, in no archive\n")
        .contains("  listed        2.5 MiB in 5 blocks, 2 extents\n");
    Path out = directory.resolve("out");
    Run.of("copy", disk, out + "/");
    Run json = Run.of("inspect", "--output", "json", out);
    assertThat(json.json()).containsEntry("source", out.toString());
    assertThat(((List<?>) json.json().get("volumes")).get(0))
        .asString()
        .contains("listedBlocks=5")
        .contains("holesKnown=true");
    assertThat(Run.of("inspect", "--manifest", out).stdout())
        .isEqualTo(Files.readAllBytes(out.resolve("manifest.json")));

    Run verified = Run.of("verify", "--output", "json", out);
    assertThat(verified.json())
        .containsEntry("source", out.toString())
        .containsEntry("checksums", false)
        .containsEntry("listedBlocks", 5)
        .containsEntry("zeroBlocks", 1)
        .containsEntry("complete", true);
    Path archive = Run.packed(disk, directory.resolve("disk.bin"));
    String linear = (String) ((List<?>) verified.json().get("linearSha256")).get(0);
    assertThat(Run.of("inspect", archive).text()).contains(linear);

    // What could be a damaged archive does not pass for a disk.
    assertThat(Run.of("verify", disk).exitCode()).isEqualTo(3);
    Run quick = Run.of("verify", "--quick", out);
    assertThat(quick.exitCode()).isEqualTo(2);
    assertThat(quick.stderr()).contains("--quick: is for archives");
  }

  @Test
  void verifyOfAnAmiReadsEveryBlockAndNoticesABadOne() throws Exception {
    String ami = Cloud.image(Cloud.EAST, Cloud.newName("web"), snapshot());
    Run verified = Cloud.succeed("verify", ami);
    assertThat(verified.text())
        .startsWith(
            "verified %s: every block has EBS's checksum: 1 volume, 2.0 MiB in 4 blocks (1 zero), "
                .formatted(ami))
        .contains("\n  volume 0 (/dev/xvda): LINEAR SHA-256 ");
    Cloud.emulator().faults().add("ebs:GetSnapshotBlock:flip");
    Run damaged = Cloud.amber("verify", ami);
    assertThat(damaged.exitCode()).isNotZero();
  }
}
