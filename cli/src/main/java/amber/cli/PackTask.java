package amber.cli;

import amber.PackJournal;
import amber.Packer;
import amber.Progress;
import amber.archive.ArchiveStamp;
import amber.archive.Plan;
import amber.block.BlockSet;
import amber.image.Manifest;
import amber.store.ArchiveSink;
import amber.store.Remains;
import amber.store.ResumableSink;
import amber.store.StoredArchive;
import amber.task.Task;
import amber.task.TaskDirectory;
import amber.task.TaskJournal;
import amber.task.TaskStart;
import java.io.IOException;
import java.util.ArrayList;
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
  private Optional<PackRecipe> recipe = Optional.empty();

  /** What is said beside the result. */
  interface Messages {
    void note(String text);

    void warn(String text);
  }

  /** An earlier run of the same pack. */
  private record Earlier(Task task, PackJournal.Noted noted) {}

  PackTask(Optional<TaskDirectory> tasks, TaskStart start, Messages messages) {
    this.tasks = tasks;
    this.start = start;
    this.messages = messages;
  }

  /**
   * What earlier packs to the same place have stored there, perhaps without living to learn that it
   * is whole.
   */
  static List<Remains> remains(Optional<TaskDirectory> tasks, String target, Messages messages) {
    List<Remains> remains = new ArrayList<>();
    try {
      if (tasks.isPresent()) {
        for (Task task : EarlierRuns.of(tasks.get(), PackCommand.NAME, target)) {
          PackJournal.read(tasks.get(), task.id())
              .flatMap(PackJournal.Noted::remains)
              .ifPresent(remains::add);
        }
      }
    } catch (IOException e) {
      messages.warn("earlier runs cannot be looked up: " + ErrorReport.message(e));
    }
    return remains;
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
      Function<List<BlockSet>, Optional<PackRecipe>> recipes,
      Function<List<BlockSet>, ArchiveStamp> fresh)
      throws IOException {
    recipe = recipes.apply(listed);
    if (recipe.isPresent() && tasks.isPresent()) {
      try {
        earlier = find(tasks.get(), recipe.get());
      } catch (IOException e) {
        messages.warn("earlier runs cannot be looked up: " + ErrorReport.message(e));
      }
    }
    if (earlier.isEmpty()) {
      return new Packer.Fixed(source.image(), source.manifest(), fresh.apply(listed));
    }
    PackJournal.Noted noted = earlier.get().noted();
    return new Packer.Fixed(
        Manifest.read(noted.manifest(), start.source()), noted.manifest(), noted.stamp());
  }

  private Optional<Earlier> find(TaskDirectory directory, PackRecipe wanted) throws IOException {
    for (Task task : EarlierRuns.of(directory, start.verb(), start.target())) {
      Optional<PackJournal.Noted> noted = PackJournal.read(directory, task.id());
      if (noted.isEmpty()) {
        continue;
      }
      List<String> changes = wanted.changedSince(noted.get().recipe());
      if (changes.isEmpty()) {
        return Optional.of(new Earlier(task, noted.get()));
      }
      messages.warn(
          "%s: cannot be gone on with, so the pack begins anew: %s; 'amber tasks cancel %s' removes what it stored"
              .formatted(task.id(), String.join("; ", changes), task.id()));
    }
    return Optional.empty();
  }

  /** Packs, and records it. */
  StoredArchive run(
      Packer packer, Plan plan, PackSource source, ArchiveSink sink, Progress progress, Show show)
      throws IOException {
    Optional<TaskJournal> opened = earlier.flatMap(this::open);
    try (TaskRun run =
        opened
            .map(journal -> TaskRun.of(journal, progress, messages::warn))
            .orElseGet(() -> TaskRun.begin(tasks, start, progress, messages::warn))) {
      Optional<PackJournal> notes = notes(run, plan, sink, opened.isPresent());
      if (notes.isEmpty()) {
        return run.during(
            () -> show.showing(() -> packer.pack(plan, source.volumes(), sink, start.target())),
            PackTask::result);
      }
      ResumableSink resumable = (ResumableSink) sink;
      run.keeps(notes.get()::keepsAny, () -> notes.get().discard(resumable, start.target()));
      return run.during(
          () ->
              show.showing(
                  () ->
                      packer.pack(plan, source.volumes(), resumable, start.target(), notes.get())),
          PackTask::result);
    }
  }

  private static Map<String, Object> result(StoredArchive stored) {
    return TaskResult.ofArchive(stored.location(), stored.sizeBytes());
  }

  /** Shows the progress of something. */
  interface Show {
    StoredArchive showing(ProgressDisplay.Work<StoredArchive> work) throws IOException;
  }

  /** Takes the earlier run's journal up, unless another process has just done so. */
  private Optional<TaskJournal> open(Earlier run) {
    try {
      TaskJournal journal = tasks.orElseThrow().open(run.task().id());
      journal.resumed(start);
      return Optional.of(journal);
    } catch (IOException e) {
      messages.warn("begins anew, since " + ErrorReport.message(e));
      return Optional.empty();
    }
  }

  private Optional<PackJournal> notes(TaskRun run, Plan plan, ArchiveSink sink, boolean goesOn)
      throws IOException {
    if (recipe.isEmpty() || run.journal().isEmpty() || !(sink instanceof ResumableSink)) {
      return Optional.empty();
    }
    TaskDirectory directory = tasks.orElseThrow();
    TaskJournal journal = run.journal().get();
    Telling telling = new Telling(journal.id());
    if (goesOn) {
      return Optional.of(
          PackJournal.goOn(directory, journal, earlier.orElseThrow().noted(), telling));
    }
    return Optional.of(PackJournal.begin(directory, journal, recipe.get().values(), plan, telling));
  }

  /** Tells the user what the journal hears. */
  private final class Telling implements PackJournal.Listener {
    private final String id;

    Telling(String id) {
      this.id = id;
    }

    @Override
    public void broken(IOException failure) {
      messages.warn(
          "what comes now is not recorded, and would have to be done again: "
              + ErrorReport.message(failure));
    }

    @Override
    public void resumedAt(long keptBytes, long notedBytes) {
      if (keptBytes > 0) {
        messages.note("%s goes on: %s are stored".formatted(id, Text.bytes(keptBytes)));
      } else if (notedBytes > 0) {
        messages.warn(
            "%s: the %s that it had stored are gone, so the pack begins anew"
                .formatted(id, Text.bytes(notedBytes)));
      } else {
        messages.note("%s goes on: from its beginning, since nothing was stored".formatted(id));
      }
    }
  }
}
