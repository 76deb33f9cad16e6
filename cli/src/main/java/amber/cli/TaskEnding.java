package amber.cli;

import amber.task.Task;
import amber.task.TaskDirectory;
import amber.task.TaskState;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Ends the process that works on a task, politely: as Ctrl-C does. */
final class TaskEnding {

  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final long PAUSE_MILLIS = 50;

  private final TaskDirectory tasks;
  private final Task task;

  TaskEnding(TaskDirectory tasks, Task task) {
    this.tasks = tasks;
    this.task = task;
  }

  /** Ends it, and returns the task as it is then. */
  Task end() throws IOException {
    Optional<ProcessHandle> process = task.process().find();
    if (process.isEmpty()) {
      throw RefusedException.usage(
          "%s: is InProgress, but there is no process %d of it here"
              .formatted(task.id(), task.process().pid()),
          "it runs on another host, or in a container: end it there");
    }
    if (process.get().equals(ProcessHandle.current()) || !process.get().destroy()) {
      throw RefusedException.usage(
          "%s: process %d cannot be ended from here".formatted(task.id(), process.get().pid()),
          "end it as whoever started it");
    }
    return await(process.get());
  }

  /** Its lock goes with it, whether or not it comes to write down how it ended. */
  private Task await(ProcessHandle process) throws IOException {
    long began = System.nanoTime();
    while (true) {
      Task now = TasksCommand.find(tasks, task.id());
      if (now.state() != TaskState.IN_PROGRESS) {
        return now;
      }
      if (System.nanoTime() - began > LIMIT.toNanos()) {
        throw new IOException(
            "%s: process %d was told to end, and has not in %d s"
                .formatted(task.id(), process.pid(), LIMIT.toSeconds()));
      }
      try {
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException(task.id() + ": interrupted while it ends");
      }
    }
  }
}
