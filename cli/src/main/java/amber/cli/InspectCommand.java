package amber.cli;

import amber.archive.ArchiveReader;
import amber.image.Volume;
import amber.store.ArchiveSource;
import amber.store.FileStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amber inspect}. */
@Command(
    name = "inspect",
    abbreviateSynopsis = true,
    header = {
      "Shows what an archive or an image holds; reads only an archive's ends.",
      "",
      "  amber inspect disk.bin",
      "  amber inspect s3://archive/ami-0abc123def4567890.bin",
      "  amber inspect ami-0abc123def4567890",
      "  amber inspect disk.img",
      "  amber inspect --output json disk.bin",
      "  amber inspect --manifest disk.bin > manifest.json",
      ""
    })
final class InspectCommand implements Callable<Integer> {

  private final Console console;

  @Parameters(
      index = "0",
      paramLabel = "ARCHIVE",
      description =
          "The archive to look at: a file, or s3://BUCKET/KEY; or an image: an AMI or a snapshot by"
              + " its id, a raw disk image, a block device, or an image directory.")
  private String what;

  @Option(
      names = "--manifest",
      description = "Print the image's manifest, byte for byte, and nothing else.")
  private boolean manifest;

  @Mixin private PricesOption prices;

  @Mixin private TrustOptions trust;

  @Mixin private IdentityOptions identity;

  @Mixin private AwsOptions aws;

  @Mixin private CommonOptions common;

  InspectCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Operand operand = Operand.parse(what);
    try (AwsSide side = new AwsSide(aws.settings(), console, common.traffic(console))) {
      if (operand instanceof Operand.Ami ami) {
        requireNoManifest(operand);
        return print(side, AmiDescription.ofImage(side.ec2(), ami.id()).document(prices.table()));
      }
      if (operand instanceof Operand.Snapshot snapshot) {
        requireNoManifest(operand);
        return print(
            side, AmiDescription.ofSnapshot(side.ec2(), snapshot.id()).document(prices.table()));
      }
      if (operand instanceof Operand.Local local && isDisk(local)) {
        return disk(local, side);
      }
      return archive(operand, side);
    }
  }

  /** A directory, a device, or a file that has neither an archive's beginning nor its end. */
  private static boolean isDisk(Operand.Local operand) throws IOException {
    Path path = operand.path();
    if (!Files.isRegularFile(path)) {
      return Files.exists(path);
    }
    if (!Volume.isValidSize(Files.size(path))) {
      return false;
    }
    try (ArchiveSource source = FileStore.open(path)) {
      return !Archives.beginsAsArchive(source) && ArchiveEnd.of(source).reader().isEmpty();
    }
  }

  private int disk(Operand.Local operand, AwsSide side) throws IOException {
    try (DiskSource disk = DiskSource.open(operand.path())) {
      if (manifest) {
        console.bytes(disk.manifest());
        return Outcome.OK.exitCode();
      }
      return print(side, new DiskDescription(disk).document());
    }
  }

  private int archive(Operand operand, AwsSide side) throws IOException {
    StoredArchives s3 = new StoredArchives(side, new ThawOptions(), console);
    ArchiveSource stored = Archives.source(operand, s3);
    boolean mustOpen = manifest || trust.isGiven();
    IdentityOptions.Opened opened =
        mustOpen
            ? identity.open(stored, console, new KmsSides(List.of(side)))
            : identity.openOrLook(stored, console, new KmsSides(List.of(side)));
    try (ArchiveSource source = opened.source()) {
      if (!opened.isOpen()) {
        return print(side, new SealedDescription(opened.sealed().orElseThrow()).document());
      }
      ArchiveReader reader = Archives.open(source, trust.trust());
      if (manifest) {
        console.bytes(reader.index().manifest());
        return Outcome.OK.exitCode();
      }
      Document document = new ArchiveDescription(reader, opened.sealed()).document();
      if (operand instanceof Operand.Stored || Savings.wasSnapshots(reader.image())) {
        document = Savings.of(prices.table(), reader, source.sizeBytes()).addedTo(document);
      }
      return print(side, document);
    }
  }

  private int print(AwsSide side, Document document) {
    common.print(console, side.requests().addedTo(document));
    return Outcome.OK.exitCode();
  }

  private void requireNoManifest(Operand operand) throws RefusedException {
    if (manifest) {
      throw RefusedException.usage(
          operand + ": has no manifest, an archive has", "leave --manifest out, or pack it first");
    }
  }
}
