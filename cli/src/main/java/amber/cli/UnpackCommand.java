package amber.cli;

import amber.Progress;
import amber.Salvager;
import amber.Unpacker;
import amber.archive.ArchiveReader;
import amber.archive.VolumeEntry;
import amber.block.BlockSet;
import amber.seal.SignerTrust;
import amber.store.ArchiveSource;
import amber.task.Task;
import amber.task.TaskDirectory;
import amber.work.Preflight;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code amber unpack}. */
@Command(
    name = UnpackCommand.NAME,
    abbreviateSynopsis = true,
    aliases = "restore",
    header = {
      "Restores an archive: as a new AMI, or as sparse files with the manifest.",
      "",
      "  amber unpack s3://archive/ami-0abc123def4567890.bin ami:web-42",
      "  amber unpack disk.bin restored/",
      "  amber unpack --volume /dev/xvdb image.bin data/",
      "  amber unpack --salvage damaged.bin rescued/",
      ""
    })
final class UnpackCommand implements Callable<Integer>, Undoing {

  /** The verb. */
  static final String NAME = "unpack";

  private final Console console;

  @Parameters(
      index = "0",
      paramLabel = "ARCHIVE",
      description = "The archive to unpack: a file, or s3://BUCKET/KEY.")
  private String archive;

  @Parameters(
      index = "1",
      paramLabel = "TARGET",
      description =
          "A directory that is empty or does not exist yet, or ami:NAME for an AMI to be"
              + " registered ('ami:' keeps the name that was packed).")
  private String target;

  @Option(
      names = "--salvage",
      description =
          "Recover what is whole in a damaged or cut archive, and tell in salvage.json what"
              + " is not.")
  private boolean salvage;

  @Mixin private VolumesOption volumes;

  @Mixin private ThreadsOption threads;

  @Mixin private WriteOptions writing;

  @Mixin private PricesOption prices;

  @Mixin private AmiOptions ami;

  @Mixin private TrustOptions trust;

  @Mixin private ThawOptions thaw;

  @Mixin private IdentityOptions identity;

  @Mixin private AwsSides aws;

  @Spec private CommandSpec command;

  @Mixin private CommonOptions common;

  UnpackCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Stopwatch watch = new Stopwatch();
    Operand from = Operand.parse(archive);
    Operand to = Operand.parse(target);
    requireSense(from, to);
    Optional<SignerTrust> trusted = trust.trust();
    Preflight preflight = new Preflight();
    try (AwsSide fromSide = new AwsSide(aws.from(), console, common.traffic(console));
        AwsSide toSide = new AwsSide(aws.to(), console, common.traffic(console));
        ArchiveSource source = source(from, new Sides(fromSide, toSide), preflight)) {
      Sides sides = new Sides(fromSide, toSide);
      ArchiveReader reader = salvage || source == null ? null : reader(source, trusted, preflight);
      if (to instanceof Operand.NewAmi image) {
        if (reader == null) {
          preflight.check(() -> AmiUnpack.checkPlace(toSide.ec2(), image.name(), ami, preflight));
          common.requireClear(console, preflight);
        }
        return register(reader, image, preflight, watch, sides);
      }
      Path directory = directory(to);
      if (salvage || !isThere(directory)) {
        preflight.check(
            () -> {
              requireFree(from, directory);
              preflight.found(directory.toString(), "may be made");
            });
      }
      if (salvage) {
        common.requireClear(console, preflight);
        return salvage(source, directory, watch);
      }
      return unpack(reader, directory, preflight, watch, sides);
    }
  }

  /** Opens the archive's file or object, or remembers why it cannot be. */
  private ArchiveSource source(Operand from, Sides sides, Preflight preflight)
      throws InterruptedIOException {
    ArchiveSource[] opened = new ArchiveSource[1];
    preflight.check(
        () -> {
          ArchiveSource stored =
              Archives.source(from, new StoredArchives(sides.from(), thaw, console));
          KmsSides kms = new KmsSides(List.of(sides.from(), sides.to()));
          ArchiveSource inside = identity.open(stored, console, kms).source();
          opened[0] = salvage ? Archives.forSalvage(inside) : inside;
        });
    return opened[0];
  }

  /** Opens the archive by its end, or remembers why it cannot be. */
  private static ArchiveReader reader(
      ArchiveSource source, Optional<SignerTrust> trusted, Preflight preflight)
      throws InterruptedIOException {
    ArchiveReader[] opened = new ArchiveReader[1];
    preflight.check(
        () -> {
          opened[0] = Archives.open(source, trusted);
          preflight.found(
              source.location(), "its ends are whole, " + Text.bytes(source.sizeBytes()));
        });
    return opened[0];
  }

  private void requireSense(Operand from, Operand to) throws RefusedException {
    Archives.requireSense(from);
    if (salvage) {
      Given.refuse(command, TrustOptions.Trust.class, "archives whose end is whole");
    }
    if (!(from instanceof Operand.Stored)) {
      Given.refuse(command, ThawOptions.Thaw.class, "archives in S3");
    }
    if (!(to instanceof Operand.NewAmi)) {
      Given.refuse(command, AmiOptions.Made.class, "an AMI as the target");
      directory(to);
      return;
    }
    if (writing.replace()) {
      throw RefusedException.usage(
          "--replace: is for files and objects, an AMI is not replaced", "choose another name");
    }
    String refused = salvage ? "--salvage" : "--volume";
    if (salvage || volumes.isGiven()) {
      throw RefusedException.usage(
          refused + ": is for directories, an AMI should have all of its volumes",
          "unpack to a directory");
    }
  }

  private static Path directory(Operand operand) throws RefusedException {
    if (operand instanceof Operand.Local local) {
      return local.path();
    }
    if (operand instanceof Operand.Stream) {
      throw RefusedException.usage(
          "-: disks cannot be written to stdout, they are several sparse files",
          "name a directory");
    }
    throw RefusedException.usage(
        operand + ": is no place for disks, should be a directory or ami:NAME",
        "a new image gets a name from you, and its id from EC2");
  }

  private int register(
      ArchiveReader reader,
      Operand.NewAmi target,
      Preflight preflight,
      Stopwatch watch,
      Sides sides)
      throws IOException {
    String name = name(target, reader);
    List<BlockSet> listed = reader.index().volumes().stream().map(VolumeEntry::listed).toList();
    AmiUnpack unpack = new AmiUnpack(sides.to().ec2(), reader.image(), listed, name, ami);
    TaskRecipe recipe = AmiUnpack.recipe(UnpackTask.recipe(reader), sides.to(), ami);
    UnpackTask task = task(reader, "ami:" + name, recipe);
    List<String> notes = unpack.check(preflight, task.left());
    common.requireClear(console, preflight);
    notes.forEach(note -> common.warn(console, note));
    List<String> lost = RegisterResult.lost(reader.image());
    lost.forEach(note -> common.warn(console, "ami:%s: not restored: %s".formatted(name, note)));
    RegisterResult result =
        new RegisterResult(
            new UnpackResult(reader, "ami:" + name, volumes.of(reader), false), name, lost);
    if (writing.dryRun()) {
      Bill bill = bill(reader, volumes.of(reader), sides);
      unpack.charge(bill);
      common.print(console, sides.shown(result.planned(), preflight, bill));
      return Outcome.OK.exitCode();
    }
    Progress progress = new Progress();
    AmiUnpack.Made made =
        task.run(
            progress,
            unpack.work(blocks(reader, volumes.of(reader), progress)),
            work -> common.showing(console, NAME, progress, work));
    made.flaw().ifPresent(flaw -> common.warn(console, flaw));
    String imageId = made.image().imageId();
    made.image()
        .differences()
        .forEach(text -> common.warn(console, "%s: %s".formatted(imageId, text)));
    common.confirm(console, sides.requests().addedTo(result.made(made, watch)));
    return Outcome.OK.exitCode();
  }

  /** What is only tried out leaves no record, and takes none up. */
  private Optional<TaskDirectory> tasks() {
    return writing.dryRun() ? Optional.empty() : Tasks.of(console);
  }

  private UnpackTask task(ArchiveReader reader, String to, TaskRecipe recipe)
      throws RefusedException {
    return new UnpackTask(
        tasks(),
        TaskRun.start(console, command, reader.location(), to),
        Optional.of(recipe),
        common.messages(console));
  }

  private ImageBlocks blocks(ArchiveReader reader, SortedSet<Integer> chosen, Progress progress) {
    return new ArchiveBlocks(reader, chosen, new Unpacker(threads.count(), progress));
  }

  @Override
  public void undo(TaskDirectory tasks, Task task) throws IOException {
    try (AwsSide side = new AwsSide(aws.to(), console, common.traffic(console))) {
      ImageRemoval.undo(tasks, task, side, Operand.parse(target));
    }
  }

  private static String name(Operand.NewAmi target, ArchiveReader archive) throws RefusedException {
    return target
        .name()
        .or(archive.image()::name)
        .orElseThrow(
            () ->
                RefusedException.usage(
                    archive.location() + ": its image has no name", "name it: ami:NAME"));
  }

  private boolean isThere(Path directory) throws IOException {
    return DirectoryUnpack.isMade(directory, UnpackTask.noted(tasks(), NAME, directory.toString()));
  }

  private void requireFree(Operand from, Path directory) throws IOException {
    DirectoryTarget.requireFree(directory, writing.replace());
    Path absolute = directory.toAbsolutePath().normalize();
    boolean holdsArchive =
        from instanceof Operand.Local local
            && absolute.equals(local.path().toAbsolutePath().normalize().getParent());
    if (holdsArchive) {
      throw RefusedException.usage(
          directory + ": holds the archive itself, should be another directory",
          "choose another name");
    }
  }

  private int unpack(
      ArchiveReader reader, Path directory, Preflight preflight, Stopwatch watch, Sides sides)
      throws IOException {
    SortedSet<Integer> chosen = new TreeSet<>();
    if (reader != null) {
      preflight.check(() -> chosen.addAll(volumes.of(reader)));
    }
    common.requireClear(console, preflight);
    boolean whole = !volumes.isGiven();
    Progress progress = new Progress();
    DirectoryUnpack unpack =
        new DirectoryUnpack(
            directory,
            writing,
            whole ? Optional.of(reader.index().manifest()) : Optional.empty(),
            blocks(reader, chosen, progress));
    TaskRecipe recipe = UnpackTask.recipe(reader).with("--volume", whole ? "" : chosen.toString());
    UnpackTask task = task(reader, directory.toString(), recipe);
    if (!task.goesOn()) {
      long bytes = Sizes.listedBytes(reader, chosen);
      preflight.check(() -> DirectoryTarget.requireRoom(directory, bytes, preflight));
      common.requireClear(console, preflight);
    }
    UnpackResult result = new UnpackResult(reader, directory.toString(), chosen, whole);
    if (writing.dryRun()) {
      Bill bill = bill(reader, chosen, sides);
      common.print(console, sides.shown(result.planned(), preflight, bill));
      return Outcome.OK.exitCode();
    }
    task.run(progress, unpack, work -> common.showing(console, NAME, progress, work));
    common.confirm(console, sides.requests().addedTo(result.unpacked(watch)));
    return Outcome.OK.exitCode();
  }

  /** What reading the volumes costs, if the archive is in S3. */
  private Bill bill(ArchiveReader archive, SortedSet<Integer> volumes, Sides sides)
      throws IOException {
    Bill bill = sides.bill(prices.table());
    if (Operand.parse(this.archive) instanceof Operand.Stored) {
      long segments = 0;
      long bytes = 0;
      for (int number : volumes) {
        VolumeEntry volume = archive.index().volumes().get(number);
        segments += volume.segmentCount();
        bytes += archive.index().storedBytes(volume);
      }
      // The end is read once more when all is restored.
      bill.readArchive(segments + archive.reads(), bytes + archive.bytesRead());
    }
    return bill;
  }

  private int salvage(ArchiveSource source, Path directory, Stopwatch watch) throws IOException {
    if (volumes.isGiven()) {
      throw RefusedException.usage(
          "--salvage and --volume: exclude each other", "salvage all, and keep what you need");
    }
    Progress progress = new Progress();
    SalvageRun run = new SalvageRun(source, new Salvager(threads.count(), progress));
    SalvageResult result =
        common.showing(
            console,
            "salvage",
            progress,
            () -> writing.dryRun() ? run.report() : run.recover(directory, writing));
    Document document = result.salvaged(directory.toString(), writing.dryRun(), watch);
    if (writing.dryRun()) {
      common.print(console, document);
    } else {
      common.confirm(console, document);
    }
    return result.outcome().exitCode();
  }
}
