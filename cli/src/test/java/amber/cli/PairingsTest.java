package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import amber.block.Block;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/** Every sensible source with every sensible target, over HTTP. */
@ExtendWith(Cloud.class)
class PairingsTest {

  private static final Map<Integer, Integer> SEEDS = Map.of(0, 1, 1, 0, 2047, 2);

  @TempDir private Path directory;

  private static String snapshot() throws Exception {
    return Cloud.snapshot(Cloud.EAST, 1, SEEDS, Map.of("of", "日本"), Optional.empty());
  }

  private static SortedMap<Integer, ByteBuffer> blocks() {
    SortedMap<Integer, ByteBuffer> blocks = new TreeMap<>();
    SEEDS.forEach((index, seed) -> blocks.put(index, ByteBuffer.wrap(Cloud.block(seed))));
    return blocks;
  }

  private static void assertHasBlocks(Path disk) throws Exception {
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "r")) {
      assertThat(file.length()).isEqualTo(1L << 30);
      for (Map.Entry<Integer, Integer> each : SEEDS.entrySet()) {
        byte[] block = new byte[Block.SIZE];
        file.seek(Block.offset(each.getKey()));
        file.readFully(block);
        assertThat(block).isEqualTo(Cloud.block(each.getValue()));
      }
    }
  }

  @Test
  void amiGoesToS3AndBackInAnotherPartition() throws Exception {
    String ami = Cloud.image(Cloud.EAST, Cloud.newName("web"), snapshot());
    String bucket = Cloud.bucket(Cloud.EAST);
    Run packed = Cloud.succeed("pack", ami, "s3://" + bucket + "/");
    String archive = "s3://%s/%s.bin".formatted(bucket, ami);
    assertThat(packed.stderr()).isEmpty();
    assertThat(packed.text())
        .startsWith("packed %s to %s: 1 volume, 1.0 GiB, 1.5 MiB listed".formatted(ami, archive))
        .containsPattern(
            "\nrequests: 4 blocks read, \\d lists? of blocks, \\d+ to EC2, \\d+ to S3; 0 again, 0 t");

    assertThat(Cloud.succeed("verify", archive).text())
        .startsWith("verified " + archive + ": every byte is whole");
    assertThat(Cloud.succeed("inspect", archive).text())
        .startsWith("archive " + archive)
        .contains("  id            " + ami)
        .contains("  device        /dev/xvda: volume 0, sizeGiB 1, volumeType gp3, ");

    String name = Cloud.newName("web");
    Run unpacked =
        Cloud.succeed(
            "unpack", "--output", "json", archive, "ami:" + name, "--to-region", Cloud.GOV);
    assertThat(unpacked.stderr()).isEmpty();
    Map<String, Object> json = unpacked.json();
    assertThat(json)
        .containsEntry("command", "unpack")
        .containsEntry("target", "ami:" + name)
        .containsEntry("imageName", name)
        .containsEntry("dryRun", false)
        .containsEntry("differences", List.of())
        .containsEntry("notRestorable", List.of())
        .containsKeys("uuid", "volumes", "seconds", "requests");
    var image = Cloud.region(Cloud.GOV).images().find((String) json.get("imageId")).orElseThrow();
    assertThat(image.registration().name()).isEqualTo(name);
    String made = (String) ((Map<?, ?>) ((List<?>) json.get("snapshots")).get(0)).get("snapshotId");
    assertThat(Cloud.blocks(Cloud.GOV, made)).isEqualTo(blocks());
    assertThat(Cloud.region(Cloud.GOV).snapshots().find(made).orElseThrow().tags())
        .isEqualTo(Map.of("of", "日本"));
  }

  @Test
  void amiGoesToFileAndThatToDirectoryAndBackToAmiUnderItsOwnName() throws Exception {
    String name = Cloud.newName("web");
    String ami = Cloud.image(Cloud.EAST, name, snapshot());
    Cloud.succeed("pack", ami, directory + "/");
    Path archive = directory.resolve(ami + ".bin");
    assertThat(archive).isRegularFile();

    Path out = directory.resolve("out");
    Cloud.succeed("unpack", "--no-sync", archive, out);
    assertHasBlocks(out.resolve("volume-00.raw"));
    assertThat(out.resolve("manifest.json")).content().contains(ami);

    Run taken = Cloud.amber("unpack", archive, "ami:");
    assertThat(taken.exitCode()).isEqualTo(6);
    assertThat(taken.stderr())
        .contains("error: ami:%s: is the name of %s already".formatted(name, ami))
        .contains("hint: choose another name: ami:NAME");

    Run west = Cloud.succeed("unpack", archive, "ami:", "--region", Cloud.WEST);
    assertThat(west.text()).startsWith("unpacked %s to ami:%s: ami-".formatted(archive, name));
    assertThat(Cloud.region(Cloud.WEST).images().all())
        .anyMatch(image -> image.registration().name().equals(name));
  }

  @Test
  void diskGoesToS3WithAllThatAnObjectCanHaveAndBackToDirectory() throws Exception {
    Path disk = TestDisk.small(directory.resolve("disk.img"));
    String bucket = Cloud.bucket(Cloud.WEST);
    String archive = "s3://%s/a/größe 1.bin".formatted(bucket);
    Cloud.succeed(
        "pack",
        disk,
        archive,
        "--to-region",
        Cloud.WEST,
        "--storage-class",
        "STANDARD_IA",
        "--object-tag",
        "of=a test",
        "--object-tag",
        "and=another=one",
        "--expected-bucket-owner",
        "111111111111",
        "--max-object-size",
        "5TiB");
    try (S3Client s3 = Cloud.s3(Cloud.WEST)) {
      HeadObjectResponse head = s3.headObject(h -> h.bucket(bucket).key("a/größe 1.bin"));
      assertThat(head.storageClassAsString()).isEqualTo("STANDARD_IA");
      assertThat(head.metadata())
          .containsEntry("ami-name", "disk")
          .containsEntry("amber-format", "1")
          .containsKeys("amber-archive", "ami-store-date");
      assertThat(s3.getObjectTagging(t -> t.bucket(bucket).key("a/größe 1.bin")).tagSet())
          .extracting(tag -> tag.key() + ":" + tag.value())
          .containsExactlyInAnyOrder("of:a test", "and:another=one");
    }
    Run again = Cloud.amber("pack", disk, archive, "--region", Cloud.WEST);
    assertThat(again.exitCode()).isEqualTo(6);
    assertThat(again.stderr())
        .contains("error: " + archive + ": archive already exists")
        .contains("hint: choose another name, or repeat with --replace");
    Cloud.succeed("pack", "--replace", disk, archive, "--region", Cloud.WEST);

    Path out = directory.resolve("out");
    Run unpacked = Cloud.succeed("unpack", "--no-sync", archive, out, "--from-region", Cloud.WEST);
    assertThat(unpacked.text()).contains("\nrequests: ");
    assertThat(Files.mismatch(disk, out.resolve("volume-00.raw"))).isEqualTo(-1);
  }

  @Test
  void snapshotGoesToFileAndThatToAmi() throws Exception {
    String snapshot = snapshot();
    Path archive = directory.resolve("s.bin");
    assertThat(Cloud.succeed("pack", snapshot, archive).text())
        .startsWith("packed " + snapshot + " to " + archive + ": 1 volume");
    assertThat(Cloud.succeed("inspect", "--output", "json", archive).json().get("image"))
        .asString()
        .contains("id=" + snapshot)
        .contains("ownerId=111111111111");

    Run nameless = Cloud.amber("unpack", archive, "ami:");
    assertThat(nameless.exitCode()).isEqualTo(2);
    assertThat(nameless.stderr()).contains(archive + ": its image has no name");
    String name = Cloud.newName("of a snapshot");
    Run unpacked = Cloud.succeed("unpack", "--output", "json", archive, "ami:" + name);
    assertThat(unpacked.stderr()).isEmpty();
    String imageId = (String) unpacked.json().get("imageId");
    var made = Cloud.region(Cloud.EAST).images().find(imageId).orElseThrow().registration();
    assertThat(made.enaSupport()).isTrue();
    assertThat(made.rootDeviceName()).hasValue("/dev/xvda");
    assertThat(unpacked.json().get("differences")).isEqualTo(List.of());
  }

  @Test
  void diskGoesToAmiWithTheAttributesThatItLacks() throws Exception {
    Path disk = TestDisk.small(directory.resolve("disk.img"));
    Path archive = Run.packed(disk, directory.resolve("disk.bin"));
    String name = Cloud.newName("of a disk");
    String key = Cloud.region(Cloud.EAST).kmsKeyArn("cli");
    Run unpacked =
        Cloud.succeed(
            "unpack",
            "--output",
            "json",
            archive,
            "ami:" + name,
            "--architecture",
            "x86_64",
            "--boot-mode",
            "uefi",
            "--root-device",
            "/dev/sda1",
            "--description",
            "Größe",
            "--tpm-support",
            "v2.0",
            "--imds-support",
            "v2.0",
            "--kms-key-id",
            key,
            "--snapshot-timeout",
            "60",
            "--tag",
            "Stufe=prod");
    var image =
        Cloud.region(Cloud.EAST)
            .images()
            .find((String) unpacked.json().get("imageId"))
            .orElseThrow();
    var made = image.registration();
    assertThat(made.architecture()).isEqualTo("x86_64");
    assertThat(made.bootMode()).hasValue("uefi");
    assertThat(made.rootDeviceName()).hasValue("/dev/sda1");
    assertThat(made.description()).hasValue("Größe");
    assertThat(made.tpmSupport()).hasValue("v2.0");
    assertThat(made.imdsSupport()).hasValue("v2.0");
    assertThat(made.enaSupport()).isTrue();
    assertThat(image.tags()).isEqualTo(Map.of("Stufe", "prod"));
    assertThat(unpacked.json().get("differences")).isEqualTo(List.of());
    String snapshotId =
        (String)
            ((Map<?, ?>) ((List<?>) unpacked.json().get("snapshots")).get(0)).get("snapshotId");
    var snapshot = Cloud.region(Cloud.EAST).snapshots().find(snapshotId).orElseThrow();
    assertThat(snapshot.kmsKeyArn()).hasValue(key);
    assertThat(snapshot.tags()).isEqualTo(Map.of("Stufe", "prod"));
    assertThat(Cloud.blocks(Cloud.EAST, snapshotId).keySet()).containsExactly(0, 1, 2, 3, 6);

    // By the account's own key, when none is named.
    Run plain =
        Cloud.succeed("unpack", "-q", archive, "ami:" + Cloud.newName("sealed"), "--encrypt");
    assertThat(plain.text()).isEmpty();
    assertThat(plain.stderr()).isEmpty();
  }

  @Test
  void holesThatWouldBecomeNoiseAreToldAndCanBeFilled() throws Exception {
    Path archive =
        Run.packed(TestDisk.small(directory.resolve("disk.img")), directory.resolve("disk.bin"));
    String target = "ami:" + Cloud.newName("holes");
    Run noisy = Cloud.succeed("unpack", "--dry-run", archive, target, "--encrypt");
    assertThat(noisy.stderr())
        .contains("warning: " + target + ": volume 0 will be encrypted")
        .contains("--fill-holes writes zeros there");
    assertThat(noisy.text()).contains("\n  PutSnapshotBlock                  5 requests");
    Run filled = Cloud.succeed("unpack", "--dry-run", archive, target, "--encrypt", "--fill-holes");
    assertThat(filled.stderr()).isEmpty();
    assertThat(filled.text()).contains("\n  PutSnapshotBlock              2,048 requests");
  }

  @Test
  void imageDirectoryGoesToS3() throws Exception {
    Path disk = TestDisk.small(directory.resolve("disk.img"));
    Path image = directory.resolve("image");
    Cloud.succeed("copy", disk, image + "/");
    String bucket = Cloud.bucket(Cloud.EAST);
    Run packed = Cloud.succeed("pack", image, "s3://" + bucket + "/");
    String archive = "s3://" + bucket + "/disk.bin";
    assertThat(packed.text()).startsWith("packed %s to %s: 1 volume".formatted(image, archive));
    Path out = directory.resolve("out");
    Cloud.succeed("unpack", "--no-sync", archive, out);
    assertThat(Files.mismatch(disk, out.resolve("volume-00.raw"))).isEqualTo(-1);
    assertThat(out.resolve("manifest.json")).hasSameBinaryContentAs(image.resolve("manifest.json"));
  }

  @Test
  void amiGoesToStdout() throws Exception {
    String ami = Cloud.image(Cloud.EAST, Cloud.newName("web"), snapshot());
    Run packed = Cloud.succeed("pack", ami, "-");
    assertThat(packed.stderr()).contains("packed " + ami + " to stdout: 1 volume, 1.0 GiB");
    Path archive = Files.write(directory.resolve("piped.bin"), packed.stdout());
    assertThat(Cloud.succeed("verify", archive).text()).contains("every byte is whole");
    Path out = directory.resolve("out");
    Cloud.succeed("unpack", "--no-sync", archive, out);
    assertHasBlocks(out.resolve("volume-00.raw"));
  }

  @Test
  void archiveOfASnapshotGoesToDirectory() throws Exception {
    String snapshot = snapshot();
    String archive = "s3://%s/s.bin".formatted(Cloud.bucket(Cloud.EAST));
    Cloud.succeed("pack", snapshot, archive);
    Path out = directory.resolve("out");
    Cloud.succeed("unpack", "--no-sync", archive, out);
    assertHasBlocks(out.resolve("volume-00.raw"));
    assertThat(out.resolve("manifest.json")).content().contains(snapshot);
  }

  @Test
  void amiAndSnapshotAreDescribed() throws Exception {
    String snapshot = snapshot();
    String ami = Cloud.image(Cloud.EAST, Cloud.newName("web"), snapshot);
    assertThat(Cloud.succeed("inspect", ami).text())
        .startsWith("image\n  id            " + ami)
        .contains("volume 0 (/dev/xvda) " + snapshot + "\n  size          1.0 GiB (1,073,741,824")
        .contains("\n  listed        1.5 MiB in 3 blocks, 2 extents\n")
        .containsPattern("\nrequests: 1 list of blocks, \\d to EC2; 0 again, 0 throttled");
    Map<String, Object> json = Cloud.succeed("inspect", "--output", "json", snapshot).json();
    assertThat(json)
        .containsEntry("command", "inspect")
        .containsEntry("source", snapshot)
        .containsKeys("image", "notRestorable", "requests");
    assertThat((Map<?, ?>) ((List<?>) json.get("volumes")).get(0))
        .hasToString(
            ("{number=0, snapshotId=%s, sizeBytes=1073741824, listedBlocks=3,"
                    + " listedBytes=1572864, extents=2}")
                .formatted(snapshot));
  }

  @Test
  void dryRunMakesNothing() throws Exception {
    String ami = Cloud.image(Cloud.EAST, Cloud.newName("web"), snapshot());
    String bucket = Cloud.bucket(Cloud.EAST);
    Run pack = Cloud.succeed("pack", "--dry-run", ami, "s3://" + bucket + "/x/");
    assertThat(pack.text())
        .startsWith("would pack %s to s3://%s/x/%s.bin: ".formatted(ami, bucket, ami))
        .contains("\nbill, at prices of ")
        .contains("\n  GetSnapshotBlock                  3 requests            1.5 MiB")
        .contains("\n  S3 PUT                    at most 4 requests ");
    Run small =
        Cloud.amber("pack", "--dry-run", ami, "s3://" + bucket + "/", "--max-object-size", "1MiB");
    assertThat(small.exitCode()).isEqualTo(7);
    assertThat(small.stderr()).contains("an object has at most 1048576");
    Cloud.succeed("pack", ami, "s3://" + bucket + "/");
    int images = Cloud.region(Cloud.GOV).images().all().size();
    int snapshots = Cloud.region(Cloud.GOV).snapshots().all().size();
    Run unpack =
        Cloud.succeed(
            "unpack",
            "--dry-run",
            "s3://%s/%s.bin".formatted(bucket, ami),
            "ami:" + Cloud.newName("dry"),
            "--to-region",
            Cloud.GOV);
    assertThat(unpack.text())
        .startsWith("would unpack s3://" + bucket)
        .contains("\n  PutSnapshotBlock                  3 requests            1.5 MiB")
        .contains("\n  S3 GET ");
    assertThat(Cloud.region(Cloud.GOV).images().all()).hasSize(images);
    assertThat(Cloud.region(Cloud.GOV).snapshots().all()).hasSize(snapshots);
    try (S3Client s3 = Cloud.s3(Cloud.EAST)) {
      assertThat(s3.listObjectsV2(l -> l.bucket(bucket)).contents()).hasSize(1);
    }
  }
}
