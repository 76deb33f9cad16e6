package amber.cli;

import amber.task.Task;
import amber.task.TaskStart;
import amber.task.TaskState;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

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
    task.keptUntil().ifPresent(time -> json.put("keptUntil", time.toString()));
    json.put("left", task.left());
    json.put("source", start.source());
    json.put("target", start.target());
    json.put("startedAt", task.startedAt().toString());
    task.endedAt().ifPresent(time -> json.put("endedAt", time.toString()));
    json.put("doneBytes", task.doneBytes());
    json.put("totalBytes", task.totalBytes());
    json.put("attempts", task.attempts());
    task.reason().ifPresent(reason -> json.put("reason", reason));
    if (!task.result().isEmpty()) {
      json.put("result", task.result());
    }
    json.put("arguments", start.arguments());
    json.put("directory", start.directory());
    json.put("environment", new TreeMap<>(start.environment()));
    json.put("pid", task.process().pid());
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
    task.result()
        .forEach((name, value) -> lines.add("  %-9s  %s".formatted(word(name), amount(value))));
    lines.add("  source     " + task.start().source());
    lines.add("  target     " + task.start().target());
    lines.add("  started    " + time(task.startedAt()));
    task.endedAt().ifPresent(ended -> lines.add("  ended      " + time(ended)));
    task.keptUntil().ifPresent(time -> lines.add("  kept until " + time(time)));
    lines.add("  attempts   " + task.attempts());
    lines.add("  command    amber " + String.join(" ", task.start().arguments()));
    lines.add("  directory  " + task.start().directory());
    new TreeMap<>(task.start().environment())
        .forEach((name, value) -> lines.add("  variable   %s=%s".formatted(name, value)));
    lines.add("  version    " + task.start().version());
    lines.addAll(whatCanBeDone(task));
    return lines;
  }

  private static List<String> whatCanBeDone(Task task) {
    if (task.state() == TaskState.IN_PROGRESS) {
      return List.of(
          "  process    " + task.process().pid(), "  end it     amber tasks cancel " + task.id());
    }
    if (task.resumable()) {
      return List.of(
          "  go on      amber tasks resume " + task.id(),
          "  or remove  amber tasks cancel " + task.id());
    }
    return task.left()
        ? List.of(
            "  remove     amber tasks cancel " + task.id() + ", as it may have left something")
        : List.of();
  }

  private static String word(String name) {
    return switch (name) {
      case "storedBytes" -> "stored";
      case "imageId" -> "image";
      default -> name;
    };
  }

  private static String amount(Object value) {
    return value instanceof Number bytes ? Text.bytes(bytes.longValue()) : String.valueOf(value);
  }

  static String time(Instant time) {
    return TIME.format(time);
  }
}
