package amber.cli;

import amber.Progress;
import amber.UnpackJournal;
import amber.seal.SignerTrust;
import amber.store.Remains;
import amber.task.Task;
import amber.task.TaskDirectory;
import amber.work.Preflight;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code amber copy}. */
@Command(
    name = CopyCommand.NAME,
    abbreviateSynopsis = true,
    header = {
      "Copies an archive as it is, or an image with no archive between.",
      "",
      "  amber copy disk.bin s3://archive/",
      "  amber copy s3://archive/ami-0abc123def4567890.bin .",
      "  amber copy s3://archive/x.bin s3://gov/x.bin --to-profile gov \\",
      "      --to-region us-gov-west-1",
      "  amber copy disk.img ami:web-42 --boot-mode uefi",
      "  amber copy snap-0abc123def4567890 restored/",
      "  amber copy ami-0abc123def4567890 ami:web-42 --to-region us-west-2",
      ""
    })
final class CopyCommand implements Callable<Integer>, Undoing {

  /** The verb. */
  static final String NAME = "copy";

  private final Console console;

  @Parameters(
      index = "0",
      paramLabel = "SOURCE",
      description =
          "The archive to copy: a file, or s3://BUCKET/KEY. Or an image: an AMI or a snapshot by"
              + " its id, a raw disk image, a block device, or an image directory.")
  private String source;

  @Parameters(
      index = "1",
      paramLabel = "TARGET",
      description =
          "Where the archive goes: a file, or s3://BUCKET/KEY. A directory, and a bucket or a key"
              + " that ends in '/', get one of the same name. Where the image goes: ami:NAME, or a"
              + " directory that is empty or does not exist yet.")
  private String target;

  @Option(
      names = "--stream",
      description =
          "Read the archive and send it in Amber's own parts, also where S3 or the SDK's transfer"
              + " manager could copy it.")
  private boolean stream;

  @Mixin private ThreadsOption threads;

  @Mixin private WriteOptions writing;

  @Mixin private PricesOption prices;

  @Mixin private S3Options s3;

  @Mixin private TrustOptions trust;

  @Mixin private ThawOptions thaw;

  @Mixin private AmiOptions ami;

  @Mixin private AwsSides aws;

  @Mixin private CommonOptions common;

  @Spec private CommandSpec command;

  CopyCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Stopwatch watch = new Stopwatch();
    Operand from = Operand.parse(source);
    Operand to = Operand.parse(target);
    boolean images = CopyOperands.areImages(from, to);
    requireSense(images, from, to);
    try (AwsSide fromSide = new AwsSide(aws.from(), console, common.traffic(console));
        AwsSide toSide = new AwsSide(aws.to(), console, common.traffic(console))) {
      if (images) {
        return new ImageCopy(
                console, command, common, new ImageCopy.Options(writing, ami, threads, prices))
            .run(from, fromSide, to, toSide, watch);
      }
      try (CopySource archive = open(from, fromSide, to, toSide)) {
        CopyTarget place = CopyTarget.of(to, toSide, archive, writing, s3, this::earlier);
        CopyRoute route =
            CopyRoute.of(archive, fromSide, place, toSide, stream, Tasks.of(console).isPresent());
        return copy(archive, place, route, watch, new Sides(fromSide, toSide));
      }
    }
  }

  private void requireSense(boolean images, Operand from, Operand to) throws RefusedException {
    if (images || !(to instanceof Operand.Stored)) {
      Given.refuse(command, S3Options.Stored.class, "archives in S3");
    }
    if (images || !(from instanceof Operand.Stored)) {
      Given.refuse(command, ThawOptions.Thaw.class, "archives in S3");
    }
    if (images) {
      Given.refuse(command, TrustOptions.Trust.class, "archives");
    }
    if (images && stream) {
      throw RefusedException.usage("--stream: is for archives", "leave it out");
    }
    if (!images) {
      Given.refuse(command, AmiOptions.Made.class, "an AMI as the target");
      Given.refuse(command, ThreadsOption.class, "images");
    }
  }

  /** Opens the archive; if that fails, tells as well what stands in the way of the other side. */
  private CopySource open(Operand from, AwsSide fromSide, Operand to, AwsSide toSide)
      throws IOException {
    CopySource[] opened = new CopySource[1];
    Optional<SignerTrust> trusted = trust.trust();
    StoredArchives stored = new StoredArchives(fromSide, thaw, console);
    Preflight preflight = new Preflight();
    if (!preflight.check(() -> opened[0] = CopySource.open(from, fromSide, stored, trusted))) {
      String name = CopySource.name(from.toString());
      CopyTarget.check(preflight, to, toSide, name, writing, s3);
      common.requireClear(console, preflight);
    }
    return opened[0];
  }

  /** The transfer manager does not tell its own, and some are worse than none. */
  private static AwsRequests requests(CopyRoute route, Sides sides) {
    return route.way() == CopyRoute.Way.TRANSFER_MANAGER ? AwsRequests.NONE : sides.requests();
  }

  private int copy(
      CopySource archive, CopyTarget place, CopyRoute route, Stopwatch watch, Sides sides)
      throws IOException {
    archive.warnings().forEach(warning -> common.warn(console, warning));
    place.warnings().forEach(warning -> common.warn(console, warning));
    route.warnings().forEach(warning -> common.warn(console, warning));
    CopyResult result = new CopyResult(archive, place, route);
    if (writing.dryRun()) {
      Bill bill = new Bill(prices.table());
      route.charge(bill, archive, place);
      Document planned = sides.checked(result.planned(), place.preflight()).with(bill);
      common.print(console, requests(route, sides).addedTo(planned));
      return Outcome.OK.exitCode();
    }
    Progress progress = new Progress();
    CopyRun run = new CopyRun(archive, place, progress.copying(archive.sizeBytes()));
    new CopyTask(
            Tasks.of(console),
            TaskRun.start(console, command, archive.location(), place.location()),
            common.messages(console))
        .run(
            run,
            route.way(),
            recipe(archive, place, route, sides.to()),
            TaskResult.ofArchive(place.location(), archive.sizeBytes()),
            progress,
            work -> common.showing(console, NAME, progress, work));
    run.warnings().forEach(warning -> common.warn(console, warning));
    common.confirm(console, requests(route, sides).addedTo(result.copied(run, watch)));
    return Outcome.OK.exitCode();
  }

  private static TaskRecipe recipe(
      CopySource archive, CopyTarget place, CopyRoute route, AwsSide to) throws IOException {
    TaskRecipe recipe = new TaskRecipe(archive.identity()).with("the way", route.way().id());
    return place.object().isPresent()
        ? recipe.withObject(ObjectTarget.options(place.settings())).withPlace(to.s3Place())
        : recipe.withObject("");
  }

  /** What is only tried out takes no record up. */
  private List<Remains> earlier(String place) {
    return EarlierRuns.remains(
        writing.dryRun() ? Optional.empty() : Tasks.of(console),
        NAME,
        place,
        common.messages(console));
  }

  @Override
  public void undo(TaskDirectory tasks, Task task) throws IOException {
    try (AwsSide toSide = new AwsSide(aws.to(), console, common.traffic(console))) {
      if (UnpackJournal.isOf(tasks, task.id())) {
        ImageRemoval.undo(tasks, task, toSide, Operand.parse(target));
      } else {
        ArchiveRemoval.undo(tasks, task, toSide, s3.settings(writing.replace()));
      }
    }
  }
}
