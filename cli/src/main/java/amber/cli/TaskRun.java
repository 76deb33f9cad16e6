package amber.cli;

import amber.Progress;
import amber.block.SourceChangedException;
import amber.task.TaskDirectory;
import amber.task.TaskJournal;
import amber.task.TaskStart;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;

/**
 * One run, recorded as a task. A run that cannot be recorded goes on all the same, and says that it
 * cannot be resumed.
 */
final class TaskRun implements Closeable {

  private final Optional<TaskJournal> journal;
  private final Progress progress;
  private BooleanSupplier keepsAny = () -> false;
  private Discarding discarding = () -> {};

  /** Removes what a run has left, when nobody can go on with it. */
  @FunctionalInterface
  interface Discarding {
    void run() throws IOException;
  }

  private TaskRun(Optional<TaskJournal> journal, Progress progress) {
    this.journal = journal;
    this.progress = progress;
  }

  /** What the record of a run begins with. */
  static TaskStart start(CommandSpec command, String source, String target) {
    return new TaskStart(
        command.name(),
        source,
        target,
        command.root().commandLine().getParseResult().originalArgs(),
        Path.of("").toAbsolutePath().toString(),
        Version.tool());
  }

  /** Begins a record. */
  static TaskRun begin(
      Optional<TaskDirectory> tasks, TaskStart start, Progress progress, Consumer<String> warning) {
    try {
      if (tasks.isPresent()) {
        return of(tasks.get().create(start), progress);
      }
    } catch (IOException e) {
      warning.accept("the run is not recorded, and cannot be resumed: " + ErrorReport.message(e));
    }
    return new TaskRun(Optional.empty(), progress);
  }

  /** Goes on with a record. */
  static TaskRun of(TaskJournal journal, Progress progress) {
    return new TaskRun(Optional.of(journal), progress);
  }

  Optional<TaskJournal> journal() {
    return journal;
  }

  /**
   * Says that what the run has done may be kept.
   *
   * @param any whether anything is
   * @param discard removes it
   */
  void keeps(BooleanSupplier any, Discarding discard) {
    keepsAny = any;
    discarding = discard;
  }

  /**
   * Does what is recorded.
   *
   * @throws ResumableException if it fails, and a later run can go on with it
   */
  <T> T during(ProgressDisplay.Work<T> work) throws IOException {
    if (journal.isEmpty()) {
      return work.run();
    }
    T result;
    try {
      result = TaskPulse.during(journal.get(), progress, work);
    } catch (IOException e) {
      throw ended(e);
    } catch (RuntimeException | Error e) {
      write(() -> journal.get().failed(ErrorReport.message(e)), e);
      throw e;
    }
    // What was done is done, whether or not that can be written down.
    write(() -> journal.get().completed(Map.of()), new IOException());
    return result;
  }

  private IOException ended(IOException failure) {
    TaskJournal record = journal.orElseThrow();
    String reason = ErrorReport.message(failure);
    write(() -> TaskPulse.write(record, progress), failure);
    if (keepsAny.getAsBoolean() && isMendable(failure)) {
      write(() -> record.interrupted(reason), failure);
      return new ResumableException(record.id(), failure);
    }
    write(discarding, failure);
    write(() -> record.failed(reason), failure);
    return failure;
  }

  /** Whether the same run can come to a better end. */
  private static boolean isMendable(IOException failure) {
    return switch (Outcome.of(failure)) {
      case FAILED -> !(failure instanceof SourceChangedException);
      case NOT_ALLOWED, NOT_FOUND, NOT_READY, INTERRUPTED -> true;
      default -> false;
    };
  }

  private static void write(Discarding writing, Throwable failure) {
    try {
      writing.run();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  @Override
  public void close() throws IOException {
    if (journal.isPresent()) {
      journal.get().close();
    }
  }
}
