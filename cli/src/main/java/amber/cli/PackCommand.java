package amber.cli;

import amber.PackOptions;
import amber.Packer;
import amber.Progress;
import amber.archive.ArchiveStamp;
import amber.archive.Geometry;
import amber.archive.Plan;
import amber.block.BlockSet;
import amber.seal.Signer;
import amber.store.ArchiveBound;
import amber.store.ArchiveSink;
import amber.store.Remains;
import amber.store.StoredArchive;
import amber.task.Task;
import amber.task.TaskDirectory;
import amber.work.Preflight;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code amber pack}. */
@Command(
    name = PackCommand.NAME,
    abbreviateSynopsis = true,
    aliases = "store",
    header = {
      "Stores an AMI, a snapshot, a disk or an image directory as one archive.",
      "",
      "  amber pack ami-0abc123def4567890 s3://archive/",
      "  amber pack snap-0abc123def4567890 snapshot.bin",
      "  amber pack --level 12 /dev/vdb /backup/",
      "  amber pack restored/ - | ssh host 'cat > image.bin'",
      ""
    })
final class PackCommand implements Callable<Integer>, Undoing {

  /** The verb. */
  static final String NAME = "pack";

  private final Console console;

  @Parameters(
      index = "0",
      paramLabel = "SOURCE",
      description =
          "An AMI or a snapshot by its id, a raw disk image, a block device, or an image"
              + " directory (with manifest.json and volume-00.raw ...).")
  private String source;

  @Parameters(
      index = "1",
      paramLabel = "ARCHIVE",
      description =
          "Where the archive goes: a file, s3://BUCKET/KEY, or '-' for stdout. A directory,"
              + " and a bucket or a key that ends in '/', get one named after the image.")
  private String archive;

  @Option(
      names = "--level",
      paramLabel = "1..19",
      defaultValue = "3",
      converter = Values.Level.class,
      description = "zstd level: 1 is fast, 19 is small (default: 3).")
  private int level;

  @Mixin private ThreadsOption threads;

  @Mixin private SigningOptions signing;

  @Mixin private WriteOptions writing;

  @Mixin private PricesOption prices;

  @Mixin private SealingOptions encryption;

  @Mixin private DiskOptions disk;

  @Mixin private S3Options s3;

  @Mixin private AwsSides aws;

  @Mixin private CommonOptions common;

  @Spec private CommandSpec command;

  PackCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Stopwatch watch = new Stopwatch();
    Operand from = Operand.parse(source);
    Operand to = Operand.parse(archive);
    if (!(to instanceof Operand.Stored)) {
      Given.refuse(command, S3Options.Stored.class, "archives in S3");
    }
    PackSources.requireSense(from);
    DiskOptions.requireSense(command, from);
    requirePlace(to);
    Optional<Signer> signer = signing.signer();
    Preflight preflight = new Preflight();
    try (AwsSide fromSide = new AwsSide(aws.from(), console, common.traffic(console));
        AwsSide toSide = new AwsSide(aws.to(), console, common.traffic(console));
        PackSealing sealing =
            encryption.sealing(new KmsSides(List.of(toSide, fromSide)), command, common, console);
        Opened opened = new Opened()) {
      Sides sides = new Sides(fromSide, toSide);
      check(from, to, sides, opened, preflight);
      sealing.check(preflight);
      common.requireClear(console, preflight);
      PackTarget place = opened.target.holding(!sealing.isWanted());
      return pack(opened.image, signer, sealing, place, preflight, watch, sides);
    }
  }

  /** What is packed and where it goes, as far as it could be opened. */
  private static final class Opened implements Closeable {
    private PackSource image;
    private PackTarget target;

    @Override
    public void close() throws IOException {
      if (image != null) {
        image.close();
      }
    }
  }

  /** Looks at both sides, at once as far as the target is not named after the image. */
  private void check(Operand from, Operand to, Sides sides, Opened opened, Preflight preflight)
      throws InterruptedIOException {
    Preflight.Part source =
        part -> opened.image = PackSources.open(from, sides.from(), part, disk.attributes());
    if (!(to instanceof Operand.Stored stored)) {
      source.run(preflight);
      preflight.check(() -> opened.target = target(from, opened.image, to, sides.to(), preflight));
    } else if (stored.location().isPlace()) {
      boolean[] connected = new boolean[1];
      preflight.together(List.of(source, part -> connected[0] = part.check(() -> sides.to().s3())));
      if (connected[0]) {
        preflight.check(
            () -> opened.target = target(from, opened.image, to, sides.to(), preflight));
      }
    } else {
      preflight.together(
          List.of(
              source,
              part -> part.check(() -> opened.target = target(from, null, to, sides.to(), part))));
    }
  }

  private int pack(
      PackSource image,
      Optional<Signer> signer,
      PackSealing sealing,
      PackTarget target,
      Preflight preflight,
      Stopwatch watch,
      Sides sides)
      throws IOException {
    Progress progress = new Progress();
    Packer packer = new Packer(options(), progress, signer);
    PackTask task =
        new PackTask(
            tasks(),
            TaskRun.start(console, command, image.location(), target.location()),
            sealing,
            common.messages(console));
    Function<List<BlockSet>, Optional<TaskRecipe>> recipes =
        new PackRecipe(image, level, signer, sealing, target, sides.to())
            .with(ArchiveStamps.EPOCH, ArchiveStamps.epoch(console))
            .ofListed();
    Plan plan = plan(packer, image, recipes, task);
    image.warnings().forEach(warning -> common.warn(console, warning));
    PackResult result = new PackResult(image.location(), target.location(), plan, signer, sealing);
    if (writing.dryRun()) {
      Bill bill = sides.bill(prices.table());
      image.charge(bill, plan.listed());
      ArchiveBound bound = sealing.bound(plan.bound());
      target.dryRun(bound, bill);
      Document planned = sides.shown(result.planned(), preflight, bill);
      common.print(
          console,
          image instanceof AmiSource
              ? Savings.of(prices.table(), plan, bound).addedTo(planned)
              : planned);
      return Outcome.OK.exitCode();
    }
    ArchiveSink sink = target.sink(plan, warning -> common.warn(console, warning));
    StoredArchive stored =
        task.run(
            packer,
            plan,
            image,
            sink,
            progress,
            work -> common.showing(console, "pack", progress, work));
    Document packed = result.packed(stored, progress.snapshot(), watch);
    common.confirm(console, sides.requests().addedTo(packed));
    return Outcome.OK.exitCode();
  }

  /** What is only tried out leaves no record, and takes none up. */
  private Optional<TaskDirectory> tasks() {
    return writing.dryRun() ? Optional.empty() : Tasks.of(console);
  }

  private List<Remains> earlier(String target) {
    return EarlierRuns.remains(tasks(), NAME, target, common.messages(console));
  }

  private PackOptions options() {
    return new PackOptions(level, threads.count(), Geometry.DEFAULT);
  }

  private static void requirePlace(Operand operand) throws RefusedException {
    boolean place =
        operand instanceof Operand.Stream
            || operand instanceof Operand.Local
            || operand instanceof Operand.Stored;
    if (!place) {
      throw RefusedException.usage(
          operand + ": is no place for an archive, should be a file or s3://BUCKET/",
          "to make an AMI of an archive: amber unpack ARCHIVE ami:NAME");
    }
  }

  /**
   * Finds out whether an archive may be stored there.
   *
   * @param image what is packed, or null if it cannot be read: then its operand says what it is
   *     called
   */
  private PackTarget target(
      Operand from, PackSource image, Operand to, AwsSide side, Preflight preflight)
      throws IOException {
    if (to instanceof Operand.Stream) {
      return new StreamTarget(console, common.traffic(console));
    }
    String fileName =
        image == null ? PackSources.nameOf(from) + PackTarget.ENDING : PackTarget.fileName(image);
    if (to instanceof Operand.Local local) {
      return FileTarget.of(
          local, fileName, Optional.ofNullable(image), writing, this::earlier, preflight);
    }
    ObjectTarget target =
        ObjectTarget.of(
            side.s3(), ((Operand.Stored) to).location(), fileName, s3.settings(writing.replace()));
    target.check(preflight, earlier(target.location()));
    return target.showing(s3.showsImage());
  }

  private Plan plan(
      Packer packer,
      PackSource image,
      Function<List<BlockSet>, Optional<TaskRecipe>> recipes,
      PackTask task)
      throws IOException {
    Function<List<BlockSet>, ArchiveStamp> fresh = ArchiveStamps.of(console, image);
    return packer.plan(image.volumes(), listed -> task.fix(image, listed, recipes, fresh));
  }

  @Override
  public void undo(TaskDirectory tasks, Task task) throws IOException {
    try (AwsSide toSide = new AwsSide(aws.to(), console, common.traffic(console))) {
      ArchiveRemoval.undo(tasks, task, toSide, s3.settings(writing.replace()));
    }
  }
}
