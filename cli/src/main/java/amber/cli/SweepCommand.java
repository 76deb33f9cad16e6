package amber.cli;

import amber.task.Task;
import amber.task.TaskDirectory;
import amber.task.TaskState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code amber tasks sweep}. */
@Command(
    name = "sweep",
    header = {
      "Removes what runs have left that died, and only that.",
      "",
      "  amber tasks sweep --dry-run",
      "  amber tasks sweep --snapshots --region us-east-1",
      ""
    },
    description = {
      "What tasks have left is known from their records. What can be gone on with",
      "stays, unless --interrupted is given. Nothing is touched that no record here",
      "tells of.",
      ""
    })
final class SweepCommand implements Callable<Integer> {

  private final Console console;

  @Option(names = "--dry-run", description = "Tell what would be removed; remove nothing.")
  private boolean dryRun;

  @Option(names = "--interrupted", description = "Also what can be gone on with; it then cannot.")
  private boolean interrupted;

  @Option(
      names = "--snapshots",
      description =
          "Also look for snapshots with Amber's tag in the account and region that the options"
              + " below name. Those that no task here has begun are listed only.")
  private boolean snapshots;

  @Mixin private AwsOptions aws;

  @Mixin private CommonOptions common;

  private final List<String> lines = new ArrayList<>();
  private boolean failed;

  SweepCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    TaskDirectory tasks = Tasks.require(console);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("schema", 1);
    json.put("command", "tasks sweep");
    json.put("dryRun", dryRun);
    json.put("tasks", sweepTasks(tasks));
    json.put("snapshots", snapshots ? sweepSnapshots(tasks) : List.of());
    if (lines.isEmpty()) {
      lines.add("nothing is left of runs that died");
    }
    common.print(console, new Document(json, lines));
    return (failed ? Outcome.FAILED : Outcome.OK).exitCode();
  }

  private List<Map<String, Object>> sweepTasks(TaskDirectory tasks) throws IOException {
    List<Map<String, Object>> swept = new ArrayList<>();
    for (Task task : tasks.list()) {
      if (isToBeSwept(task)) {
        Map<String, Object> item = new LinkedHashMap<>();
        item.put("id", task.id());
        item.put("state", task.state().text());
        item.put("verb", task.start().verb());
        item.put("target", task.start().target());
        remove(
            item,
            "what is left of %s, %s to %s"
                .formatted(task.id(), task.start().verb(), task.start().target()),
            () -> new TaskRemoval(console, tasks).run(task));
        swept.add(item);
      }
    }
    return swept;
  }

  private boolean isToBeSwept(Task task) {
    return task.state() != TaskState.IN_PROGRESS
        && task.left()
        && (interrupted || !task.resumable());
  }

  private List<Map<String, Object>> sweepSnapshots(TaskDirectory tasks) throws IOException {
    List<Map<String, Object>> swept = new ArrayList<>();
    try (AwsSide side = new AwsSide(aws.settings(), console, common.traffic(console))) {
      SnapshotSweep sweep = new SnapshotSweep(side.ec2(), tasks, interrupted);
      for (SnapshotSweep.Found found : sweep.find()) {
        Map<String, Object> item = new LinkedHashMap<>();
        item.put("snapshotId", found.snapshot().snapshotId());
        item.put("state", found.snapshot().state());
        item.put("token", found.snapshot().token());
        found.snapshot().startedAt().ifPresent(time -> item.put("startedAt", time.toString()));
        String text =
            "%s (%s, %s)"
                .formatted(found.snapshot().snapshotId(), found.snapshot().state(), found.reason());
        item.put("reason", found.reason());
        if (found.isOurs()) {
          remove(item, text, () -> sweep.delete(found));
        } else {
          item.put("removed", false);
          lines.add("left alone: " + text);
        }
        swept.add(item);
      }
    }
    return swept;
  }

  /** Removes something. */
  private interface Removal {
    void run() throws IOException;
  }

  private void remove(Map<String, Object> item, String text, Removal removal) {
    if (dryRun) {
      item.put("removed", false);
      lines.add("would remove " + text);
      return;
    }
    try {
      removal.run();
      item.put("removed", true);
      lines.add("removed " + text);
    } catch (IOException e) {
      failed = true;
      item.put("removed", false);
      item.put("error", ErrorReport.message(e));
      common.warn(console, "%s: stays: %s".formatted(text, ErrorReport.message(e)));
    }
  }
}
