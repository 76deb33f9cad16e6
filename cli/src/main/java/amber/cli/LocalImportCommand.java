package amber.cli;

import amber.Progress;
import amber.block.Block;
import amber.block.BlockReader;
import amber.block.BlockSet;
import amber.block.PendingVolume;
import amber.disk.RawDisk;
import amber.ec2.AmiReader;
import amber.ec2.ImageRegistrar;
import amber.ec2.SnapshotRequest;
import amber.ec2.SnapshotWriter;
import amber.image.Image;
import amber.image.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amber local import}. */
@Command(
    name = "import",
    header = {
      "Makes an AMI of raw disks in the emulator.",
      "",
      "  amber local import disk.img --dir region/ --name web",
      "  amber local import root.img data.img --dir region/ --name web --boot-mode uefi",
      ""
    },
    description = {
      "The first disk is the root volume. Holes of a file were never written; an",
      "instance reads zeros there, or noise if the volume is encrypted.",
      ""
    })
final class LocalImportCommand implements Callable<Integer> {

  private static final int TIMEOUT_MINUTES = 60;
  private static final int READ_BLOCKS = 256;
  private static final String V2 = "v2.0";

  private final Console console;

  @Parameters(paramLabel = "DISK", arity = "1..*", description = "Raw disk images or devices.")
  private List<String> disks;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      required = true,
      description = "The image's name, which no other image of the region has.")
  private String name;

  @Option(names = "--description", paramLabel = "TEXT", description = "The image's description.")
  private String text;

  @Option(
      names = "--architecture",
      paramLabel = "NAME",
      defaultValue = "x86_64",
      converter = LocalValues.Architecture.class,
      description = "x86_64, arm64, i386 ... (default: x86_64).")
  private String architecture;

  @Option(
      names = "--boot-mode",
      paramLabel = "MODE",
      converter = LocalValues.BootMode.class,
      description = "legacy-bios, uefi or uefi-preferred.")
  private String bootMode;

  @Option(names = "--tpm", description = "With a TPM 2.0; needs --boot-mode uefi.")
  private boolean tpm;

  @Option(names = "--imds", description = "With version 2 of the instance metadata only.")
  private boolean imds;

  @Option(
      names = "--uefi-data",
      paramLabel = "FILE",
      description = "UEFI variables: a file of Base64 text, as EC2 gives it.")
  private String uefiData;

  @Option(
      names = "--tag",
      paramLabel = "KEY=VALUE",
      converter = LocalValues.Tag.class,
      description = "A tag for image and snapshots; may be given again.")
  private List<Map.Entry<String, String>> tags = List.of();

  @Option(names = "--encrypted", description = "Encrypt with the account's key for EBS.")
  private boolean encrypted;

  @Mixin private LocalPlace place;

  @Mixin private CommonOptions common;

  LocalImportCommand(Console console) {
    this.console = console;
  }

  /** A disk that was copied. */
  private record Imported(Path disk, long sizeBytes, BlockSet listed) {}

  @Override
  public Integer call() throws IOException {
    Stopwatch watch = new Stopwatch();
    List<RawDisk> open = new ArrayList<>();
    try {
      for (String disk : disks) {
        open.add(RawDisk.open(LocalPlace.path(disk)));
      }
      Image image = image(open);
      try (LocalPlace.Session session = place.open(console)) {
        common.confirm(console, run(session, image, open, watch));
      }
    } finally {
      for (RawDisk disk : open) {
        disk.close();
      }
    }
    return Outcome.OK.exitCode();
  }

  private Document run(LocalPlace.Session session, Image image, List<RawDisk> open, Stopwatch watch)
      throws IOException {
    ImageRegistrar registrar = new ImageRegistrar(session.aws(), false);
    requireFree(registrar, image);
    try (SnapshotWriter writer =
        new SnapshotWriter(session.aws(), number -> request(image, number))) {
      List<Imported> imported = copy(open, writer);
      writer.awaitCompleted();
      SortedMap<Integer, String> snapshotIds = writer.snapshotIds();
      String imageId = registrar.register(image, name, snapshotIds).imageId();
      writer.keep();
      return result(session, imageId, imported, snapshotIds, watch);
    }
  }

  private void requireFree(ImageRegistrar registrar, Image image) throws IOException {
    try {
      registrar.requireRegistrable(image, name);
    } catch (FileAlreadyExistsException e) {
      throw new RefusedException(Outcome.EXISTS, e.getMessage(), "choose another --name", e);
    }
  }

  private Image image(List<RawDisk> open) throws IOException {
    Map<String, Object> ec2 = new LinkedHashMap<>();
    ec2.put("virtualizationType", "hvm");
    ec2.put("enaSupport", true);
    if (tpm) {
      ec2.put("tpmSupport", V2);
    }
    if (imds) {
      ec2.put("imdsSupport", V2);
    }
    if (uefiData != null) {
      ec2.put("uefiData", uefiData());
    }
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("name", name);
    if (text != null) {
      attributes.put("description", text);
    }
    attributes.put("architecture", architecture);
    if (bootMode != null) {
      attributes.put("bootMode", bootMode);
    }
    attributes.put("tags", tags());
    attributes.put(AmiReader.EC2, ec2);
    List<Volume> volumes = new ArrayList<>();
    for (RawDisk disk : open) {
      volumes.add(new Volume(volumes.size(), disk.sizeBytes(), Optional.empty()));
    }
    return new Image(attributes, volumes);
  }

  private Map<String, String> tags() throws RefusedException {
    Map<String, String> all = new LinkedHashMap<>();
    for (Map.Entry<String, String> tag : tags) {
      if (all.put(tag.getKey(), tag.getValue()) != null) {
        throw RefusedException.usage(
            "--tag: '%s' is given more than once".formatted(tag.getKey()), "give each key once");
      }
    }
    return all;
  }

  private String uefiData() throws IOException {
    Path file = LocalPlace.path(uefiData);
    String data = Files.readString(file, StandardCharsets.ISO_8859_1).replaceAll("\\s", "");
    try {
      if (Base64.getDecoder().decode(data).length > 0) {
        return data;
      }
    } catch (IllegalArgumentException e) {
      // Said below; the data itself may tell how an instance is secured.
    }
    throw RefusedException.usage(
        file + ": holds no Base64 text, should hold UEFI variables",
        "aws ec2 get-instance-uefi-data --query UefiData --output text");
  }

  private SnapshotRequest request(Image image, int number) {
    return new SnapshotRequest(
        Optional.of("%s, volume %d".formatted(name, number)),
        image.tags(),
        encrypted,
        Optional.empty(),
        UUID.randomUUID().toString(),
        TIMEOUT_MINUTES);
  }

  private List<Imported> copy(List<RawDisk> open, SnapshotWriter writer) throws IOException {
    List<Imported> disksToCopy = new ArrayList<>();
    long total = 0;
    for (RawDisk disk : open) {
      BlockSet listed = disk.listed();
      if (disk.holesUnknown()) {
        common.warn(
            console,
            disk.location() + ": the system cannot tell its holes, so all of it is imported");
      }
      total += listed.size();
      disksToCopy.add(new Imported(Path.of(disk.location()), disk.sizeBytes(), listed));
    }
    Progress progress = new Progress();
    progress.begin(total);
    return common.showing(
        console,
        "import",
        progress,
        () -> {
          for (int number = 0; number < open.size(); number++) {
            copy(open.get(number), disksToCopy.get(number).listed(), number, writer, progress);
          }
          return disksToCopy;
        });
  }

  private static void copy(
      RawDisk disk, BlockSet listed, int number, SnapshotWriter writer, Progress progress)
      throws IOException {
    ByteBuffer slot = ByteBuffer.allocateDirect(Block.SIZE);
    try (PendingVolume volume = writer.begin(number, disk.sizeBytes())) {
      for (int done = 0; done < listed.size(); done += READ_BLOCKS) {
        int[] indexes = listed.slice(done, Math.min(READ_BLOCKS, listed.size() - done));
        try (BlockReader reader = disk.read(indexes)) {
          for (int index : indexes) {
            byte[] digest = reader.next(slot);
            volume.write(index, slot, digest);
            progress.done(1, 0, 0);
          }
        }
      }
      disk.confirmUnchanged();
      volume.commit();
    }
  }

  private Document result(
      LocalPlace.Session session,
      String imageId,
      List<Imported> imported,
      SortedMap<Integer, String> snapshotIds,
      Stopwatch watch) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("schema", 1);
    json.put("command", "local import");
    json.put("place", session.place());
    json.put("region", session.region());
    json.put("imageId", imageId);
    json.put("imageName", name);
    List<Map<String, Object>> volumes = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    lines.add(
        Text.format(
            "imported %s as %s (%s) in %s: %s, %s",
            Text.count(imported.size(), "disk"),
            imageId,
            name,
            session.region(),
            encrypted ? "encrypted" : "not encrypted",
            watch.text()));
    for (int number = 0; number < imported.size(); number++) {
      Imported disk = imported.get(number);
      Map<String, Object> volume = new LinkedHashMap<>();
      volume.put("number", number);
      volume.put("disk", disk.disk().toString());
      volume.put("snapshotId", snapshotIds.get(number));
      volume.put("sizeBytes", disk.sizeBytes());
      volume.put("listedBlocks", disk.listed().size());
      volume.put("listedBytes", Sizes.listedBytes(disk.listed(), disk.sizeBytes()));
      volumes.add(volume);
      lines.add(
          Text.format(
              "  %s %s: %s, %s in %s",
              snapshotIds.get(number),
              disk.disk(),
              Text.bytes(disk.sizeBytes()),
              Text.bytes(Sizes.listedBytes(disk.listed(), disk.sizeBytes())),
              Text.count(disk.listed().size(), "block")));
    }
    json.put("encrypted", encrypted);
    json.put("volumes", volumes);
    json.put("seconds", watch.seconds());
    return new Document(json, lines);
  }
}
