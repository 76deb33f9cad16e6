package amber.cli;

import amber.CopyJournal;
import amber.Progress;
import amber.task.Task;
import amber.task.TaskDirectory;
import amber.task.TaskJournal;
import amber.task.TaskStart;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** A copy as a task: recorded, and going on where an earlier run of the same copy ended. */
final class CopyTask {

  private final Optional<TaskDirectory> tasks;
  private final TaskStart start;
  private final PackTask.Messages messages;

  CopyTask(Optional<TaskDirectory> tasks, TaskStart start, PackTask.Messages messages) {
    this.tasks = tasks;
    this.start = start;
    this.messages = messages;
  }

  /** Shows the progress of something. */
  interface Show {
    CopyRun showing(ProgressDisplay.Work<CopyRun> work) throws IOException;
  }

  /**
   * Copies, and records it.
   *
   * @param recipe what the copy's bytes, and how they are stored, depend on
   * @param result what is recorded of what came of it
   */
  void run(
      CopyRun copy,
      CopyRoute.Way way,
      TaskRecipe recipe,
      Map<String, Object> result,
      Progress progress,
      Show show)
      throws IOException {
    Optional<Task> earlier =
        tasks.isEmpty() ? Optional.empty() : EarlierRuns.same(tasks.get(), start, recipe, messages);
    Optional<CopyJournal.Noted> noted = noted(earlier);
    Optional<TaskJournal> opened =
        noted.flatMap(
            run -> EarlierRuns.open(tasks.orElseThrow(), earlier.orElseThrow(), start, messages));
    try (TaskRun run =
        opened
            .map(journal -> TaskRun.of(journal, progress, messages::warn))
            .orElseGet(() -> TaskRun.begin(tasks, start, progress, messages::warn))) {
      Optional<CopyJournal> journal =
          journal(run.journal(), opened.isPresent() ? noted : Optional.empty(), recipe);
      journal.ifPresent(
          notes -> run.keeps(() -> notes.keepsAny() && copy.isSound(), () -> copy.discard(notes)));
      run.during(() -> show.showing(() -> copy.by(way, journal)), done -> result);
    }
  }

  private Optional<CopyJournal.Noted> noted(Optional<Task> earlier) throws IOException {
    return earlier.isEmpty()
        ? Optional.empty()
        : CopyJournal.read(tasks.orElseThrow(), earlier.get().id());
  }

  private Optional<CopyJournal> journal(
      Optional<TaskJournal> journal, Optional<CopyJournal.Noted> noted, TaskRecipe recipe)
      throws IOException {
    if (journal.isEmpty()) {
      return Optional.empty();
    }
    EarlierRuns.Telling telling =
        new EarlierRuns.Telling(journal.get().id(), start.verb(), messages);
    return Optional.of(
        noted.isPresent()
            ? CopyJournal.goOn(journal.get(), noted.get(), telling)
            : CopyJournal.begin(journal.get(), recipe.values(), telling));
  }
}
