package amber.cli;

import amber.task.Task;
import amber.task.TaskState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** Which tasks are listed. */
final class TaskListing {

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

  /** What is there, those that began first before the others. */
  Document of(Console console) throws IOException {
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
    return new Document(json, lines);
  }

  private boolean isAskedFor(Task task) {
    return (state == null || task.state() == state)
        && (bucket == null || isIn(task.start().source()) || isIn(task.start().target()));
  }

  private boolean isIn(String operand) {
    String place = "s3://" + bucket;
    return operand.equals(place) || operand.startsWith(place + "/");
  }
}
