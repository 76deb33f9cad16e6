package amber.cli;

import amber.task.Task;
import amber.task.TaskDirectory;
import amber.task.TaskStart;
import amber.task.TaskState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Runs that were to make the same thing, have ended before it was done, and have left something.
 */
final class EarlierRuns {

  private EarlierRuns() {}

  /**
   * Looks them up, those that began last before the others.
   *
   * @param verb pack, unpack or copy
   * @param target as the user names it
   */
  static List<Task> of(TaskDirectory tasks, String verb, String target) throws IOException {
    String here = Path.of("").toAbsolutePath().toString();
    String wanted = place(here, target);
    List<Task> found = new ArrayList<>();
    for (Task task : tasks.list()) {
      TaskStart start = task.start();
      boolean ended = task.state() == TaskState.INTERRUPTED || task.state() == TaskState.FAILED;
      if (ended
          && task.left()
          && start.verb().equals(verb)
          && place(start.directory(), start.target()).equals(wanted)) {
        found.add(task);
      }
    }
    Collections.reverse(found);
    return found;
  }

  /** Where a target is, wherever it is named from. */
  private static String place(String directory, String target) {
    try {
      if (Operand.parse(target) instanceof Operand.Local local) {
        return Path.of(directory).resolve(local.path()).normalize().toString();
      }
      return target;
    } catch (RefusedException e) {
      // Such as "stdout", which is no operand.
      return target;
    }
  }
}
