package amber.emulator.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import amber.emulator.state.Billing;
import amber.emulator.state.ProductCode;
import amber.emulator.state.SnapshotState;
import amber.emulator.state.StorageTier;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.ec2.model.BlockDeviceMapping;
import software.amazon.awssdk.services.ec2.model.EbsBlockDevice;
import software.amazon.awssdk.services.ec2.model.Image;
import software.amazon.awssdk.services.ec2.model.RegisterImageRequest;
import software.amazon.awssdk.services.ec2.model.Tag;

class RegisterImageTest extends Ec2TestCase {

  @Test
  void whatIsLeftOutGetsTheDefaultsOfEc2() throws IOException {
    String snapshotId = snapshot();
    Image image =
        registered(
            RegisterImageRequest.builder()
                .name("bare")
                .rootDeviceName(ROOT)
                .blockDeviceMappings(root(snapshotId))
                .build());
    assertThat(image.architectureAsString()).isEqualTo("i386");
    assertThat(image.virtualizationTypeAsString()).isEqualTo("paravirtual");
    assertThat(image.bootMode()).isNull();
    assertThat(image.imageLocation()).isEqualTo(SELF + "/bare");
    assertThat(image.stateAsString()).isEqualTo("available");
    assertThat(image.platformDetails()).isEqualTo("Linux/UNIX");
    assertThat(image.usageOperation()).isEqualTo("RunInstances");
    assertThat(image.publicLaunchPermissions()).isFalse();
    assertThat(image.sourceImageId()).isNull();
    EbsBlockDevice root = image.blockDeviceMappings().get(0).ebs();
    assertThat(root.volumeSize()).isEqualTo(8);
    assertThat(root.deleteOnTermination()).isTrue();
    assertThat(root.encrypted()).isFalse();
    assertThat(root.volumeTypeAsString()).isEqualTo("gp2");
    // The baseline, which nobody may send back.
    assertThat(root.iops()).isEqualTo(100);
  }

  @Test
  void everyAttributeComesBackAsItWasSet() throws IOException {
    String plain = snapshot();
    String encrypted = encryptedSnapshot();
    Image image =
        registered(
            request("all (of) [it]/2.0-b'c@d_e", plain)
                .description("für 日本 & <alle>")
                .bootMode("uefi")
                .tpmSupport("v2.0")
                .imdsSupport("v2.0")
                .enaSupport(true)
                .sriovNetSupport("simple")
                .uefiData("QU1aTlVFRkk=")
                .blockDeviceMappings(
                    root(plain),
                    volume(
                        "/dev/sdb",
                        e ->
                            e.snapshotId(encrypted)
                                .volumeSize(20)
                                .volumeType("gp3")
                                .iops(4000)
                                .throughput(500)
                                .deleteOnTermination(true)),
                    volume(
                        "/dev/sdc",
                        e -> e.volumeSize(10).volumeType("io2").iops(5000).encrypted(true)),
                    volume("/dev/sdd", e -> e.snapshotId(plain)),
                    BlockDeviceMapping.builder()
                        .deviceName("/dev/sde")
                        .virtualName("ephemeral0")
                        .build(),
                    BlockDeviceMapping.builder().deviceName("/dev/sdf").noDevice("").build())
                .tagSpecifications(tags("image", tag("Name", "café 日本")))
                .build());
    assertThat(image.description()).isEqualTo("für 日本 & <alle>");
    assertThat(image.bootModeAsString()).isEqualTo("uefi");
    assertThat(image.tpmSupportAsString()).isEqualTo("v2.0");
    assertThat(image.imdsSupportAsString()).isEqualTo("v2.0");
    assertThat(image.enaSupport()).isTrue();
    assertThat(image.sriovNetSupport()).isEqualTo("simple");
    assertThat(image.rootDeviceTypeAsString()).isEqualTo("ebs");
    assertThat(image.tags().get(0).value()).isEqualTo("café 日本");
    List<BlockDeviceMapping> devices = image.blockDeviceMappings();
    EbsBlockDevice gp3 = devices.get(1).ebs();
    assertThat(List.of(gp3.volumeSize(), gp3.iops(), gp3.throughput()))
        .containsExactly(20, 4000, 500);
    assertThat(gp3.encrypted()).isTrue();
    assertThat(gp3.kmsKeyId()).isNull();
    EbsBlockDevice empty = devices.get(2).ebs();
    assertThat(empty.snapshotId()).isNull();
    assertThat(empty.encrypted()).isTrue();
    assertThat(empty.deleteOnTermination()).isFalse();
    assertThat(devices.get(3).ebs().snapshotId()).isEqualTo(plain);
    assertThat(devices.get(4).virtualName()).isEqualTo("ephemeral0");
    assertThat(devices.get(5).noDevice()).isNotNull();
    assertThat(
            ec2.describeImageAttribute(r -> r.imageId(image.imageId()).attribute("uefiData"))
                .uefiData()
                .value())
        .isEqualTo("QU1aTlVFRkk=");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ab", "naïve", "a:bc", "new\nline", "web#1", "日本語"})
  void nameOutsideTheRulesIsRefused(String name) throws IOException {
    String snapshotId = snapshot();
    refused("InvalidAMIName.Malformed", () -> image(name, snapshotId));
    refused("InvalidAMIName.Malformed", () -> image("x".repeat(129), snapshotId));
    image("x".repeat(128), snapshotId);
  }

  @Test
  void nameIsTakenUntilItsImageIsDeregisteredAndAWhileAfter() throws IOException {
    restart(Ec2Rules.DEFAULT.withDeregisteredImages(Duration.ofMinutes(1), Duration.ZERO));
    String snapshotId = snapshot();
    String id = image("web", snapshotId);
    String message = refused("InvalidAMIName.Duplicate", () -> image("web", snapshotId));
    assertThat(message).isEqualTo("AMI name web is already in use by AMI " + id);
    ec2.deregisterImage(r -> r.imageId(id));
    refused("InvalidAMIName.Duplicate", () -> image("web", snapshotId));
    clock.advance(Duration.ofMinutes(1));
    image("web", snapshotId);
    foreignImage("other");
    image("other");
  }

  @ParameterizedTest
  @CsvSource({
    "uefi, x86_64, hvm, true, ''",
    "uefi-preferred, x86_64, hvm, true, InvalidParameterCombination",
    "legacy-bios, x86_64, hvm, true, InvalidParameterCombination",
    "'', x86_64, hvm, true, InvalidParameterCombination",
    "uefi, arm64, hvm, true, InvalidParameterValue",
    "uefi, arm64, hvm, false, ''",
    "legacy-bios, arm64, hvm, false, ''",
    "'', arm64_mac, hvm, false, ''",
    "'', arm64, paravirtual, false, InvalidParameterCombination",
    "uefi, x86_64, paravirtual, false, InvalidParameterCombination",
    "'', i386, paravirtual, false, ''",
    "bios, x86_64, hvm, false, InvalidParameterValue",
    "'', sparc, hvm, false, InvalidParameterValue",
    "'', x86_64, xen, false, InvalidParameterValue"
  })
  void bootModesArchitecturesAndTpmsFitOrNot(
      String bootMode, String architecture, String virtualization, boolean tpm, String code)
      throws IOException {
    RegisterImageRequest.Builder request =
        request("web", snapshot()).architecture(architecture).virtualizationType(virtualization);
    if (!bootMode.isEmpty()) {
      request.bootMode(bootMode);
    }
    if (tpm) {
      request.tpmSupport("v2.0");
    }
    expect(code, request.build());
  }

  @ParameterizedTest
  @CsvSource({
    "gp2, 20, -, -, ''",
    "gp2, 20, 100, -, InvalidParameterCombination",
    "gp2, 16385, -, -, InvalidParameterValue",
    "gp3, 65536, -, -, ''",
    "gp3, 65537, -, -, InvalidParameterValue",
    "gp3, 20, 3000, 125, ''",
    "gp3, 20, 2999, -, InvalidParameterValue",
    "gp3, 200, 80000, 2000, ''",
    "gp3, 200, 80001, -, MaxIOPSLimitExceeded",
    "gp3, 20, 10001, -, InvalidParameterValue",
    "gp3, 20, 3000, 124, InvalidParameterValue",
    "gp3, 20, 3000, 1000, InvalidParameterValue",
    "gp3, 2000, 20000, 2001, InvalidParameterValue",
    "io1, 20, 1000, -, ''",
    "io1, 20, -, -, MissingParameter",
    "io1, 20, 1001, -, InvalidParameterValue",
    "io1, 20, 1000, 125, InvalidParameterCombination",
    "io2, 300, 256000, -, ''",
    "io2, 300, 256001, -, MaxIOPSLimitExceeded",
    "st1, 124, -, -, InvalidParameterValue",
    "st1, 125, -, -, ''",
    "sc1, 125, 100, -, InvalidParameterCombination",
    "standard, 1024, -, -, ''",
    "standard, 1025, -, -, InvalidParameterValue",
    "fast, 20, -, -, UnknownVolumeType",
    "gp2, 7, -, -, InvalidBlockDeviceMapping"
  })
  void volumeTypesAllowWhatTheyAllow(
      String type, int size, String iops, String throughput, String code) throws IOException {
    String snapshotId = snapshot();
    EbsBlockDevice.Builder ebs =
        EbsBlockDevice.builder().snapshotId(snapshotId).volumeSize(size).volumeType(type);
    if (!iops.equals("-")) {
      ebs.iops(Integer.valueOf(iops));
    }
    if (!throughput.equals("-")) {
      ebs.throughput(Integer.valueOf(throughput));
    }
    expect(code, with(snapshotId, "/dev/sdb", ebs.build()));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void encryptedIsRefusedOnAVolumeFromASnapshotWhateverItsValue(boolean value) throws IOException {
    String id = snapshot();
    EbsBlockDevice ebs = EbsBlockDevice.builder().snapshotId(id).encrypted(value).build();
    expect("InvalidBlockDeviceMapping", with(id, "/dev/sdb", ebs));
  }

  @Test
  void keysAndPlacesAreRefusedOnAnyVolume() throws IOException {
    String id = snapshot();
    String key = region().kmsKeyArn("k");
    expect(
        "InvalidBlockDeviceMapping",
        with(id, "/dev/sdb", EbsBlockDevice.builder().snapshotId(id).kmsKeyId(key).build()));
    expect(
        "InvalidBlockDeviceMapping",
        with(
            id,
            "/dev/sdb",
            EbsBlockDevice.builder().volumeSize(1).encrypted(true).kmsKeyId(key).build()));
    expect(
        "InvalidBlockDeviceMapping",
        with(
            id,
            "/dev/sdb",
            EbsBlockDevice.builder().snapshotId(id).availabilityZone("us-east-1a").build()));
  }

  @Test
  void devicesMustMakeSense() throws IOException {
    String id = snapshot();
    EbsBlockDevice empty = EbsBlockDevice.builder().volumeSize(1).build();
    expect("InvalidBlockDeviceMapping", with(id, ROOT, empty));
    expect("InvalidBlockDeviceMapping", with(id, "disk one", empty));
    expect("InvalidBlockDeviceMapping", with(id, "/dev/sdb", EbsBlockDevice.builder().build()));
    expect(
        "InvalidBlockDeviceMapping",
        request("web", id)
            .blockDeviceMappings(
                root(id),
                BlockDeviceMapping.builder()
                    .deviceName("/dev/sdb")
                    .virtualName("ephemeral24")
                    .build())
            .build());
    expect("InvalidBlockDeviceMapping", request("web", id).rootDeviceName("/dev/sda1").build());
    expect(
        "InvalidBlockDeviceMapping",
        request("web", id)
            .blockDeviceMappings(BlockDeviceMapping.builder().deviceName(ROOT).ebs(empty).build())
            .build());
    expect(
        "MissingParameter",
        RegisterImageRequest.builder().name("web").rootDeviceName(ROOT).build());
  }

  @Test
  void snapshotMustBeThereAndCompletedAndAtHand() throws IOException {
    expect("InvalidSnapshot.NotFound", request("web", "snap-00000000000000001").build());
    expect("InvalidSnapshotID.Malformed", request("web", "snap-z").build());
    expect("IncorrectState", request("web", snapshot(SELF, SnapshotState.PENDING, false)).build());
    expect("IncorrectState", request("web", snapshot(SELF, SnapshotState.ERROR, false)).build());
    String archived = snapshot();
    region().snapshots().update(archived, old -> old.withStorageTier(StorageTier.ARCHIVE));
    expect("IncorrectState", request("web", archived).build());
    String foreign = snapshot(OTHER, SnapshotState.COMPLETED, false);
    expect("InvalidSnapshot.NotFound", request("web", foreign).build());
    region().snapshots().update(foreign, old -> old.withSharedWith(List.of(SELF)));
    expect("", request("web", foreign).build());
  }

  @Test
  void tagsAreForTheImageAndWithinTheLimits() throws IOException {
    String id = snapshot();
    expect("InvalidParameterValue", tagged(id, "snapshot", "k"));
    expect("InvalidTagKey.Malformed", tagged(id, "image", "aws:k"));
    expect("InvalidParameterValue", tagged(id, "image", "k".repeat(129)));
    expect(
        "TagLimitExceeded",
        request("web", id)
            .tagSpecifications(
                tags(
                    "image",
                    IntStream.range(0, 51).mapToObj(i -> tag("k" + i, "v")).toArray(Tag[]::new)))
            .build());
    expect("", tagged(id, "image", "k".repeat(128)));
  }

  @Test
  void uefiDataHasALimitAndMustBeBase64() throws IOException {
    String id = snapshot();
    expect("InvalidParameterValue", request("web", id).uefiData("A".repeat(64_004)).build());
    String message =
        refused(
            "InvalidParameterValue",
            () -> ec2.registerImage(request("web", id).uefiData("no base64!").build()));
    assertThat(message).doesNotContain("no base64!");
    expect("", request("web", id).uefiData("A".repeat(64_000)).build());
  }

  @Test
  void restrictedParametersAreRefused() throws IOException {
    String id = snapshot();
    refused(
        403,
        "AuthFailure",
        () -> ec2.registerImage(request("web", id).billingProducts("bp-1").build()));
    expect("UnsupportedOperation", request("web", id).imageLocation("bucket/manifest.xml").build());
    expect("InvalidAMIID.NotFound", request("web", id).kernelId("aki-12345678").build());
    expect("InvalidParameterValue", request("web", id).description("x".repeat(256)).build());
    expect("InvalidParameterValue", request("web", id).tpmSupport("v1.2").build());
  }

  @Test
  void billingComesFromTheRootSnapshotAndIsLostWithoutIt() throws IOException {
    String windows = snapshot();
    ProductCode code = new ProductCode("abc123", "marketplace");
    Billing billing =
        new Billing(Optional.of("Windows"), "Windows", "RunInstances:0002", List.of(code));
    region().snapshots().updateLife(windows, life -> life.withBilling(billing));
    Image image = registered(request("win", windows).build());
    assertThat(image.platformDetails()).isEqualTo("Windows");
    assertThat(image.usageOperation()).isEqualTo("RunInstances:0002");
    assertThat(image.platformAsString()).isEqualTo("windows");
    assertThat(image.productCodes().get(0).productCodeId()).isEqualTo("abc123");
    String plain = snapshot();
    EbsBlockDevice data = EbsBlockDevice.builder().snapshotId(windows).build();
    expect("OperationNotPermitted", with(plain, "/dev/sdb", data));
  }

  @Test
  void imagesSurviveARestart() throws IOException {
    String id = image("web");
    restart(Ec2Rules.DEFAULT);
    assertThat(describe(id).name()).isEqualTo("web");
  }

  private Image registered(RegisterImageRequest request) {
    return describe(ec2.registerImage(request).imageId());
  }

  private void expect(String code, RegisterImageRequest request) {
    if (code.isEmpty()) {
      assertThat(ec2.registerImage(request).imageId()).matches("ami-0[0-9a-f]{16}");
    } else {
      refused(code, () -> ec2.registerImage(request));
    }
  }

  private static RegisterImageRequest with(String snapshotId, String device, EbsBlockDevice ebs) {
    return request("web", snapshotId)
        .blockDeviceMappings(
            root(snapshotId), BlockDeviceMapping.builder().deviceName(device).ebs(ebs).build())
        .build();
  }

  private static RegisterImageRequest tagged(String snapshotId, String type, String key) {
    return request("web", snapshotId).tagSpecifications(tags(type, tag(key, "v"))).build();
  }

  private static BlockDeviceMapping volume(String device, Consumer<EbsBlockDevice.Builder> ebs) {
    return BlockDeviceMapping.builder().deviceName(device).ebs(ebs).build();
  }
}
