package amber.cli;

import amber.PackJournal;
import amber.task.Task;
import amber.task.TaskDirectory;
import amber.task.TaskJournal;
import amber.task.TaskState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.ToIntFunction;
import picocli.CommandLine;
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
      header = {"Goes on with a task that was interrupted: runs its command again.", ""})
  static final class Resume extends OneTask {

    private final ToIntFunction<List<String>> commands;

    /**
     * The command.
     *
     * @param commands runs a command line
     */
    Resume(Console console, ToIntFunction<List<String>> commands) {
      super(console);
      this.commands = commands;
    }

    @Override
    int run(TaskDirectory tasks, Task task) throws IOException {
      if (task.state() != TaskState.INTERRUPTED || !task.resumable()) {
        throw RefusedException.usage(
            "%s: is %s, should be Interrupted".formatted(task.id(), task.state().text()),
            task.state() == TaskState.FAILED
                ? "nothing of it is kept; run its command again: amber tasks show " + task.id()
                : "see which can be gone on with: amber tasks --state Interrupted");
      }
      Path here = Path.of("").toAbsolutePath();
      if (!here.toString().equals(task.start().directory())) {
        throw RefusedException.usage(
            "%s: was begun in %s, should be gone on with there"
                .formatted(task.id(), task.start().directory()),
            "cd there first: its command names files from there");
      }
      return commands.applyAsInt(task.start().arguments());
    }
  }

  /** {@code amber tasks cancel}. */
  @Command(
      name = "cancel",
      header = {"Removes what an interrupted task has stored, which is paid for.", ""})
  static final class Cancel extends OneTask {

    Cancel(Console console) {
      super(console);
    }

    @Override
    int run(TaskDirectory tasks, Task task) throws IOException {
      if (task.state() != TaskState.INTERRUPTED) {
        throw RefusedException.usage(
            "%s: is %s, should be Interrupted".formatted(task.id(), task.state().text()),
            task.state() == TaskState.IN_PROGRESS
                ? "end it first, by Ctrl-C or SIGTERM"
                : "it has left nothing that could be removed");
      }
      // While it is open here, nobody goes on with it.
      try (TaskJournal journal = tasks.open(task.id())) {
        Optional<String> token =
            PackJournal.read(tasks, task.id()).flatMap(PackJournal.Noted::token);
        if (token.isPresent()) {
          command(task).discard(task.start().target(), token.get());
        }
        journal.cancelled();
      }
      confirm("cancel", task, "cancelled %s: nothing of it is left".formatted(task.id()));
      return Outcome.OK.exitCode();
    }

    /** Its command, which knows by whom and where S3 is asked. */
    private PackCommand command(Task task) {
      PackCommand pack = new PackCommand(console());
      List<String> arguments = task.start().arguments();
      new CommandLine(pack)
          .setDefaultValueProvider(new Settings(console()))
          .parseArgs(arguments.subList(1, arguments.size()).toArray(String[]::new));
      return pack;
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
      if (task.resumable()) {
        throw RefusedException.usage(
            task.id() + ": has left something in S3, of which nobody else would know",
            "remove that first: amber tasks cancel " + task.id());
      }
      tasks.forget(task.id());
      confirm("forget", task, "forgot " + task.id());
      return Outcome.OK.exitCode();
    }
  }
}
