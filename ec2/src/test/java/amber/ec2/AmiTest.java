package amber.ec2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import amber.PackOptions;
import amber.Packer;
import amber.Progress;
import amber.Unpacker;
import amber.archive.ArchiveReader;
import amber.archive.ArchiveStamp;
import amber.archive.Plan;
import amber.emulator.ebs.EbsRules;
import amber.emulator.ec2.Ec2Rules;
import amber.emulator.http.CutException;
import amber.emulator.http.Interference;
import amber.emulator.http.Response;
import amber.emulator.state.Billing;
import amber.emulator.state.ProductCode;
import amber.image.Image;
import amber.image.InvalidImageException;
import amber.image.Manifest;
import amber.store.ArchiveSource;
import amber.store.FileStore;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.ec2.model.BlockDeviceMapping;
import software.amazon.awssdk.services.ec2.model.TagSpecification;

/** An image from one partition to another: described, packed, unpacked, registered, compared. */
class AmiTest {

  @TempDir Path directory;

  private TestAws emulator;
  private Ec2Connection east;
  private Ec2Connection gov;

  @AfterEach
  void stop() throws IOException {
    east.close();
    gov.close();
    emulator.close();
  }

  private void start(Interference interference) throws IOException {
    emulator =
        TestAws.start(
            directory.resolve("aws"),
            EbsRules.DEFAULT,
            Ec2Rules.DEFAULT.withDisorder(true, true),
            interference);
    east = emulator.connect(TestAws.EAST);
    gov = emulator.connect(TestAws.GOV);
  }

  private static Map<String, String> tags(int count) {
    Map<String, String> tags = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      tags.put("Schlüssel/" + i, "値 " + i + " äß😀");
    }
    return tags;
  }

  private String rootSnapshot() throws IOException {
    return TestAws.snapshot(
        east,
        1L << 30,
        Map.of(0, 1, 1, 0, 3, 2, 2047, 3),
        TestAws.request(tags(50), Optional.empty()));
  }

  private String amiOf(String root, String data, String uefiData) throws IOException {
    return east.await(
            "test",
            () ->
                east.ec2()
                    .registerImage(
                        r ->
                            r.name("web/42 (test)")
                                .description("Größe & <Farbe> 日本")
                                .architecture("x86_64")
                                .virtualizationType("hvm")
                                .rootDeviceName("/dev/xvda")
                                .bootMode("uefi")
                                .tpmSupport("v2.0")
                                .imdsSupport("v2.0")
                                .enaSupport(true)
                                .sriovNetSupport("simple")
                                .uefiData(uefiData)
                                .blockDeviceMappings(
                                    gp3("/dev/xvda", root, 8, 4000, 250),
                                    io2("/dev/sdf", data, 5, 1000),
                                    io2("/dev/sdg", data, 6, 500),
                                    empty("/dev/sdh"),
                                    BlockDeviceMapping.builder()
                                        .deviceName("/dev/sdi")
                                        .virtualName("ephemeral0")
                                        .build())
                                .tagSpecifications(
                                    TagSpecification.builder()
                                        .resourceType("image")
                                        .tags(Tags.list(tags(50)))
                                        .build())))
        .imageId();
  }

  private static BlockDeviceMapping gp3(
      String device, String snapshotId, int size, int iops, int throughput) {
    return BlockDeviceMapping.builder()
        .deviceName(device)
        .ebs(
            e ->
                e.snapshotId(snapshotId)
                    .volumeSize(size)
                    .volumeType("gp3")
                    .iops(iops)
                    .throughput(throughput)
                    .deleteOnTermination(false))
        .build();
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

  private static BlockDeviceMapping empty(String device) {
    return BlockDeviceMapping.builder()
        .deviceName(device)
        .ebs(e -> e.volumeSize(10).volumeType("gp2").encrypted(true))
        .build();
  }

  private void pack(Ami ami, Path archive) throws IOException {
    byte[] manifest = Manifest.write(ami.image());
    List<SnapshotBlocks> sources = new ArrayList<>();
    try {
      for (String snapshotId : ami.snapshotIds()) {
        sources.add(SnapshotBlocks.open(east, snapshotId));
      }
      Packer packer = new Packer(PackOptions.DEFAULT, new Progress());
      Plan plan =
          packer.plan(ami.image(), manifest, sources, listed -> ArchiveStamp.now("amber test"));
      packer.pack(plan, sources, new FileStore(false, false), archive.toString());
    } finally {
      for (SnapshotBlocks source : sources) {
        source.close();
      }
    }
  }

  private RegisteredImage unpack(Path archive, String name, Optional<String> key)
      throws IOException {
    try (ArchiveSource source = FileStore.open(archive);
        SnapshotWriter writer = new SnapshotWriter(gov, number -> request(source, number, key))) {
      ArchiveReader reader = ArchiveReader.open(source);
      ImageRegistrar registrar = new ImageRegistrar(gov, false);
      registrar.requireRegistrable(reader.image(), name);
      new Unpacker(2, new Progress()).unpack(reader, writer);
      writer.awaitCompleted();
      RegisteredImage registered = registrar.register(reader.image(), name, writer.snapshotIds());
      writer.keep();
      return registered;
    }
  }

  private static SnapshotRequest request(ArchiveSource archive, int number, Optional<String> key) {
    try {
      return SnapshotRequest.of(
          ArchiveReader.open(archive).image(), number, key, "test-" + UUID.randomUUID());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void imageComesBackInAnotherPartition() throws IOException {
    start(Interference.NONE);
    Optional<String> key = Optional.of(emulator.region(TestAws.EAST).kmsKeyArn("test"));
    String root = rootSnapshot();
    String data =
        TestAws.snapshot(east, 3L << 30, Map.of(5, 9, 6000, 8), TestAws.request(tags(3), key));
    byte[] uefi = new byte[3000];
    new Random(3).nextBytes(uefi);
    String uefiData = Base64.getEncoder().encodeToString(uefi);
    Ami ami = new AmiReader(east).describe(amiOf(root, data, uefiData));
    assertThat(ami.snapshotIds()).containsExactly(root, data);
    assertThat(ami.notRestorable()).isEmpty();

    Path archive = directory.resolve("ami.bin");
    pack(ami, archive);
    RegisteredImage registered = unpack(archive, "web/42 (test)", Optional.empty());

    // The volume that was encrypted is not, here: the account does not ask for it.
    assertThat(registered.differences())
        .hasSize(2)
        .allMatch(text -> text.contains("encrypted=false") && text.contains("encrypted=true"));
    Ami back = new AmiReader(gov).describe(registered.imageId());
    assertThat(back.image().tags()).isEqualTo(tags(50));
    assertThat(back.image().text("description")).hasValue("Größe & <Farbe> 日本");
    for (int number = 0; number < 2; number++) {
      assertThat(emulator.blocks(TestAws.GOV, back.snapshotIds().get(number)))
          .isNotEmpty()
          .isEqualTo(emulator.blocks(TestAws.EAST, ami.snapshotIds().get(number)));
      assertThat(SnapshotDescription.of(gov, back.snapshotIds().get(number)).tags())
          .isEqualTo(tags(number == 0 ? 50 : 3));
    }
    assertThat(emulator.region(TestAws.GOV).images().find(registered.imageId()))
        .get()
        .extracting(image -> image.registration().uefiData())
        .isEqualTo(Optional.of(uefiData));
    assertThat(emulator.region(TestAws.GOV).snapshots().all()).hasSize(2);

    // A second time the name is taken, which is found out before anything is made.
    assertThatThrownBy(() -> unpack(archive, "web/42 (test)", Optional.empty()))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessageContaining(registered.imageId());
    assertThat(emulator.region(TestAws.GOV).snapshots().all()).hasSize(2);

    // With a key of this region everything is encrypted, and still the same.
    Optional<String> govKey = Optional.of(emulator.region(TestAws.GOV).kmsKeyArn("test"));
    RegisteredImage sealed = unpack(archive, "web/43", govKey);
    assertThat(sealed.differences()).hasSize(1).allMatch(text -> text.contains("/dev/xvda"));
    Ami encrypted = new AmiReader(gov).describe(sealed.imageId());
    assertThat(emulator.blocks(TestAws.GOV, encrypted.snapshotIds().get(0)))
        .isEqualTo(emulator.blocks(TestAws.EAST, root));
  }

  @Test
  void lostAnswerOfARegistrationIsRecognized() throws IOException {
    AtomicInteger calls = new AtomicInteger();
    start(
        (service, operation, request, call) -> {
          Response answer = call.run();
          if (operation.equals("RegisterImage") && calls.incrementAndGet() == 2) {
            throw new CutException("test");
          }
          return answer;
        });
    String root = rootSnapshot();
    Ami ami = new AmiReader(east).describe(amiOf(root, root, "AAAA"));
    Path archive = directory.resolve("ami.bin");
    pack(ami, archive);
    RegisteredImage registered = unpack(archive, "again", Optional.empty());
    assertThat(registered.differences()).isEmpty();
    assertThat(emulator.region(TestAws.GOV).images().all()).hasSize(1);
    assertThat(calls).hasValueGreaterThanOrEqualTo(2);
  }

  @Test
  void whatIsLostIsToldAndProductCodesAreRefused() throws IOException {
    start(Interference.NONE);
    String root = rootSnapshot();
    String id = amiOf(root, root, "AAAA");
    emulator
        .region(TestAws.EAST)
        .images()
        .update(
            id,
            image ->
                image.withBilling(
                    new Billing(
                        Optional.of("Windows"),
                        "Windows",
                        "RunInstances:0002",
                        List.of(new ProductCode("abc123", "marketplace")))));
    Ami ami = new AmiReader(east).describe(id);
    assertThat(ami.notRestorable())
        .contains("product code: abc123")
        .anyMatch(note -> note.startsWith("billing: Windows (RunInstances:0002)"));
    Image image = Manifest.read(Manifest.write(ami.image()), "test");
    assertThatThrownBy(() -> new ImageRegistrar(gov, false).requireRegistrable(image, "windows"))
        .isInstanceOf(InvalidImageException.class)
        .hasMessageContaining("product codes");
    new ImageRegistrar(gov, true).requireRegistrable(image, "windows");
    assertThatThrownBy(() -> new ImageRegistrar(gov, true).requireRegistrable(image, "größer"))
        .isInstanceOf(InvalidImageException.class)
        .hasMessageContaining("3 to 128");
    Image same =
        Manifest.read(
            Manifest.write(new AmiReader(east).describe(amiOfName(root)).image()), "test");
    assertThat(ImageComparison.differences(image, same, new TreeMap<>(Map.of(0, root))))
        .contains("platformDetails: is Linux/UNIX, was Windows")
        .contains("usageOperation: is RunInstances, was RunInstances:0002");
  }

  private String amiOfName(String root) throws IOException {
    return east.await(
            "test",
            () ->
                east.ec2()
                    .registerImage(
                        r ->
                            r.name("plain")
                                .architecture("x86_64")
                                .virtualizationType("hvm")
                                .rootDeviceName("/dev/xvda")
                                .blockDeviceMappings(gp3("/dev/xvda", root, 1, 3000, 125))))
        .imageId();
  }
}
