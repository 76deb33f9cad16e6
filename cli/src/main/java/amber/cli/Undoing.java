package amber.cli;

import amber.task.Task;
import amber.task.TaskDirectory;
import java.io.IOException;

/** A command that finds again what its runs have left, and removes it. */
interface Undoing {

  /**
   * Removes what runs of a task have left. The command line is the task's, so that its options say
   * who asks, and where. That something is gone already is no failure.
   *
   * @param tasks where the task's records are, which nobody writes meanwhile
   * @throws IOException if something is still there; then the task stays one that has left
   *     something
   */
  void undo(TaskDirectory tasks, Task task) throws IOException;
}
