package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import amber.emulator.state.DeviceMapping;
import amber.emulator.state.EbsDevice;
import amber.emulator.state.Image;
import amber.emulator.state.LaunchPermission;
import amber.emulator.state.Registration;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.BlockDeviceMapping;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.TagSpecification;

/** An image with all that an image can have, through S3 into another partition. */
@ExtendWith(Cloud.class)
class WholeImageTest {

  private static final String DESCRIPTION = "Größe & <Farbe> 日本 😀";

  private final byte[] uefi = new byte[3000];

  @TempDir private Path directory;

  private static Map<String, String> tags(int count) {
    Map<String, String> tags = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      tags.put("Schlüssel/" + i, "値 " + i + " äß😀");
    }
    return tags;
  }

  private static String root() throws Exception {
    return Cloud.snapshot(
        Cloud.EAST, 1, Map.of(0, 1, 1, 0, 3, 2, 2047, 3), tags(50), Optional.empty());
  }

  private static String encrypted() throws Exception {
    return Cloud.snapshot(
        Cloud.EAST,
        3,
        Map.of(5, 9, 6000, 8),
        tags(3),
        Optional.of(Cloud.region(Cloud.EAST).kmsKeyArn("whole")));
  }

  /** Another account's, shared with this one; with nothing ever written but zeros. */
  private static String shared() throws Exception {
    return Cloud.snapshot(Cloud.EAST, 2, Map.of(7, 0), Map.of(), Optional.empty());
  }

  private String ami(String name, List<BlockDeviceMapping> devices) {
    List<Tag> tags = new ArrayList<>();
    tags(50).forEach((key, value) -> tags.add(Tag.builder().key(key).value(value).build()));
    new Random(3).nextBytes(uefi);
    TagSpecification tagged = TagSpecification.builder().resourceType("image").tags(tags).build();
    try (Ec2Client ec2 = Cloud.ec2(Cloud.EAST)) {
      return ec2.registerImage(
              r ->
                  r.name(name)
                      .description(DESCRIPTION)
                      .architecture("x86_64")
                      .virtualizationType("hvm")
                      .rootDeviceName("/dev/xvda")
                      .bootMode("uefi")
                      .tpmSupport("v2.0")
                      .imdsSupport("v2.0")
                      .enaSupport(true)
                      .sriovNetSupport("simple")
                      .uefiData(Base64.getEncoder().encodeToString(uefi))
                      .blockDeviceMappings(devices)
                      .tagSpecifications(tagged))
          .imageId();
    }
  }

  private static List<BlockDeviceMapping> devices(String root, String data, String shared) {
    return List.of(
        BlockDeviceMapping.builder()
            .deviceName("/dev/xvda")
            .ebs(
                e ->
                    e.snapshotId(root)
                        .volumeSize(8)
                        .volumeType("gp3")
                        .iops(4000)
                        .throughput(250)
                        .deleteOnTermination(false))
            .build(),
        io2("/dev/sdf", data, 5, 1000),
        io2("/dev/sdg", data, 6, 500),
        BlockDeviceMapping.builder()
            .deviceName("/dev/sdh")
            .ebs(e -> e.snapshotId(shared).volumeType("gp2").deleteOnTermination(true))
            .build(),
        BlockDeviceMapping.builder()
            .deviceName("/dev/sdi")
            .ebs(e -> e.volumeSize(10).volumeType("st1").volumeSize(125).encrypted(true))
            .build(),
        BlockDeviceMapping.builder().deviceName("/dev/sdj").virtualName("ephemeral0").build());
  }

  private static BlockDeviceMapping io2(String device, String snapshotId, int size, int iops) {
    return BlockDeviceMapping.builder()
        .deviceName(device)
        .ebs(
            e ->
                e.snapshotId(snapshotId)
                    .volumeSize(size)
                    .volumeType("io2")
                    .iops(iops)
                    .deleteOnTermination(true))
        .build();
  }

  /** A registration with volumes in place of snapshots, and without what encryption changes. */
  private static List<String> devices(Registration registration, List<String> snapshots) {
    List<String> devices = new ArrayList<>();
    for (DeviceMapping device : registration.devices()) {
      EbsDevice ebs = device.ebs().orElse(null);
      devices.add(
          ebs == null
              ? device.toString()
              : "%s volume %s, %d GiB %s iops %s throughput %s delete %s encrypted %s"
                  .formatted(
                      device.deviceName(),
                      ebs.snapshotId().map(snapshots::indexOf),
                      ebs.volumeSizeGiB(),
                      ebs.volumeType(),
                      ebs.iops(),
                      ebs.throughputMiB(),
                      ebs.deleteOnTermination(),
                      ebs.snapshotId().isPresent() ? "as its snapshot" : ebs.encrypted()));
    }
    return devices.stream().sorted().toList();
  }

  private static List<String> snapshots(Run run) throws Exception {
    List<String> ids = new ArrayList<>();
    for (Object each : (List<?>) run.json().get("snapshots")) {
      ids.add((String) ((Map<?, ?>) each).get("snapshotId"));
    }
    return ids;
  }

  @Test
  void everythingThatCanBeRestoredIs() throws Exception {
    String root = root();
    String data = encrypted();
    String shared = shared();
    String name = Cloud.newName("web/42 (test) [a] 'b'@c_");
    String ami = ami(name, devices(root, data, shared));
    Cloud.region(Cloud.EAST)
        .snapshots()
        .update(shared, s -> s.withOwnerId("444455556666").withSharedWith(List.of("111111111111")));
    String deprecated = "2031-02-03T04:05:00.000Z";
    Cloud.region(Cloud.EAST)
        .images()
        .update(
            ami,
            image ->
                image
                    .withLaunchPermissions(
                        List.of(new LaunchPermission(LaunchPermission.Kind.USER, "444455556666")))
                    .withLife(
                        image.life().withDeprecationTime(Optional.of(Instant.parse(deprecated)))));

    String bucket = Cloud.bucket(Cloud.GOV);
    Run packed = Cloud.succeed("pack", ami, "s3://" + bucket + "/", "--to-region", Cloud.GOV);
    assertThat(packed.stderr())
        .contains(ami + ": cannot be restored later: deprecation: " + deprecated)
        .contains(ami + ": cannot be restored later: sharing: ");
    assertThat(packed.text()).contains(": 3 volumes, 6.0 GiB, ");

    String archive = "s3://%s/%s.bin".formatted(bucket, ami);
    Run unpacked =
        Cloud.succeed("unpack", "--output", "json", archive, "ami:", "--region", Cloud.GOV);

    // What is lost is listed: what the manifest knows of, and the key of another partition.
    assertThat(unpacked.stderr().lines().filter(line -> line.contains("not restored: ")))
        .containsExactly(
            "amber: warning: ami:%s: not restored: deprecation: %s".formatted(name, deprecated),
            "amber: warning: ami:%s: not restored: sharing: the image is shared with others"
                .formatted(name));
    assertThat((List<?>) unpacked.json().get("notRestorable")).hasSize(2);
    List<?> differences = (List<?>) unpacked.json().get("differences");
    assertThat(differences)
        .hasSize(2)
        .allMatch(text -> text.toString().contains("encrypted=false"))
        .allMatch(text -> text.toString().contains("encrypted=true"));
    assertThat(unpacked.stderr().lines().filter(line -> line.contains("encrypted=false")))
        .hasSize(2);

    String imageId = (String) unpacked.json().get("imageId");
    Image before = Cloud.region(Cloud.EAST).images().find(ami).orElseThrow();
    Image after = Cloud.region(Cloud.GOV).images().find(imageId).orElseThrow();
    assertThat(after.registration())
        .usingRecursiveComparison()
        .ignoringFields("devices")
        .isEqualTo(before.registration());
    List<String> made = snapshots(unpacked);
    assertThat(devices(after.registration(), made))
        .isEqualTo(devices(before.registration(), List.of(root, data, shared)));
    assertThat(after.tags()).isEqualTo(before.tags()).hasSize(50);
    assertThat(after.registration().uefiData()).hasValue(Base64.getEncoder().encodeToString(uefi));

    for (int volume = 0; volume < 3; volume++) {
      String old = List.of(root, data, shared).get(volume);
      assertThat(Cloud.blocks(Cloud.GOV, made.get(volume)))
          .isNotEmpty()
          .isEqualTo(Cloud.blocks(Cloud.EAST, old));
      var from = Cloud.region(Cloud.EAST).snapshots().find(old).orElseThrow();
      var to = Cloud.region(Cloud.GOV).snapshots().find(made.get(volume)).orElseThrow();
      assertThat(to.tags()).isEqualTo(from.tags());
      assertThat(to.description()).isEqualTo(from.description());
      assertThat(to.volumeSizeGiB()).isEqualTo(from.volumeSizeGiB());
    }
  }

  @Test
  void everythingCanBeEncryptedOnTheWay() throws Exception {
    String root = root();
    String data = encrypted();
    String ami = ami(Cloud.newName("sealed"), devices(root, data, shared()));
    Path archive = directory.resolve("a.bin");
    Cloud.succeed("pack", ami, archive);
    String key = Cloud.region(Cloud.GOV).kmsKeyArn("gov");
    Run run =
        Cloud.succeed(
            "unpack",
            "--output",
            "json",
            archive,
            "ami:",
            "--region",
            Cloud.GOV,
            "--kms-key-id",
            key);
    List<String> made = snapshots(run);
    for (String id : made) {
      assertThat(Cloud.region(Cloud.GOV).snapshots().find(id).orElseThrow().kmsKeyArn())
          .hasValue(key);
    }
    SortedMap<Integer, ByteBuffer> blocks = Cloud.blocks(Cloud.GOV, made.get(1));
    assertThat(blocks).isEqualTo(Cloud.blocks(Cloud.EAST, data));
  }
}
