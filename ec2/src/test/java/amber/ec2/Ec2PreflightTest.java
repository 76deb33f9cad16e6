package amber.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import amber.emulator.ebs.EbsRules;
import amber.emulator.ec2.Ec2Rules;
import amber.emulator.state.Snapshot;
import amber.emulator.state.StorageTier;
import amber.image.Image;
import amber.image.Volume;
import amber.work.Preflight;
import amber.work.PreflightException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** All that stands in the way is told at once, and nothing is made. */
class Ec2PreflightTest {

  private static final Map<Integer, Integer> SEEDS = Map.of(3, 1, 5, 2);

  @TempDir Path directory;

  private TestAws emulator;
  private Ec2Connection aws;
  private final Preflight preflight = new Preflight();

  @BeforeEach
  void start() throws IOException {
    emulator = TestAws.start(directory, EbsRules.DEFAULT, Ec2Rules.DEFAULT);
    aws = emulator.connect(TestAws.EAST);
  }

  @AfterEach
  void stop() throws IOException {
    aws.close();
    emulator.close();
  }

  private String snapshot() throws IOException {
    return TestAws.snapshot(aws, 1L << 30, SEEDS, TestAws.request(Map.of(), Optional.empty()));
  }

  private List<String> problems() {
    return preflight.problems().stream().map(Throwable::getMessage).toList();
  }

  // ---- packing

  @Test
  void imageThatCanBePackedIsTriedOut() throws IOException {
    String imageId = TestRuns.ami(aws, "packed", snapshot());
    Ec2Preflight.packing(aws, imageId, preflight);
    preflight.requireClear();
    assertThat(aws.counts().gets()).isEqualTo(1);
    assertThat(aws.counts().lists()).isEqualTo(1);
    assertThat(aws.readSlots().freeCount()).isEqualTo(8);
  }

  @Test
  void everySnapshotThatCannotBeReadIsTold() throws IOException {
    String root = snapshot();
    String data = snapshot();
    String imageId =
        aws.await(
                "test",
                () ->
                    aws.ec2()
                        .registerImage(
                            r ->
                                r.name("two")
                                    .architecture("x86_64")
                                    .virtualizationType("hvm")
                                    .rootDeviceName("/dev/xvda")
                                    .blockDeviceMappings(
                                        List.of(
                                            TestRuns.device("/dev/xvda", root),
                                            TestRuns.device("/dev/sdf", data)))))
            .imageId();
    var snapshots = emulator.region(TestAws.EAST).snapshots();
    snapshots.update(root, s -> s.withStorageTier(StorageTier.ARCHIVE));
    snapshots.update(data, s -> s.withSharedWith(List.of(Snapshot.EVERYBODY)));
    Ec2Preflight.packing(aws, imageId, preflight);
    assertThat(preflight.problems())
        .hasSize(2)
        .allMatch(UnreadableSnapshotException.class::isInstance);
    assertThat(problems().get(0)).startsWith(root).contains("archive tier");
    assertThat(problems().get(1)).startsWith(data).contains("is public");
  }

  @Test
  void keyThatMayNotBeUsedIsNoticed() throws IOException {
    String imageId = TestRuns.ami(aws, "packed", snapshot());
    emulator
        .faults()
        .add(
            "ebs:GetSnapshotBlock:error=AccessDeniedException:status=403"
                + ":reason=DEPENDENCY_ACCESS_DENIED");
    Ec2Preflight.packing(aws, imageId, preflight);
    assertThat(preflight.problems()).singleElement().isInstanceOf(AccessDeniedException.class);
    assertThat(problems().get(0)).startsWith("block 3 of snap-");
  }

  @Test
  void imageThatIsNotThereOrSharedByHalfIsTold() throws IOException {
    Ec2Preflight.packing(aws, "ami-0123456789abcdef0", preflight);
    assertThat(preflight.problems()).singleElement().isInstanceOf(NoSuchFileException.class);
    String root = snapshot();
    String imageId = TestRuns.ami(aws, "shared", root);
    emulator
        .region(TestAws.EAST)
        .snapshots()
        .update(root, s -> s.withOwnerId("999999999999").withSharedWith(List.of()));
    Preflight second = new Preflight();
    Ec2Preflight.packing(aws, imageId, second);
    assertThat(second.problems()).singleElement().isInstanceOf(AccessDeniedException.class);
    assertThat(second.problems().get(0)).hasMessageContaining("share its snapshots too");
  }

  // ---- unpacking

  private static Map<String, Object> device(String name, Object... fields) {
    Map<String, Object> device = new HashMap<>();
    device.put("device", name);
    for (int i = 0; i < fields.length; i += 2) {
      device.put((String) fields[i], fields[i + 1]);
    }
    return device;
  }

  private static Image image(Map<String, Object> plain, Map<String, Object> ec2, int gib) {
    Map<String, Object> attributes = new TreeMap<>(plain);
    attributes.put("ec2", ec2);
    List<Volume> volumes =
        List.of(
            new Volume(0, (long) gib << 30, Optional.empty()),
            new Volume(1, (long) gib << 30, Optional.empty()));
    return new Image(attributes, volumes);
  }

  /** An image as EC2 describes them, with one thing changed. */
  private static Image usual(Map<String, Object> plain, Map<String, Object> changed) {
    Map<String, Object> ec2 = new HashMap<>();
    ec2.put("virtualizationType", "hvm");
    ec2.put("rootDeviceName", "/dev/xvda");
    ec2.put(
        "devices",
        List.of(
            device("/dev/xvda", "volume", 0, "sizeGiB", 8, "volumeType", "gp3", "iops", 3000),
            device("/dev/sdf", "volume", 1, "sizeGiB", 9, "volumeType", "io2", "iops", 500),
            device("/dev/sdg", "virtualName", "ephemeral0")));
    ec2.putAll(changed);
    return image(plain, ec2, 8);
  }

  private UnpackOutlook unpacking(Image image, String name) throws IOException {
    return unpacking(image, name, n -> TestAws.request(Map.of("a", "b"), Optional.empty()));
  }

  private UnpackOutlook unpacking(Image image, String name, IntFunction<SnapshotRequest> requests)
      throws IOException {
    return Ec2Preflight.unpacking(aws, image, name, requests, false, preflight);
  }

  @Test
  void imageThatCanBeMadeIsTriedOutAndNothingIsMade() throws IOException {
    UnpackOutlook outlook =
        unpacking(usual(Map.of("architecture", "x86_64"), Map.of()), "new/image (1)");
    assertThat(preflight.warnings()).isEmpty();
    preflight.requireClear();
    assertThat(outlook.noisyHoles()).isEmpty();
    assertThat(outlook.limits()).isEqualTo(AccountLimits.DEFAULT);
    assertThat(emulator.region(TestAws.EAST).images().all()).isEmpty();
    assertThat(emulator.region(TestAws.EAST).snapshots().all()).isEmpty();
    for (String tried :
        new String[] {"RegisterImage", "CreateTags", "DeleteSnapshot", "DeregisterImage"}) {
      assertThat(emulator.faults().calls("ec2", tried)).as(tried).isEqualTo(1);
    }
  }

  @Test
  void allThatStandsInTheWayIsToldAtOnce() throws IOException {
    TestRuns.ami(aws, "taken", snapshot());
    Image image =
        usual(
            Map.of("architecture", "x86_64", "bootMode", "uefi-preferred"),
            Map.of(
                "tpmSupport",
                "v2.0",
                "productCodes",
                List.of(Map.of("id", "abc", "type", "marketplace")),
                "rootDeviceName",
                "/dev/sda1"));
    String key = emulator.region(TestAws.GOV).kmsKeyArn("test");
    UnpackOutlook outlook =
        unpacking(image, "taken", n -> TestAws.request(Map.of(), Optional.of(key)));
    assertThat(preflight.problems())
        .hasSize(5)
        .first()
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(problems())
        .anyMatch(text -> text.contains("product codes"))
        .anyMatch(text -> text.contains("TPM support with boot mode uefi-preferred"))
        .anyMatch(text -> text.contains("root device '/dev/sda1'"))
        .anyMatch(text -> text.contains("is of us-gov-west-1, should be of us-east-1"));
    assertThat(outlook.noisyHoles()).containsExactly(0, 1);
    try {
      preflight.requireClear();
    } catch (PreflightException e) {
      assertThat(e.problems()).hasSize(5);
      return;
    }
    throw new AssertionError("is not clear");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "architecture | sparc          | architecture sparc, should be arm64 or",
        "bootMode     | bios           | boot mode bios, should be legacy-bios or",
        "description  | LONG           | description of 256 characters",
        "tpmSupport   | v1.2           | TPM support v1.2",
        "imdsSupport  | v1.0           | IMDS support v1.0",
        "sriovNetSupport | complex     | SR-IOV support complex",
        "uefiData     | VERY LONG      | UEFI variables of 64001 characters",
      })
  void valueThatEc2DoesNotKnowIsRefused(String attribute, String value, String problem)
      throws IOException {
    String text =
        value.equals("LONG")
            ? "x".repeat(256)
            : value.equals("VERY LONG") ? "x".repeat(64001) : value;
    boolean plain = List.of("architecture", "bootMode", "description").contains(attribute);
    unpacking(
        plain ? usual(Map.of(attribute, text), Map.of()) : usual(Map.of(), Map.of(attribute, text)),
        "new");
    assertThat(problems()).singleElement().asString().startsWith("ami:new: ").contains(problem);
  }

  @Test
  void devicesThatEc2DoesNotTakeAreRefused() throws IOException {
    List<Object> devices = new ArrayList<>();
    devices.add(device("/dev/xvda", "volume", 0, "sizeGiB", 8));
    devices.add(device("/dev/sdf", "volume", 1, "sizeGiB", 7));
    devices.add(device("/dev/sdg", "sizeGiB", 20, "volumeType", "st1"));
    devices.add(device("/dev/sdh", "sizeGiB", 20, "volumeType", "io1"));
    devices.add(device("/dev/sdi", "sizeGiB", 20, "volumeType", "gp3", "iops", 2999));
    devices.add(device("/dev/sdj", "sizeGiB", 20, "throughputMiB", 100));
    devices.add(device("/dev/sdk", "sizeGiB", 20_000, "volumeType", "gp2"));
    devices.add(device("/dev/sdl", "sizeGiB", 20, "volumeType", "gp9"));
    devices.add(device("/dev/sdm", "volume", 2));
    devices.add(device("/dev/sdm", "virtualName", "ephemeral0"));
    devices.add(device("/dev/sdn", "sizeGiB", 20, "volumeType", "gp3", "iops", 90_000));
    unpacking(usual(Map.of(), Map.of("devices", devices)), "new");
    assertThat(problems())
        .hasSize(9)
        .anyMatch(text -> text.contains("/dev/sdf of 7 GiB, should be at least the 8"))
        .anyMatch(text -> text.contains("/dev/sdg of 20 GiB, should be 125 to 16384 for st1"))
        .anyMatch(text -> text.contains("/dev/sdh without IOPS"))
        .anyMatch(text -> text.contains("/dev/sdi with 2999 IOPS"))
        .anyMatch(text -> text.contains("/dev/sdj with 100 MiB/s"))
        .anyMatch(text -> text.contains("/dev/sdk of 20000 GiB"))
        .anyMatch(text -> text.contains("/dev/sdl of type gp9"))
        .anyMatch(text -> text.contains("/dev/sdm of volume 2"))
        .anyMatch(text -> text.contains("/dev/sdm twice"));
    assertThat(preflight.warnings())
        .singleElement()
        .asString()
        .contains("/dev/sdn with 90000 IOPS, EC2 may take at most 80000");
  }

  @Test
  void whatIsDoubtfulIsAWarning() throws IOException {
    unpacking(
        usual(
            Map.of("architecture", "arm64", "bootMode", "legacy-bios"),
            Map.of("uefiData", "AAAA", "usageOperation", "RunInstances:0002")),
        "new");
    assertThat(preflight.warnings())
        .hasSize(3)
        .anyMatch(text -> text.contains("boot by UEFI only"))
        .anyMatch(text -> text.contains("UEFI variables with boot mode legacy-bios"))
        .anyMatch(text -> text.contains("RunInstances:0002"));
  }

  @Test
  void whatTheCallerMayNotDoIsTold() throws IOException {
    for (String operation :
        new String[] {
          "RegisterImage",
          "CreateTags",
          "DeleteSnapshot",
          "DeregisterImage",
          "GetEbsEncryptionByDefault"
        }) {
      emulator.faults().add("ec2:" + operation + ":deny");
    }
    UnpackOutlook outlook = unpacking(usual(Map.of(), Map.of()), "new");
    assertThat(preflight.problems()).singleElement().isInstanceOf(AccessDeniedException.class);
    assertThat(outlook.encryption().known()).isFalse();
    assertThat(preflight.warnings())
        .hasSize(3)
        .anyMatch(text -> text.contains("ec2:CreateTags"))
        .anyMatch(text -> text.contains("ec2:DeregisterImage"))
        .anyMatch(text -> text.contains("ec2:GetEbsEncryptionByDefault"));
    // Snapshots that are not finished have a tag by which they may be deleted all the same.
    assertThat(preflight.findings())
        .anyMatch(finding -> finding.what().contains("ec2:DeleteSnapshot is denied"));
  }

  @Test
  void snapshotsThatWouldBeTooManyAreCountedBefore() throws IOException {
    emulator.quotas().set("L-C125AE42", 3000);
    emulator.quotas().set("L-AFAE1BE8", 2000);
    emulator.quotas().set("L-94D7AB7D", 3);
    SnapshotWriter writer =
        new SnapshotWriter(aws, number -> TestAws.request(Map.of(), Optional.empty()));
    try (var first = writer.begin(0, 1L << 30);
        var second = writer.begin(1, 1L << 30)) {
      assertThat(first.location()).isNotEqualTo(second.location());
      UnpackOutlook outlook = unpacking(usual(Map.of(), Map.of()), "new");
      assertThat(outlook.limits()).isEqualTo(new AccountLimits(3000, 2000, 3, true));
      assertThat(preflight.problems()).singleElement().isInstanceOf(AwsException.class);
      assertThat(problems().get(0)).contains("2 snapshots are pending, should be at most 1");
    }
  }

  @Test
  void imageThatWasNoAmiGetsDevicesForAllItsVolumes() throws IOException {
    List<Volume> volumes = new ArrayList<>();
    for (int number = 0; number < 80; number++) {
      volumes.add(new Volume(number, 1L << 30, Optional.empty()));
    }
    unpacking(new Image(Map.of("name", "x"), volumes.subList(0, 74)), "new");
    assertThat(problems()).isEmpty();
    unpacking(new Image(Map.of("name", "x"), volumes), "new");
    assertThat(problems()).singleElement().asString().contains("device '' of volume 74");
  }
}
