package amber.cli;

import amber.Progress;
import amber.ReadPlan;
import amber.Salvager;
import amber.Verifier;
import amber.archive.ArchiveReader;
import amber.seal.SignerTrust;
import amber.store.ArchiveSource;
import amber.work.Preflight;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code amber verify}. */
@Command(
    name = "verify",
    abbreviateSynopsis = true,
    header = {
      "Reads every byte of an archive, or every block of an image, and checks it.",
      "",
      "  amber verify disk.bin",
      "  amber verify s3://archive/ami-0abc123def4567890.bin",
      "  amber verify --quick disk.bin",
      "  amber verify --scan damaged.bin",
      "  amber verify ami-0abc123def4567890",
      ""
    })
final class VerifyCommand implements Callable<Integer> {

  private final Console console;

  @Parameters(
      index = "0",
      paramLabel = "ARCHIVE",
      description =
          "The archive to check: a file, or s3://BUCKET/KEY; or an image: an AMI or a snapshot by"
              + " its id, a block device, or an image directory.")
  private String archive;

  @ArgGroup private Mode mode = new Mode();

  @Mixin private ThreadsOption threads;

  @Mixin private TrustOptions trust;

  @Mixin private ThawOptions thaw;

  @Mixin private IdentityOptions identity;

  @Mixin private AwsOptions aws;

  @Mixin private CommonOptions common;

  @Spec private CommandSpec command;

  /** At most one of them. */
  private static final class Mode {
    @Option(
        names = "--quick",
        description = "Check the archive's ends only: manifest, index, seal, seek table.")
    private boolean quick;

    @Option(
        names = "--scan",
        description =
            "Walk the archive from its beginning, as after it lost its end, and tell what is"
                + " whole and what is missing.")
    private boolean scan;
  }

  VerifyCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Stopwatch watch = new Stopwatch();
    Progress progress = new Progress();
    Operand operand = Operand.parse(archive);
    Optional<SignerTrust> trusted = trust.trust();
    if (trust.isGiven() && mode.scan) {
      throw RefusedException.usage(
          "--scan: reads what is left without the end, which has the signature",
          "leave out what asks for a signature");
    }
    if (isImage(operand)) {
      return image(operand, progress, watch);
    }
    try (AwsSide side = new AwsSide(aws.settings(), console, common.traffic(console));
        ArchiveSource source = source(operand, side)) {
      if (mode.scan) {
        return scan(source, progress, watch);
      }
      ArchiveReader reader = Archives.open(source, trusted);
      Verifier verifier = new Verifier(threads.count(), progress);
      if (mode.quick) {
        verifier.verifyEnds(reader);
      } else {
        common.showing(
            console,
            "verify",
            progress,
            () -> {
              verifier.verify(reader);
              return reader;
            });
      }
      common.confirm(console, side.requests().addedTo(verified(reader, watch)));
      return Outcome.OK.exitCode();
    }
  }

  private ArchiveSource source(Operand operand, AwsSide side) throws IOException {
    ArchiveSource stored = Archives.source(operand, new StoredArchives(side, thaw, console));
    ArchiveSource inside = identity.open(stored, console, new KmsSides(List.of(side))).source();
    return mode.scan ? Archives.forSalvage(inside) : inside;
  }

  /** A file can be an archive only: what is damaged must not pass for a disk. */
  private static boolean isImage(Operand operand) {
    return operand instanceof Operand.Ami
        || operand instanceof Operand.Snapshot
        || (operand instanceof Operand.Local local
            && Files.exists(local.path())
            && !Files.isRegularFile(local.path()));
  }

  private int image(Operand operand, Progress progress, Stopwatch watch) throws IOException {
    Given.refuse(command, Mode.class, "archives");
    Given.refuse(command, TrustOptions.Trust.class, "archives");
    Given.refuse(command, ThawOptions.Thaw.class, "archives in S3");
    Given.refuse(command, IdentityOptions.Given.class, "archives");
    Preflight preflight = new Preflight();
    try (AwsSide side = new AwsSide(aws.settings(), console, common.traffic(console));
        PackSource image = PackSources.open(operand, side, preflight)) {
      common.requireClear(console, preflight);
      ReadPlan plan = ReadPlan.of(image.image().volumes(), image.volumes());
      Verifier verifier = new Verifier(threads.count(), progress);
      List<byte[]> linear =
          common.showing(console, "verify", progress, () -> verifier.verify(plan, image.volumes()));
      ImageVerification verified = new ImageVerification(image, plan, linear, progress.snapshot());
      common.confirm(console, side.requests().addedTo(verified.document(watch)));
      return Outcome.OK.exitCode();
    }
  }

  private int scan(ArchiveSource source, Progress progress, Stopwatch watch) throws IOException {
    Salvager salvager = new Salvager(threads.count(), progress);
    Salvager.Report report =
        common.showing(console, "scan", progress, () -> salvager.report(source));
    SalvageResult result = new SalvageResult(source, report, ArchiveEnd.of(source));
    common.confirm(console, result.scanned(watch));
    return result.outcome().exitCode();
  }

  private Document verified(ArchiveReader reader, Stopwatch watch) {
    int volumes = reader.index().volumes().size();
    long listedBytes = Sizes.listedBytes(reader, IntStream.range(0, volumes).boxed().toList());
    long blocks = reader.index().volumes().stream().mapToLong(v -> v.listed().size()).sum();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("schema", 1);
    json.put("command", "verify");
    json.put("archive", reader.location());
    json.put("sizeBytes", reader.sizeBytes());
    json.put("mode", mode.quick ? "quick" : "full");
    json.put("complete", true);
    json.put("uuid", reader.index().uuid().toString());
    json.put("signedBy", SignatureDescription.json(reader));
    json.put("volumes", volumes);
    json.put("listedBlocks", blocks);
    json.put("listedBytes", listedBytes);
    json.put("readBytes", reader.bytesRead());
    json.put("seconds", watch.seconds());
    String checked =
        mode.quick
            ? "its ends are whole (%s read), its blocks were not looked at"
                .formatted(Text.bytes(reader.bytesRead()))
            : "every byte is whole: %s, %s in %s"
                .formatted(
                    Text.count(volumes, "volume"),
                    Text.bytes(listedBytes),
                    Text.count(blocks, "block"));
    String text =
        "verified %s: %s%s, %s"
            .formatted(
                reader.location(), checked, SignatureDescription.phrase(reader), watch.text());
    return new Document(json, List.of(text));
  }
}
