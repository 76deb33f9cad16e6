package amber.cli;

import amber.task.Task;
import amber.task.TaskDirectory;
import amber.task.TaskJournal;
import java.io.IOException;

/** Removes what a task that has ended has left, and records that. */
final class TaskRemoval {

  private final Console console;
  private final TaskDirectory tasks;

  TaskRemoval(Console console, TaskDirectory tasks) {
    this.console = console;
    this.tasks = tasks;
  }

  /**
   * Removes it.
   *
   * @throws IOException if something is still there; then the task stays as it is
   */
  void run(Task task) throws IOException {
    // While it is open here, nobody goes on with it.
    try (TaskJournal journal = tasks.open(task.id())) {
      if (task.left()) {
        SdkProperties.during(task.start().environment(), () -> undo(task));
      }
      journal.cancelled();
    }
  }

  /** Its command knows by whom and where it is to be removed. */
  private Void undo(Task task) throws IOException {
    if (new TaskCommandLine(console, task).parsed() instanceof Undoing command) {
      command.undo(tasks, task);
      return null;
    }
    throw new RefusedException(
        Outcome.UNSUPPORTED,
        "%s: what %s has left cannot be found again".formatted(task.id(), task.start().verb()),
        "see what it was about: amber tasks show " + task.id());
  }
}
