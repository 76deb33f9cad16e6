package amber.cli;

import amber.task.Task;
import amber.task.TaskStart;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A task, for programs and for people. */
final class TaskText {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT)
          .withZone(ZoneId.systemDefault());

  private TaskText() {}

  static Map<String, Object> json(Task task) {
    TaskStart start = task.start();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", task.id());
    json.put("verb", start.verb());
    json.put("state", task.state().text());
    json.put("percent", task.percent());
    json.put("resumable", task.resumable());
    json.put("source", start.source());
    json.put("target", start.target());
    json.put("startedAt", task.startedAt().toString());
    task.endedAt().ifPresent(time -> json.put("endedAt", time.toString()));
    json.put("doneBytes", task.doneBytes());
    json.put("totalBytes", task.totalBytes());
    json.put("attempts", task.attempts());
    task.reason().ifPresent(reason -> json.put("reason", reason));
    json.put("arguments", start.arguments());
    json.put("directory", start.directory());
    json.put("version", start.version());
    return json;
  }

  /** One line of a list. */
  static String line(Task task) {
    return Text.format(
        "%s  %-11s  %3d %%  %s  %s %s to %s",
        task.id(),
        task.state().text(),
        task.percent(),
        time(task.startedAt()),
        task.start().verb(),
        task.start().source(),
        task.start().target());
  }

  /** All of it. */
  static List<String> lines(Task task) {
    List<String> lines = new ArrayList<>();
    lines.add("task " + task.id());
    lines.add(Text.format("  state      %s, %d %%", task.state().text(), task.percent()));
    task.reason().ifPresent(reason -> lines.add("  reason     " + reason));
    lines.add(
        Text.format(
            "  done       %s of %s", Text.bytes(task.doneBytes()), Text.bytes(task.totalBytes())));
    lines.add("  source     " + task.start().source());
    lines.add("  target     " + task.start().target());
    lines.add("  started    " + time(task.startedAt()));
    task.endedAt().ifPresent(ended -> lines.add("  ended      " + time(ended)));
    lines.add("  attempts   " + task.attempts());
    lines.add("  command    amber " + String.join(" ", task.start().arguments()));
    lines.add("  directory  " + task.start().directory());
    lines.add("  version    " + task.start().version());
    if (task.resumable()) {
      lines.add("  go on      amber tasks resume " + task.id());
      lines.add("  or remove  amber tasks cancel " + task.id());
    }
    return lines;
  }

  private static String time(Instant time) {
    return TIME.format(time);
  }
}
