package amber.cli;

import amber.task.Task;
import amber.task.TaskDirectory;
import amber.task.TaskState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code amber tasks}. */
@Command(
    name = "tasks",
    header = {
      "Lists what ran, what runs, and what can be gone on with.",
      "",
      "  amber tasks",
      "  amber tasks --state Interrupted",
      "  amber tasks show task-65a1b2c3d4e5",
      "  amber tasks resume task-65a1b2c3d4e5",
      "  amber tasks cancel task-65a1b2c3d4e5",
      ""
    },
    description = {
      "Every pack, unpack and copy is a task, recorded in a directory of its own:",
      "$AMBER_STATE_DIR, else $XDG_STATE_HOME/amber, else ~/.local/state/amber.",
      "An id may be cut short as long as it is clear.",
      ""
    })
final class TasksCommand implements Callable<Integer> {

  private final Console console;

  @Option(
      names = "--state",
      paramLabel = "STATE",
      converter = Values.State.class,
      description = "Those only that are InProgress, Completed, Failed, Cancelled or Interrupted.")
  private TaskState state;

  @Option(
      names = "--bucket",
      paramLabel = "BUCKET",
      description = "Those only whose source or target is in this bucket.")
  private String bucket;

  @Mixin private CommonOptions common;

  TasksCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    List<Map<String, Object>> documents = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    for (Task task : Tasks.require(console).list()) {
      if (isAskedFor(task)) {
        documents.add(TaskText.json(task));
        lines.add(TaskText.line(task));
      }
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("schema", 1);
    json.put("command", "tasks");
    json.put("tasks", documents);
    common.print(console, new Document(json, lines));
    return Outcome.OK.exitCode();
  }

  private boolean isAskedFor(Task task) {
    return (state == null || task.state() == state)
        && (bucket == null || isIn(task.start().source()) || isIn(task.start().target()));
  }

  private boolean isIn(String operand) {
    String place = "s3://" + bucket;
    return operand.equals(place) || operand.startsWith(place + "/");
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
