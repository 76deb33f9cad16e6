package amber.cli;

import amber.task.Task;
import amber.task.TaskDirectory;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code amber tasks}. */
@Command(
    name = "tasks",
    header = {
      "Lists what ran, what runs, and what can be gone on with.",
      "",
      "  amber tasks",
      "  amber tasks list --state Interrupted",
      "  amber tasks show task-65a1b2c3d4e5",
      "  amber tasks resume task-65a1b2c3d4e5",
      "  amber tasks cancel task-65a1b2c3d4e5",
      ""
    },
    description = {
      "Every pack, unpack, copy, migration and retirement is a task, recorded in a",
      "directory: $AMBER_STATE_DIR, else $XDG_STATE_HOME/amber, else",
      "~/.local/state/amber. An id may be cut short as long as it is clear. 'amber",
      "tasks' alone is 'amber tasks list'.",
      ""
    })
final class TasksCommand implements Callable<Integer> {

  private final Console console;

  @Mixin private TaskListing listing;

  @Mixin private CommonOptions common;

  TasksCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    common.print(console, listing.of(console));
    return Outcome.OK.exitCode();
  }

  /**
   * The task of an id, or of its beginning.
   *
   * @throws RefusedException if there is none, or more than one
   */
  static Task find(TaskDirectory tasks, String id) throws IOException {
    Optional<Task> found;
    try {
      found = tasks.find(id);
    } catch (IllegalArgumentException e) {
      throw RefusedException.usage(e.getMessage(), "write more of it");
    }
    return found.orElseThrow(
        () ->
            new RefusedException(
                Outcome.NOT_FOUND, id + ": no such task", "see them all: amber tasks"));
  }
}
