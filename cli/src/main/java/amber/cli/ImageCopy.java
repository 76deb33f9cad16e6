package amber.cli;

import amber.ImageCopier;
import amber.Progress;
import amber.ReadPlan;
import amber.archive.Geometry;
import amber.image.Image;
import amber.image.Manifest;
import amber.task.TaskDirectory;
import amber.work.Preflight;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;

/** A copy of an image from where it is to where it shall be, with no archive between. */
final class ImageCopy {

  private final Console console;
  private final CommandSpec command;
  private final CommonOptions common;
  private final Options options;

  /** How it is copied. */
  record Options(
      WriteOptions writing, AmiOptions ami, ThreadsOption threads, PricesOption prices) {}

  ImageCopy(Console console, CommandSpec command, CommonOptions common, Options options) {
    this.console = console;
    this.command = command;
    this.common = common;
    this.options = options;
  }

  /** Copies what one operand names to where the other says. */
  int run(Operand from, AwsSide fromSide, Operand to, AwsSide toSide, Stopwatch watch)
      throws IOException {
    requireSense(to);
    Preflight preflight = new Preflight();
    try (PackSource image =
        PackSources.open(from, fromSide, preflight, options.ami().attributes())) {
      if (image == null) {
        checkPlace(to, toSide, preflight);
        common.requireClear(console, preflight);
      }
      ReadPlan plan = ReadPlan.of(image.image().volumes(), image.volumes());
      UnpackTask task = task(image, plan, to, toSide);
      ImageTarget target = target(image, task, plan, to, toSide);
      preflight.check(() -> target.check(preflight, task));
      common.requireClear(console, preflight);
      return copy(image, task, plan, target, preflight, watch, new Sides(fromSide, toSide));
    }
  }

  private void requireSense(Operand to) throws RefusedException {
    if (to instanceof Operand.NewAmi) {
      if (options.writing().replace()) {
        throw RefusedException.usage(
            "--replace: is for files and objects, an AMI is not replaced", "choose another name");
      }
      return;
    }
    Given.refuse(command, AmiOptions.Made.class, "an AMI as the target");
  }

  /** Tells what stands in the way of the place alone, if the image cannot be read. */
  private void checkPlace(Operand to, AwsSide side, Preflight preflight)
      throws InterruptedIOException {
    if (to instanceof Operand.NewAmi target) {
      preflight.check(
          () -> AmiUnpack.checkPlace(side.ec2(), target.name(), options.ami(), preflight));
    } else {
      Path path = ((Operand.Local) to).path();
      preflight.check(() -> DirectoryTarget.requireFree(path, options.writing().replace()));
    }
  }

  /** Looks up whether an earlier run of the same copy can be gone on with. */
  private UnpackTask task(PackSource image, ReadPlan plan, Operand to, AwsSide side)
      throws IOException {
    Optional<TaskRecipe> recipe = Optional.empty();
    if (image.identity().isPresent()) {
      TaskRecipe source =
          new TaskRecipe(image.identity().get())
              .withBlocks(plan.listed())
              .with("Amber", Version.tool())
              .with("the geometry", Geometry.DEFAULT.toString());
      recipe =
          Optional.of(
              to instanceof Operand.NewAmi
                  ? AmiUnpack.recipe(source, side, options.ami())
                  : source);
    }
    return new UnpackTask(
        tasks(),
        TaskRun.start(console, command, image.location(), location(image, to)),
        recipe,
        common.messages(console));
  }

  /** What is only tried out leaves no record, and takes none up. */
  private Optional<TaskDirectory> tasks() {
    return options.writing().dryRun() ? Optional.empty() : Tasks.of(console);
  }

  private static String location(PackSource source, Operand to) throws RefusedException {
    return to instanceof Operand.NewAmi target
        ? "ami:" + name(source, target)
        : ((Operand.Local) to).path().toString();
  }

  private static String name(PackSource source, Operand.NewAmi target) throws RefusedException {
    return target
        .name()
        .or(source.image()::name)
        .orElseThrow(
            () ->
                RefusedException.usage(
                    source.location() + ": has no name", "name the image: ami:NAME"));
  }

  private ImageTarget target(
      PackSource source, UnpackTask task, ReadPlan plan, Operand to, AwsSide side)
      throws IOException {
    byte[] manifest = task.fix(source.manifest());
    if (to instanceof Operand.NewAmi target) {
      Image image = Manifest.read(manifest, source.location());
      String name = name(source, target);
      return new NewAmiTarget(
          name, new AmiUnpack(side.ec2(), image, plan.listed(), name, options.ami()));
    }
    Path path = ((Operand.Local) to).path();
    if (Path.of(source.location()).equals(path)
        || (Files.exists(path)
            && Files.exists(Path.of(source.location()))
            && Files.isSameFile(path, Path.of(source.location())))) {
      throw RefusedException.usage(
          path + ": is what is copied, should be another directory", "choose another name");
    }
    boolean made =
        DirectoryUnpack.isMade(path, UnpackTask.noted(tasks(), CopyCommand.NAME, path.toString()));
    return new DirectoryTarget(path, manifest, Sizes.listedBytes(plan), made, options.writing());
  }

  private int copy(
      PackSource image,
      UnpackTask task,
      ReadPlan plan,
      ImageTarget target,
      Preflight preflight,
      Stopwatch watch,
      Sides sides)
      throws IOException {
    // Of an AMI that becomes another, the same is told as what is lost.
    if (!(image instanceof AmiSource && target instanceof NewAmiTarget)) {
      image.warnings().forEach(warning -> common.warn(console, warning));
    }
    List<String> lost = lost(image, target);
    ImageCopyResult result = new ImageCopyResult(image, plan, target, lost);
    if (options.writing().dryRun()) {
      Bill bill = sides.bill(options.prices().table());
      image.charge(bill, plan.listed());
      target.charge(bill);
      common.print(console, sides.shown(result.planned(), preflight, bill));
      return Outcome.OK.exitCode();
    }
    Progress progress = new Progress();
    ImageCopier copier = new ImageCopier(options.threads().count(), progress);
    Optional<AmiUnpack.Made> made =
        task.run(
            progress,
            target.work(new CopiedBlocks(plan, image.volumes(), copier)),
            work -> common.showing(console, CopyCommand.NAME, progress, work));
    made.ifPresent(this::warnOf);
    Document copied = result.copied(made, progress.snapshot(), watch);
    common.confirm(console, sides.requests().addedTo(copied));
    return Outcome.OK.exitCode();
  }

  private void warnOf(AmiUnpack.Made made) {
    String imageId = made.image().imageId();
    made.flaw().ifPresent(flaw -> common.warn(console, flaw));
    made.image()
        .differences()
        .forEach(text -> common.warn(console, "%s: %s".formatted(imageId, text)));
  }

  /** What the image has and a new AMI cannot have; a directory keeps all of it. */
  private List<String> lost(PackSource image, ImageTarget target) {
    if (!(target instanceof NewAmiTarget)) {
      return List.of();
    }
    List<String> lost = RegisterResult.lost(image.image());
    lost.forEach(
        note -> common.warn(console, "%s: not restored: %s".formatted(target.location(), note)));
    return lost;
  }
}
