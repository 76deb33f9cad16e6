package amber.cli;

import amber.Progress;
import amber.UnpackJournal;
import amber.archive.ArchiveReader;
import amber.block.BlockDigest;
import amber.block.VolumeRemains;
import amber.task.Task;
import amber.task.TaskDirectory;
import amber.task.TaskJournal;
import amber.task.TaskStart;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An unpack, or the copy of an image, as a task: recorded, and going on where an earlier run of the
 * same ended.
 */
final class UnpackTask {

  private final Optional<TaskDirectory> tasks;
  private final TaskStart start;
  private final Optional<TaskRecipe> recipe;
  private final PackTask.Messages messages;
  private final Optional<Earlier> earlier;
  private Optional<byte[]> manifest = Optional.empty();

  /** An earlier run of the same. */
  private record Earlier(Task task, UnpackJournal.Noted noted) {}

  /**
   * What is done.
   *
   * @param <T> what comes of it
   */
  interface Work<T> {
    /**
     * Does it.
     *
     * @param notes where it notes how far it is, if that can be recorded
     */
    T run(Optional<UnpackJournal> notes) throws IOException;

    /** Removes what it has left. */
    void discard(UnpackJournal notes) throws IOException;

    /** What is recorded of what came of it. */
    Map<String, Object> result(T done);

    /** How long what is made stays there if nobody goes on with it, if that is limited. */
    default Optional<Duration> keptFor() {
      return Optional.empty();
    }
  }

  /**
   * Looks up an earlier run.
   *
   * @param recipe nothing if nobody can tell whether the source is still the same
   * @throws RefusedException if another process is at it
   */
  UnpackTask(
      Optional<TaskDirectory> tasks,
      TaskStart start,
      Optional<TaskRecipe> recipe,
      PackTask.Messages messages)
      throws RefusedException {
    this.tasks = tasks;
    this.start = start;
    this.recipe = recipe;
    this.messages = messages;
    if (tasks.isPresent() && recipe.isPresent()) {
      EarlierRuns.requireNoneAtWork(tasks.get(), start, recipe.get());
      this.earlier = find(tasks.get(), recipe.get());
    } else {
      this.earlier = Optional.empty();
    }
  }

  /**
   * Fixes the image that is made: as an earlier run found it, if there is one to go on with.
   *
   * @param now its manifest as it is now
   */
  byte[] fix(byte[] now) {
    byte[] fixed = earlier.flatMap(run -> run.noted().manifest()).orElse(now);
    manifest = Optional.of(fixed);
    return fixed;
  }

  private Optional<Earlier> find(TaskDirectory directory, TaskRecipe wanted) {
    try {
      for (Task task : EarlierRuns.of(directory, start.verb(), start.target())) {
        Optional<UnpackJournal.Noted> noted = noted(directory, task);
        if (noted.isEmpty()) {
          continue;
        }
        List<String> changes = wanted.changedSince(noted.get().recipe());
        if (changes.isEmpty()) {
          return Optional.of(new Earlier(task, noted.get()));
        }
        messages.warn(
            "%s: cannot be gone on with, so the %s begins anew: %s; 'amber tasks cancel %s' removes what it made"
                .formatted(task.id(), start.verb(), String.join("; ", changes), task.id()));
      }
    } catch (IOException e) {
      messages.warn("earlier runs cannot be looked up: " + ErrorReport.message(e));
    }
    return Optional.empty();
  }

  /** What tells the result of unpacking an archive from others; options are to be added. */
  static TaskRecipe recipe(ArchiveReader archive) {
    String source = archive.index().uuid() + " " + BlockDigest.hex(archive.seal().indexSha256());
    return new TaskRecipe(source).with("Amber", Version.tool());
  }

  /** What earlier runs to a target have noted, those that began last before the others. */
  static List<UnpackJournal.Noted> noted(Optional<TaskDirectory> tasks, String verb, String target)
      throws IOException {
    List<UnpackJournal.Noted> noted = new ArrayList<>();
    if (tasks.isPresent()) {
      for (Task task : EarlierRuns.of(tasks.get(), verb, target)) {
        noted(tasks.get(), task).ifPresent(noted::add);
      }
    }
    return noted;
  }

  /** Copies of archives go to the same places, and have other journals. */
  private static Optional<UnpackJournal.Noted> noted(TaskDirectory tasks, Task task)
      throws IOException {
    return UnpackJournal.isOf(tasks, task.id())
        ? UnpackJournal.read(tasks, task.id())
        : Optional.empty();
  }

  /** What an earlier run has left of the volumes. */
  Collection<VolumeRemains> left() {
    return earlier.map(run -> run.noted().volumes().values()).orElse(List.of());
  }

  /** Whether there is an earlier run to go on with. */
  boolean goesOn() {
    return earlier.isPresent();
  }

  /**
   * Shows the progress of something.
   *
   * @param <T> what comes of it
   */
  interface Show<T> {
    T showing(ProgressDisplay.Work<T> work) throws IOException;
  }

  /** Does it, and records it. */
  <T> T run(Progress progress, Work<T> work, Show<T> show) throws IOException {
    Optional<TaskJournal> opened = earlier.flatMap(this::open);
    try (TaskRun run =
        opened
            .map(journal -> TaskRun.of(journal, progress, messages::warn))
            .orElseGet(() -> TaskRun.begin(tasks, start, progress, messages::warn))) {
      Optional<UnpackJournal> notes = notes(run, opened.isPresent(), work.keptFor());
      if (notes.isPresent()) {
        run.keeps(notes.get()::keepsAny, () -> work.discard(notes.get()));
      }
      return run.during(() -> show.showing(() -> work.run(notes)), work::result);
    } catch (ResumableException e) {
      tellTheLimit(e.taskId());
      throw e;
    }
  }

  /** Says how long there is to go on. */
  private void tellTheLimit(String id) throws IOException {
    tasks
        .orElseThrow()
        .find(id)
        .flatMap(Task::keptUntil)
        .ifPresent(
            until ->
                messages.note(
                    "%s: what is there stays until %s; then EBS gives it up"
                        .formatted(id, TaskText.time(until))));
  }

  private Optional<TaskJournal> open(Earlier run) {
    Optional<TaskJournal> journal =
        EarlierRuns.open(tasks.orElseThrow(), run.task(), start, messages);
    if (journal.isPresent()) {
      messages.note(
          "%s goes on: %d %% of it is there".formatted(run.task().id(), run.task().percent()));
    }
    return journal;
  }

  private Optional<UnpackJournal> notes(TaskRun run, boolean goesOn, Optional<Duration> keptFor)
      throws IOException {
    if (run.journal().isEmpty()) {
      return Optional.empty();
    }
    TaskJournal journal = run.journal().get();
    EarlierRuns.Telling telling = new EarlierRuns.Telling(journal.id(), start.verb(), messages);
    if (goesOn) {
      return Optional.of(UnpackJournal.goOn(tasks.orElseThrow(), journal, telling::broken));
    }
    UnpackJournal.Planned planned =
        new UnpackJournal.Planned(
            recipe.map(TaskRecipe::values).orElse(Map.of()), manifest, keptFor);
    return Optional.of(
        recipe.isPresent()
            ? UnpackJournal.begin(journal, planned, telling::broken)
            : UnpackJournal.trace(journal, planned, telling::broken));
  }
}
