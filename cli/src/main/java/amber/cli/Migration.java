package amber.cli;

import amber.ImageCopier;
import amber.PackOptions;
import amber.Progress;
import amber.ReadPlan;
import amber.ReadTap;
import amber.UnpackJournal;
import amber.archive.Geometry;
import amber.block.BlockSink;
import amber.block.BlockSource;
import amber.block.ResumableBlockSink;
import amber.ec2.TargetEncryption;
import amber.image.Image;
import amber.image.Manifest;
import amber.seal.Certificates;
import amber.seal.RecipientName;
import amber.seal.Signer;
import amber.task.TaskDirectory;
import amber.work.Preflight;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;

/** The way of an AMI to another account, region or partition. */
final class Migration {

  private final Console console;
  private final CommandSpec command;
  private final CommonOptions common;
  private final Options options;

  /**
   * How it goes.
   *
   * @param signer signs the archive
   * @param sealing encrypts it
   * @param proof how much is read back, if anything is
   * @param seed decides which blocks are in a sample
   */
  record Options(
      WriteOptions writing,
      AmiOptions ami,
      ThreadsOption threads,
      PricesOption prices,
      SideArchiveOptions archive,
      Optional<Signer> signer,
      PackSealing sealing,
      S3Options s3,
      Optional<SnapshotProof.Mode> proof,
      long seed) {}

  /** All that is to be made, when it is known to be possible. */
  private record Prepared(
      PackSource image,
      ReadPlan plan,
      UnpackTask task,
      NewAmiTarget target,
      Optional<SnapshotProof> proof,
      Optional<SideArchive> archive,
      MigrationLosses losses) {}

  Migration(Console console, CommandSpec command, CommonOptions common, Options options) {
    this.console = console;
    this.command = command;
    this.common = common;
    this.options = options;
  }

  /** Makes an AMI of another one. */
  int run(Operand.Ami from, Operand.NewAmi to, Sides sides, Stopwatch watch) throws IOException {
    Preflight preflight = new Preflight();
    try (PackSource image = PackSources.open(from, sides.from(), preflight)) {
      if (image == null) {
        preflight.check(
            () -> AmiUnpack.checkPlace(sides.to().ec2(), to.name(), options.ami(), preflight));
        common.requireClear(console, preflight);
      }
      Prepared prepared = prepare(image, to, sides, preflight);
      prepared.losses().all().forEach(loss -> tell(from, loss));
      warnOfBorders(sides);
      return options.writing().dryRun()
          ? plan(prepared, preflight, sides)
          : migrate(prepared, sides, watch);
    }
  }

  private void tell(Operand.Ami from, MigrationLosses.Loss loss) {
    String text = "%s: does not go along: %s".formatted(from, loss.text());
    if (loss.avoidable()) {
      common.warn(console, text);
    } else {
      common.note(console, text);
    }
  }

  private Prepared prepare(PackSource image, Operand.NewAmi to, Sides sides, Preflight preflight)
      throws IOException {
    ReadPlan plan = ReadPlan.of(image.image().volumes(), image.volumes());
    String name = to.name().or(image.image()::name).orElseThrow();
    UnpackTask task = task(image, plan, name, sides.to());
    Image fixed = Manifest.read(task.fix(image.manifest()), image.location());
    AmiUnpack unpack = new AmiUnpack(sides.to().ec2(), fixed, plan.listed(), name, options.ami());
    Optional<SnapshotProof> proof = Optional.empty();
    if (options.proof().isPresent()) {
      proof =
          Optional.of(
              new SnapshotProof(
                  options.proof().get(),
                  options.seed(),
                  plan,
                  image.volumes(),
                  sides.to().ec2(),
                  options.threads().count()));
      unpack.proving(proof.get());
    }
    NewAmiTarget target = new NewAmiTarget(name, unpack);
    preflight.check(() -> target.check(preflight, task));
    options.sealing().check(preflight);
    preflight.check(() -> warnOfPlainCopy(image.image(), sides.to(), preflight));
    Optional<PackTarget> place = archivePlace(image, sides, preflight);
    common.requireClear(console, preflight);
    Optional<SideArchive> archive = Optional.empty();
    if (place.isPresent()) {
      AwsSide side = options.archive().of(sides);
      archive = Optional.of(SideArchive.plan(image, plan, place.get(), side, making()));
    }
    return new Prepared(
        image, plan, task, target, proof, archive, MigrationLosses.of(image.image()));
  }

  private Optional<PackTarget> archivePlace(PackSource image, Sides sides, Preflight preflight)
      throws IOException {
    if (!options.archive().isGiven()) {
      return Optional.empty();
    }
    Operand to = Operand.parse(options.archive().archive());
    return Optional.ofNullable(
        SideArchive.target(
            to,
            options.archive().of(sides),
            image,
            options.s3(),
            options.writing(),
            making(),
            preflight));
  }

  private SideArchive.Making making() {
    PackOptions packing =
        new PackOptions(options.archive().level(), options.threads().count(), Geometry.DEFAULT);
    return new SideArchive.Making(
        console, command, common, packing, options.signer(), options.sealing(), tasks());
  }

  /** Looks up whether an earlier run of the same can be gone on with. */
  private UnpackTask task(PackSource image, ReadPlan plan, String name, AwsSide side)
      throws IOException {
    TaskRecipe source =
        new TaskRecipe(image.identity().orElseThrow())
            .withBlocks(plan.listed())
            .with("Amber", Version.tool())
            .with("the geometry", Geometry.DEFAULT.toString());
    return new UnpackTask(
        tasks(),
        TaskRun.start(console, command, image.location(), "ami:" + name),
        Optional.of(AmiUnpack.recipe(source, side, options.ami())),
        common.messages(console));
  }

  /** What is only tried out leaves no record, and takes none up. */
  private Optional<TaskDirectory> tasks() {
    return options.writing().dryRun() ? Optional.empty() : Tasks.of(console);
  }

  /** What was encrypted does not become plain unnoticed. */
  private void warnOfPlainCopy(Image image, AwsSide side, Preflight preflight) throws IOException {
    boolean wasEncrypted =
        image.attributes().get("ec2") instanceof Map<?, ?> ec2
            && ec2.get("snapshots") instanceof List<?> snapshots
            && snapshots.stream()
                .anyMatch(
                    each ->
                        each instanceof Map<?, ?> fields
                            && Boolean.TRUE.equals(fields.get("encrypted")));
    if (wasEncrypted && !options.ami().encrypt() && !TargetEncryption.of(side.ec2()).byDefault()) {
      preflight.warn(
          "%s: its snapshots are encrypted, and the new ones will not be; --encrypt or --kms-key-id encrypts them"
              .formatted(image.id().orElse("the image")));
    }
  }

  private void warnOfBorders(Sides sides) throws IOException {
    String from = IamPlace.partitionOf(sides.from().ec2().region());
    String to = IamPlace.partitionOf(sides.to().ec2().region());
    if (!from.equals(to)) {
      common.note(
          console,
          "data goes from partition %s to %s: see to it that laws and contracts allow that"
              .formatted(from, to));
    }
  }

  private int plan(Prepared prepared, Preflight preflight, Sides sides) throws IOException {
    Bill bill = sides.bill(options.prices().table());
    prepared.image().charge(bill, prepared.plan().listed());
    prepared.target().charge(bill);
    prepared.proof().ifPresent(proof -> proof.charge(bill));
    if (prepared.archive().isPresent()) {
      prepared.archive().get().charge(bill);
    }
    Document planned = withLosses(result(prepared).planned(), prepared);
    common.print(console, sides.shown(planned, preflight, bill));
    return Outcome.OK.exitCode();
  }

  private static ImageCopyResult result(Prepared prepared) {
    return new ImageCopyResult(
        prepared.image(),
        prepared.plan(),
        prepared.target(),
        RegisterResult.lost(prepared.image().image()),
        ImageCopyResult.Verb.MIGRATE);
  }

  private static Document withLosses(Document document, Prepared prepared) {
    Document all = document.with("notMigrated", prepared.losses().json(), List.of());
    if (prepared.archive().isEmpty()) {
      return all;
    }
    SideArchive archive = prepared.archive().get();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("location", archive.location());
    archive.stored().ifPresent(stored -> json.put("sizeBytes", stored.sizeBytes()));
    json.put(
        "signedBy",
        archive.signer().map(SignatureDescription::json).map(List::of).orElse(List.of()));
    json.put("encryptedTo", archive.encryptedTo().stream().map(RecipientName::values).toList());
    String size = archive.stored().map(stored -> ", " + Text.bytes(stored.sizeBytes())).orElse("");
    List<String> text = new ArrayList<>();
    text.add("  archive: " + archive.location() + size);
    archive
        .signer()
        .ifPresent(by -> text.add("  signed by " + Certificates.name(by.certificate())));
    archive.encryptedTo().forEach(to -> text.add("  encrypted to " + to.text()));
    return all.with("archive", json, text);
  }

  private int migrate(Prepared prepared, Sides sides, Stopwatch watch) throws IOException {
    Progress progress = new Progress();
    ImageCopier copier = new ImageCopier(options.threads().count(), progress);
    List<BlockSource> volumes = prepared.image().volumes();
    Optional<AmiUnpack.Made> made;
    if (prepared.archive().isPresent()) {
      made =
          prepared
              .archive()
              .get()
              .run(
                  progress,
                  (tap, reading) ->
                      make(
                          prepared,
                          new SharedBlocks(prepared.plan(), volumes, copier, tap, reading),
                          progress));
    } else {
      made = make(prepared, new CopiedBlocks(prepared.plan(), volumes, copier), progress);
    }
    made.ifPresent(this::warnOf);
    Document done = withLosses(result(prepared).copied(made, progress.snapshot(), watch), prepared);
    if (prepared.proof().isPresent()) {
      SnapshotProof proof = prepared.proof().get();
      done = done.with("verified", proof.json(), List.of("  " + proof.text()));
    }
    common.confirm(console, sides.requests().addedTo(done));
    return Outcome.OK.exitCode();
  }

  private Optional<AmiUnpack.Made> make(Prepared prepared, ImageBlocks blocks, Progress progress)
      throws IOException {
    return prepared
        .task()
        .run(
            progress,
            prepared.target().work(blocks),
            work -> common.showing(console, MigrateCommand.NAME, progress, work));
  }

  private void warnOf(AmiUnpack.Made made) {
    String imageId = made.image().imageId();
    made.flaw().ifPresent(flaw -> common.warn(console, flaw));
    made.image()
        .differences()
        .forEach(text -> common.warn(console, "%s: %s".formatted(imageId, text)));
  }

  /** The blocks of an image of which an archive is made meanwhile. */
  private record SharedBlocks(
      ReadPlan plan,
      List<BlockSource> volumes,
      ImageCopier copier,
      ReadTap tap,
      ImageCopier.Reading reading)
      implements ImageBlocks {

    @Override
    public void into(BlockSink sink) throws IOException {
      copier.copy(plan, volumes, sink, tap, reading);
    }

    @Override
    public void into(ResumableBlockSink sink, UnpackJournal notes) throws IOException {
      copier.copy(plan, volumes, sink, notes, tap, reading);
    }
  }
}
