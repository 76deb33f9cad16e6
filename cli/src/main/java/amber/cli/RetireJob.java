package amber.cli;

import amber.PackOptions;
import amber.Packer;
import amber.Progress;
import amber.archive.ArchiveStamp;
import amber.archive.Geometry;
import amber.archive.Plan;
import amber.ec2.Ec2Connection;
import amber.ec2.ImageDeregistration;
import amber.ec2.ImageList;
import amber.ec2.ImageOutlook;
import amber.ec2.ImageOutlooks;
import amber.ec2.ImageSummary;
import amber.ec2.RecycleBin;
import amber.s3.S3Location;
import amber.s3.S3Object;
import amber.store.ArchiveBound;
import amber.store.Remains;
import amber.store.ResumableSink;
import amber.store.StoredArchive;
import amber.task.Task;
import amber.task.TaskDirectory;
import amber.task.TaskJournal;
import amber.task.TaskStart;
import amber.work.Preflight;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Retires one AMI: packs it, proves the archive by reading it back, and only then does to the AMI
 * what is asked for. It is a task; a run that fails before its end has done nothing to the AMI, and
 * the next one goes on.
 */
final class RetireJob {

  private final RetireOptions options;
  private final Sides sides;
  private final Optional<TaskDirectory> tasks;
  private final TaskStart start;
  private final Show show;
  private final PackTask.Messages messages;

  /** Shows the progress of something. */
  interface Show {
    <T> T showing(String verb, Progress progress, ProgressDisplay.Work<T> work) throws IOException;
  }

  /**
   * A job.
   *
   * @param start has the AMI's id as its source, and the archive's location as its target
   */
  RetireJob(
      RetireOptions options,
      Sides sides,
      Optional<TaskDirectory> tasks,
      TaskStart start,
      Show show,
      PackTask.Messages messages) {
    this.options = options;
    this.sides = sides;
    this.tasks = tasks;
    this.start = start;
    this.show = show;
    this.messages = messages;
  }

  private String imageId() {
    return start.source();
  }

  /**
   * What an earlier run has done that did not live to say so: the AMI is deregistered already.
   *
   * @return nothing if there was none
   */
  Optional<RetireResult> doneBefore() throws IOException {
    if (tasks.isEmpty()) {
      return Optional.empty();
    }
    for (Task task : EarlierRuns.of(tasks.get(), RetireCommand.NAME, start.target())) {
      Optional<RetireNotes.Acting> acting = RetireNotes.read(tasks.get(), task.id()).acting();
      if (task.start().source().equals(imageId())
          && acting.isPresent()
          && isHere(acting.get().place())) {
        return Optional.of(conclude(task, acting.get()));
      }
    }
    return Optional.empty();
  }

  private boolean isHere(Map<String, String> place) throws IOException {
    return TaskRecipe.changes(sides.from().ec2Place().values(), place).isEmpty();
  }

  private RetireResult conclude(Task task, RetireNotes.Acting acting) throws IOException {
    try (TaskJournal journal = tasks.orElseThrow().open(task.id())) {
      journal.resumed(start);
      S3Object object = sides.to().s3().object(S3Location.parse(start.target()));
      boolean deleted = acting.then().equals(RetireThen.DEREGISTER_WITH_SNAPSHOTS.text());
      Ec2Connection aws = sides.from().ec2();
      ImageEffect effect =
          ImageDeregisterVerb.told(
              new RecycleBin(aws),
              imageId(),
              new ImageDeregistration(aws)
                  .look(imageId(), acting.ownerId(), acting.snapshotIds(), deleted));
      journal.completed(TaskResult.ofArchive(start.target(), object.sizeBytes()));
      return new RetireResult(
          imageId(),
          start.target(),
          task.totalBytes(),
          object.sizeBytes(),
          false,
          object.storageClass(),
          Optional.empty(),
          options.then(),
          effect,
          options.prices());
    }
  }

  /** A job that was looked into, and whose AMI is open to be read. */
  final class Ready implements AutoCloseable {
    private final PackSource image;
    private final ObjectTarget target;
    private final Preflight preflight;
    private final PackTask task;
    private final Packer packer;
    private final Progress progress = new Progress();
    private final PackSealing sealing;
    private final Plan plan;

    private Ready(PackSource image, ObjectTarget target, PackSealing sealing, Preflight preflight)
        throws IOException {
      this.sealing = sealing;
      this.image = image;
      this.target = target;
      this.preflight = preflight;
      this.task = new PackTask(tasks, start, sealing, messages);
      this.packer =
          new Packer(
              new PackOptions(options.level(), options.threads(), Geometry.DEFAULT),
              progress,
              options.signer());
      // What is done with the AMI afterwards is no part of it.
      PackRecipe recipe =
          new PackRecipe(image, options.level(), options.signer(), sealing, target, sides.to())
              .with("--storage-class", options.settings().storageClass().orElse(""));
      this.plan =
          packer.plan(
              image.volumes(),
              listed ->
                  task.fix(
                      image, listed, recipe.ofListed(), fresh -> ArchiveStamp.now(Version.tool())));
    }

    Plan plan() {
      return plan;
    }

    Preflight preflight() {
      return preflight;
    }

    /** What the archive will not exceed. */
    ArchiveBound bound() {
      return sealing.bound(plan.bound());
    }

    /** Adds to a bill what it costs at most. */
    void charge(Bill bill) throws IOException {
      image.charge(bill, plan.listed());
      target.dryRun(bound(), bill);
      // Its end, and of an encrypted one its envelope as well.
      int ends = sealing.isWanted() ? 2 : 1;
      bill.readArchive(plan.segmentCount() + ends, bound().bytes());
    }

    /** Does it. */
    RetireResult run() throws IOException {
      image.warnings().forEach(messages::warn);
      RetireResult[] result = new RetireResult[1];
      task.followedBy((run, stored) -> result[0] = follow(run, stored, plan, sealing));
      ResumableSink sink =
          new MovedSink((ResumableSink) target.sink(plan, messages::warn), copies());
      task.run(packer, plan, image, sink, progress, work -> show.showing("pack", progress, work));
      return result[0];
    }

    @Override
    public void close() throws IOException {
      sealing.close();
      image.close();
    }
  }

  /**
   * Looks into it.
   *
   * @throws IOException if something stands in the way; then nothing was begun
   */
  Ready prepare() throws IOException {
    Preflight preflight = new Preflight();
    PackSource[] image = new PackSource[1];
    ObjectTarget[] target = new ObjectTarget[1];
    Optional<ImageVerb> verb = options.then().verb(options.allowReferences());
    PackSealing sealing = options.sealing().another();
    try {
      List<Preflight.Part> parts = new ArrayList<>();
      parts.add(
          part -> image[0] = PackSources.open(new Operand.Ami(imageId()), sides.from(), part));
      parts.add(part -> part.check(() -> target[0] = target(part)));
      verb.ifPresent(
          wanted ->
              parts.add(
                  part -> part.check(() -> wanted.tryOut(sides.from().ec2(), look().image()))));
      preflight.together(parts);
      preflight.warnings().forEach(messages::warn);
      preflight.requireClear();
      return new Ready(image[0], target[0], sealing, preflight);
    } catch (IOException | RuntimeException e) {
      sealing.close();
      if (image[0] != null) {
        image[0].close();
      }
      throw e;
    }
  }

  private ObjectTarget target(Preflight part) throws IOException {
    ObjectTarget target =
        ObjectTarget.of(sides.to().s3(), S3Location.parse(start.target()), "", options.provable());
    List<Remains> earlier =
        new ArrayList<>(EarlierRuns.remains(tasks, RetireCommand.NAME, start.target(), messages));
    earlier.addAll(copies());
    target.check(part, earlier);
    return target.showing(options.showsImage()).holding(!options.sealing().isWanted());
  }

  /** Copies into another class that earlier runs have begun, and perhaps ended. */
  private List<Remains> copies() throws IOException {
    List<Remains> copies = new ArrayList<>();
    if (tasks.isPresent()) {
      for (Task task : EarlierRuns.of(tasks.get(), RetireCommand.NAME, start.target())) {
        RetireNotes.read(tasks.get(), task.id()).moving().ifPresent(copies::add);
      }
    }
    return copies;
  }

  /** The AMI as it is now, with all around it. */
  ImageOutlook look() throws IOException {
    Ec2Connection aws = sides.from().ec2();
    List<ImageSummary> image = new ImageList(aws).of(List.of(imageId()));
    return new ImageOutlooks(aws).of(image, options.then().deregisters()).get(0);
  }

  /** What comes when the archive is stored, and not before. */
  private RetireResult follow(TaskRun run, StoredArchive stored, Plan plan, PackSealing sealing)
      throws IOException {
    Optional<TaskJournal> journal = run.journal();
    RetireNotes notes =
        journal.isPresent()
            ? RetireNotes.read(tasks.orElseThrow(), journal.get().id())
            : new RetireNotes();
    RetireProof proof =
        new RetireProof(
            sides.to().s3(),
            S3Location.parse(stored.location()),
            options,
            sealing.current(),
            journal,
            notes);
    boolean readBack =
        proof.prove(
            plan,
            (verb, progress, work) ->
                show.showing(
                    verb,
                    progress,
                    () -> {
                      work.run();
                      return null;
                    }));
    messages.note(
        readBack
            ? "%s: read back and whole".formatted(stored.location())
            : "%s: was read back by an earlier run".formatted(stored.location()));
    String storageClass = proof.move();
    ImageEffect effect = act(journal);
    return new RetireResult(
        imageId(),
        stored.location(),
        RetireResult.listedBytes(plan),
        stored.sizeBytes(),
        readBack,
        storageClass,
        Optional.of(sealing.names()),
        options.then(),
        effect,
        options.prices());
  }

  /** Does to the AMI what is asked for; much may have changed around it since it was looked at. */
  private ImageEffect act(Optional<TaskJournal> journal) throws IOException {
    Optional<ImageVerb> verb = options.then().verb(options.allowReferences());
    if (verb.isEmpty()) {
      return ImageEffect.well(
          "is as it was, since --then was not given; to let it go: amber image deregister"
              + " --delete-snapshots "
              + imageId());
    }
    ImageOutlook now;
    try {
      now = look();
    } catch (NoSuchFileException e) {
      return ImageEffect.well("is not there any more");
    }
    Optional<String> already = RetireThen.done(verb.get(), now.image());
    if (already.isPresent()) {
      return ImageEffect.well(already.get());
    }
    Optional<RefusedException> refused = verb.get().isRefused(now);
    if (refused.isPresent()) {
      throw refused.get();
    }
    if (journal.isPresent() && options.then().deregisters()) {
      RetireNotes.acting(
          journal.get(),
          new RetireNotes.Acting(
              options.then().text(),
              now.image().ownerId(),
              now.image().snapshotIds(),
              sides.from().ec2Place().values()));
    }
    return verb.get().act(sides.from().ec2(), now.image());
  }
}
