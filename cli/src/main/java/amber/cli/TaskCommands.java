package amber.cli;

import amber.task.Task;
import amber.task.TaskDirectory;
import amber.task.TaskState;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The commands below {@code amber tasks}, each about one task. */
final class TaskCommands {

  private TaskCommands() {}

  /** What they have in common. */
  abstract static class OneTask implements Callable<Integer> {

    @Parameters(paramLabel = "TASK", description = "A task's id, or the beginning of it.")
    private String id;

    @Mixin private CommonOptions common;

    private final Console console;

    OneTask(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() throws IOException {
      TaskDirectory tasks = Tasks.require(console);
      return run(tasks, TasksCommand.find(tasks, id));
    }

    abstract int run(TaskDirectory tasks, Task task) throws IOException;

    Console console() {
      return console;
    }

    CommonOptions common() {
      return common;
    }

    void confirm(String verb, Task task, String text) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("schema", 1);
      json.put("command", "tasks " + verb);
      json.put("id", task.id());
      common.confirm(console, new Document(json, List.of(text)));
    }
  }

  /** {@code amber tasks list}. */
  @Command(
      name = "list",
      header = {"Lists what ran, what runs, and what can be gone on with.", ""})
  static final class Listed implements Callable<Integer> {

    private final Console console;

    @Mixin private TaskListing listing;

    @Mixin private CommonOptions common;

    Listed(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() throws IOException {
      common.print(console, listing.of(console));
      return Outcome.OK.exitCode();
    }
  }

  /** {@code amber tasks show}. */
  @Command(
      name = "show",
      header = {"Shows all that is recorded of a task.", ""})
  static final class Show extends OneTask {

    Show(Console console) {
      super(console);
    }

    @Override
    int run(TaskDirectory tasks, Task task) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("schema", 1);
      json.put("command", "tasks show");
      json.put("task", TaskText.json(task));
      common().print(console(), new Document(json, TaskText.lines(task)));
      return Outcome.OK.exitCode();
    }
  }

  /** {@code amber tasks resume}. */
  @Command(
      name = "resume",
      header = {
        "Goes on with a task that was interrupted: runs its command again.",
        "",
        "It runs as it did first: with the variables that were recorded, and with paths",
        "taken from where it was given. Who asks AWS is whoever is signed in now.",
        ""
      })
  static final class Resume extends OneTask {

    private final Running running;

    /** Runs a command line. */
    @FunctionalInterface
    interface Running {
      int run(Console console, List<String> arguments);
    }

    Resume(Console console, Running running) {
      super(console);
      this.running = running;
    }

    @Override
    int run(TaskDirectory tasks, Task task) throws IOException {
      boolean ended = task.state() == TaskState.INTERRUPTED || task.state() == TaskState.FAILED;
      if (!ended || !(task.resumable() || task.left())) {
        throw RefusedException.usage(
            "%s: is %s, should be Interrupted".formatted(task.id(), task.state().text()),
            task.state() == TaskState.FAILED
                ? "nothing of it is kept; see its command: amber tasks show " + task.id()
                : "see which can be gone on with: amber tasks --state Interrupted");
      }
      TaskCommandLine command = new TaskCommandLine(console(), task);
      return SdkProperties.during(
          task.start().environment(), () -> running.run(command.console(), command.arguments()));
    }
  }

  /** {@code amber tasks cancel}. */
  @Command(
      name = "cancel",
      header = {
        "Ends a task that is in progress, and removes what it or an interrupted one has left.",
        "",
        "What a task has stored is paid for, or takes room, until then.",
        ""
      })
  static final class Cancel extends OneTask {

    Cancel(Console console) {
      super(console);
    }

    @Override
    int run(TaskDirectory tasks, Task task) throws IOException {
      Task ended = task;
      if (task.state() == TaskState.IN_PROGRESS) {
        ended = new TaskEnding(tasks, task).end();
      } else if (!task.left()) {
        throw nothingLeft(task);
      }
      if (ended.state() == TaskState.COMPLETED) {
        throw RefusedException.usage(
            ended.id() + ": is Completed, should be Interrupted", "it was done before it ended");
      }
      new TaskRemoval(console(), tasks).run(ended);
      confirm("cancel", ended, "cancelled %s: nothing of it is left".formatted(ended.id()));
      return Outcome.OK.exitCode();
    }

    private static RefusedException nothingLeft(Task task) {
      return RefusedException.usage(
          "%s: is %s, should be InProgress or Interrupted"
              .formatted(task.id(), task.state().text()),
          "it has left nothing that could be removed");
    }
  }

  /** {@code amber tasks forget}. */
  @Command(
      name = "forget",
      header = {"Removes the record of a task that has ended.", ""})
  static final class Forget extends OneTask {

    Forget(Console console) {
      super(console);
    }

    @Override
    int run(TaskDirectory tasks, Task task) throws IOException {
      if (task.state() == TaskState.IN_PROGRESS) {
        throw RefusedException.usage(
            task.id() + ": is InProgress, should have ended", "wait, or end it");
      }
      if (task.left()) {
        throw RefusedException.usage(
            task.id() + ": has left something of which nobody else would know",
            "remove that first: amber tasks cancel " + task.id());
      }
      tasks.forget(task.id());
      confirm("forget", task, "forgot " + task.id());
      return Outcome.OK.exitCode();
    }
  }
}
