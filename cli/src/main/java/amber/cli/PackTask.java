package amber.cli;

import amber.PackJournal;
import amber.Packer;
import amber.Progress;
import amber.archive.ArchiveStamp;
import amber.archive.Plan;
import amber.block.BlockSet;
import amber.image.Manifest;
import amber.seal.SealedSink;
import amber.seal.Sealing;
import amber.store.ArchiveSink;
import amber.store.ResumableSink;
import amber.store.StoredArchive;
import amber.task.Task;
import amber.task.TaskDirectory;
import amber.task.TaskJournal;
import amber.task.TaskStart;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** A pack as a task: recorded, and going on where an earlier run of the same pack ended. */
final class PackTask {

  private final Optional<TaskDirectory> tasks;
  private final TaskStart start;
  private final Messages messages;
  private Optional<Earlier> earlier = Optional.empty();
  private final PackSealing sealing;
  private Optional<TaskRecipe> recipe = Optional.empty();
  private Aftermath aftermath = (run, stored) -> {};
  private boolean isStored;

  /** What else belongs to the run when the archive is stored: only then is it done. */
  @FunctionalInterface
  interface Aftermath {
    void run(TaskRun run, StoredArchive stored) throws IOException;
  }

  /** What is said beside the result. */
  interface Messages {
    void note(String text);

    void warn(String text);
  }

  /** An earlier run of the same pack. */
  private record Earlier(Task task, PackJournal.Noted noted) {}

  PackTask(Optional<TaskDirectory> tasks, TaskStart start, PackSealing sealing, Messages messages) {
    this.sealing = sealing;
    this.tasks = tasks;
    this.start = start;
    this.messages = messages;
  }

  /** The same, done only when something else is done with the archive. */
  PackTask followedBy(Aftermath other) {
    aftermath = other;
    return this;
  }

  /**
   * What is fixed from now on: by an earlier run of the same pack, if there is one, else anew.
   *
   * @param recipes makes the recipe of the listed blocks; nothing if nobody can tell whether the
   *     source is still the same
   */
  Packer.Fixed fix(
      PackSource source,
      List<BlockSet> listed,
      Function<List<BlockSet>, Optional<TaskRecipe>> recipes,
      Function<List<BlockSet>, ArchiveStamp> fresh)
      throws IOException {
    recipe = recipes.apply(listed);
    if (recipe.isPresent() && tasks.isPresent()) {
      earlier = find(tasks.get(), recipe.get());
    }
    if (earlier.isEmpty()) {
      return new Packer.Fixed(source.image(), source.manifest(), fresh.apply(listed));
    }
    PackJournal.Noted noted = earlier.get().noted();
    return new Packer.Fixed(
        Manifest.read(noted.manifest(), start.source()), noted.manifest(), noted.stamp());
  }

  private Optional<Earlier> find(TaskDirectory directory, TaskRecipe wanted) throws IOException {
    Optional<Task> same = EarlierRuns.same(directory, start, wanted, messages);
    Optional<PackJournal.Noted> noted =
        same.isEmpty() ? Optional.empty() : PackJournal.read(directory, same.get().id());
    return noted.isPresent() && sealing.goesOnWith(same.get(), noted.get().envelope(), messages)
        ? Optional.of(new Earlier(same.get(), noted.get()))
        : Optional.empty();
  }

  /**
   * Packs, and records it.
   *
   * @param sink where the archive goes, sealed if it is to be sealed
   */
  StoredArchive run(
      Packer packer, Plan plan, PackSource source, ArchiveSink sink, Progress progress, Show show)
      throws IOException {
    Optional<Sealing> by = sealing.begin(plan.stamp().uuid());
    Optional<TaskJournal> opened =
        earlier.flatMap(run -> EarlierRuns.open(tasks.orElseThrow(), run.task(), start, messages));
    try (TaskRun run =
        opened
            .map(journal -> TaskRun.of(journal, progress, messages::warn))
            .orElseGet(() -> TaskRun.begin(tasks, start, progress, messages::warn))) {
      Optional<PackJournal> notes = notes(run, plan, sink, by, opened.isPresent());
      if (notes.isEmpty()) {
        ArchiveSink store = by.map(key -> SealedSink.of(sink, key)).orElse(sink);
        return run.during(
            () ->
                followed(
                    run,
                    show.showing(() -> packer.pack(plan, source.volumes(), store, start.target()))),
            PackTask::result);
      }
      ResumableSink plain = (ResumableSink) sink;
      ResumableSink resumable = by.map(key -> SealedSink.of(plain, key, notes.get())).orElse(plain);
      run.keeps(
          () -> isStored || notes.get().keepsAny(),
          () -> notes.get().discard(resumable, start.target()));
      return run.during(
          () ->
              followed(
                  run,
                  show.showing(
                      () ->
                          packer.pack(
                              plan, source.volumes(), resumable, start.target(), notes.get()))),
          PackTask::result);
    }
  }

  private StoredArchive followed(TaskRun run, StoredArchive stored) throws IOException {
    isStored = true;
    aftermath.run(run, stored);
    return stored;
  }

  private static Map<String, Object> result(StoredArchive stored) {
    return TaskResult.ofArchive(stored.location(), stored.sizeBytes());
  }

  /** Shows the progress of something. */
  interface Show {
    StoredArchive showing(ProgressDisplay.Work<StoredArchive> work) throws IOException;
  }

  private Optional<PackJournal> notes(
      TaskRun run, Plan plan, ArchiveSink sink, Optional<Sealing> by, boolean goesOn)
      throws IOException {
    if (run.journal().isEmpty() || !(sink instanceof ResumableSink)) {
      return Optional.empty();
    }
    TaskDirectory directory = tasks.orElseThrow();
    TaskJournal journal = run.journal().get();
    EarlierRuns.Telling telling = new EarlierRuns.Telling(journal.id(), start.verb(), messages);
    if (recipe.isEmpty()) {
      return Optional.of(PackJournal.trace(directory, journal, telling));
    }
    if (goesOn) {
      return Optional.of(
          PackJournal.goOn(directory, journal, earlier.orElseThrow().noted(), telling));
    }
    Optional<byte[]> envelope = by.map(Sealing::envelopeFrame);
    return Optional.of(
        PackJournal.begin(directory, journal, recipe.get().values(), plan, envelope, telling));
  }
}
