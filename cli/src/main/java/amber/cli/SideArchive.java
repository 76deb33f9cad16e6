package amber.cli;

import amber.ImageCopier;
import amber.PackOptions;
import amber.Packer;
import amber.Progress;
import amber.ReadPlan;
import amber.ReadTap;
import amber.archive.ArchiveStamp;
import amber.archive.Geometry;
import amber.archive.Plan;
import amber.block.BlockSet;
import amber.frame.ZstdLibrary;
import amber.seal.RecipientName;
import amber.seal.Signer;
import amber.store.ArchiveSink;
import amber.store.Remains;
import amber.store.StoredArchive;
import amber.task.TaskDirectory;
import amber.task.TaskStart;
import amber.work.Preflight;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;

/**
 * An archive that is made of an image while it is copied, of what is read for the copy. Its bytes
 * are those that a pack of the image would have made. It is a task of its own, that ends with the
 * copy's.
 */
final class SideArchive {

  private final PackSource image;
  private final PackTarget target;
  private final PackTask task;
  private final Plan plan;
  private final Making making;
  private Optional<StoredArchive> stored = Optional.empty();

  /**
   * How it is made.
   *
   * @param tasks none if nothing is recorded
   */
  record Making(
      Console console,
      CommandSpec command,
      CommonOptions common,
      PackOptions options,
      Optional<Signer> signer,
      PackSealing sealing,
      Optional<TaskDirectory> tasks) {

    PackRecipe recipe(PackSource image, PackTarget target, AwsSide side) throws IOException {
      return new PackRecipe(image, options.level(), signer, sealing, target, side)
          .with(ArchiveStamps.EPOCH, ArchiveStamps.epoch(console));
    }

    /** What earlier runs have stored of an archive. */
    List<Remains> earlier(String location) {
      return EarlierRuns.remains(tasks, command.name(), location, common.messages(console));
    }
  }

  private SideArchive(
      PackSource image, PackTarget target, PackTask task, Plan plan, Making making) {
    this.image = image;
    this.target = target;
    this.task = task;
    this.plan = plan;
    this.making = making;
  }

  /**
   * Finds out whether the archive may be stored.
   *
   * @param to a file or an object
   * @param side whose object, if it is one
   * @return where it goes, or null if something stands in the way, which the preflight knows
   */
  static PackTarget target(
      Operand to,
      AwsSide side,
      PackSource image,
      S3Options s3,
      WriteOptions writing,
      Making making,
      Preflight preflight)
      throws InterruptedIOException {
    PackTarget[] found = new PackTarget[1];
    preflight.check(
        () -> {
          String fileName = PackTarget.fileName(image);
          if (to instanceof Operand.Local local) {
            found[0] =
                FileTarget.of(
                    local, fileName, Optional.of(image), writing, making::earlier, preflight);
          } else {
            ObjectTarget object =
                ObjectTarget.of(
                    side.s3(),
                    ((Operand.Stored) to).location(),
                    fileName,
                    s3.settings(writing.replace()));
            object.check(preflight, making.earlier(object.location()));
            found[0] = object.showing(s3.showsImage()).holding(!making.sealing().isWanted());
          }
        });
    return found[0];
  }

  /** Plans it, or finds the plan of an earlier run that it goes on with. */
  static SideArchive plan(
      PackSource image, ReadPlan read, PackTarget target, AwsSide side, Making making)
      throws IOException {
    ZstdLibrary.require();
    TaskStart start =
        TaskRun.start(making.console(), making.command(), image.location(), target.location());
    PackTask task =
        new PackTask(
            making.tasks(), start, making.sealing(), making.common().messages(making.console()));
    Function<List<BlockSet>, ArchiveStamp> fresh = ArchiveStamps.of(making.console(), image);
    Packer.Fixed fixed =
        task.fix(image, read.listed(), making.recipe(image, target, side).ofListed(), fresh);
    Plan plan =
        new Plan(fixed.image(), fixed.manifest(), read.listed(), Geometry.DEFAULT, fixed.stamp());
    plan.requireStorable();
    if (making.signer().isPresent()) {
      making.signer().get().requireValid(plan.stamp().createdAt());
    }
    return new SideArchive(image, target, task, plan, making);
  }

  String location() {
    return target.location();
  }

  /** Who signs it. */
  Optional<Signer> signer() {
    return making.signer();
  }

  /** To whom it is encrypted. */
  List<RecipientName> encryptedTo() {
    return making.sealing().names();
  }

  /** What was stored; nothing before. */
  Optional<StoredArchive> stored() {
    return stored;
  }

  /** Adds to a bill what storing it costs at most. */
  void charge(Bill bill) throws IOException {
    target.dryRun(making.sealing().bound(plan.bound()), bill);
  }

  /**
   * The copy that the archive is made beside.
   *
   * @param <T> what comes of it
   */
  interface Beside<T> {
    /**
     * Copies.
     *
     * @param reading makes the archive, of blocks that come through the tap as well
     */
    T copy(ReadTap tap, ImageCopier.Reading reading) throws IOException;
  }

  /**
   * Makes both.
   *
   * @throws ResumableException if a later run can go on with either
   */
  <T> T run(Progress progress, Beside<T> beside) throws IOException {
    CommonOptions common = making.common();
    ArchiveSink sink = target.sink(plan, warning -> common.warn(making.console(), warning));
    ReadTap tap = new ReadTap();
    Packer packer = new Packer(making.options(), progress, making.signer()).sharing(tap);
    Both<T> both = new Both<>();
    try {
      task.run(
          packer,
          plan,
          image,
          sink,
          progress,
          packing -> both.run(beside, tap, () -> stored = Optional.of(packing.run())));
    } catch (IOException e) {
      throw both.ofCopy(e);
    }
    if (both.failure != null) {
      common.warn(making.console(), location() + ": is whole, and stays");
      throw both.failure;
    }
    return both.made;
  }

  /** What comes of the copy, inside of what comes of the archive. */
  private final class Both<T> {
    private T made;
    private ResumableException stopped;
    private IOException failure;

    StoredArchive run(Beside<T> beside, ReadTap tap, ImageCopier.Reading reading)
        throws IOException {
      try {
        made = beside.copy(tap, reading);
      } catch (ResumableException e) {
        // What can be gone on with there is worth keeping here.
        stopped = e;
        throw e.failure();
      } catch (IOException e) {
        if (stored.isEmpty()) {
          throw e;
        }
        failure = e;
      }
      return stored.orElseThrow();
    }

    /** Of the two, the copy is what was asked for. */
    IOException ofCopy(IOException ofArchive) {
      if (stopped == null) {
        return ofArchive;
      }
      if (ofArchive instanceof ResumableException kept) {
        making
            .common()
            .note(
                making.console(),
                "%s: what is stored of %s is kept as well; 'amber tasks cancel %s' removes it"
                    .formatted(kept.taskId(), location(), kept.taskId()));
      }
      return stopped;
    }
  }
}
