package amber.cli;

import amber.Progress;
import amber.s3.UnknownCommitException;
import amber.task.TaskDirectory;
import amber.task.TaskJournal;
import amber.task.TaskStart;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;

/**
 * One run, recorded as a task. A run that cannot be recorded goes on all the same, and says that it
 * cannot be resumed.
 */
final class TaskRun implements Closeable {

  /** Of the tasks that this process works on, to be named if it has no time to end them well. */
  private static final Set<String> UNDER_WAY = ConcurrentHashMap.newKeySet();

  private final Optional<TaskJournal> journal;
  private final Progress progress;
  private final Consumer<String> warning;
  private BooleanSupplier keepsAny = () -> false;
  private Discarding discarding = () -> {};

  /** Removes what a run has left, when nobody can go on with it. */
  @FunctionalInterface
  interface Discarding {
    void run() throws IOException;
  }

  private TaskRun(Optional<TaskJournal> journal, Progress progress, Consumer<String> warning) {
    this.journal = journal;
    this.progress = progress;
    this.warning = warning;
  }

  /** What the record of a run begins with. */
  static TaskStart start(Console console, CommandSpec command, String source, String target) {
    return new TaskStart(
        command.name(),
        source,
        target,
        command.root().commandLine().getParseResult().originalArgs(),
        Path.of("").toAbsolutePath().toString(),
        TaskEnvironment.of(console),
        Version.tool());
  }

  /** Begins a record. */
  static TaskRun begin(
      Optional<TaskDirectory> tasks, TaskStart start, Progress progress, Consumer<String> warning) {
    try {
      if (tasks.isPresent()) {
        return of(tasks.get().create(start), progress, warning);
      }
    } catch (IOException e) {
      warning.accept("the run is not recorded, and cannot be resumed: " + ErrorReport.message(e));
    }
    return new TaskRun(Optional.empty(), progress, warning);
  }

  /** Goes on with a record. */
  static TaskRun of(TaskJournal journal, Progress progress, Consumer<String> warning) {
    return new TaskRun(Optional.of(journal), progress, warning);
  }

  /** The ids of the tasks that this process works on. */
  static List<String> underWay() {
    return UNDER_WAY.stream().sorted().toList();
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
   * @param result what is recorded of what came of it
   * @throws ResumableException if it fails, and a later run can go on with it
   */
  <T> T during(ProgressDisplay.Work<T> work, Function<T, Map<String, Object>> result)
      throws IOException {
    if (journal.isEmpty()) {
      return work.run();
    }
    T done;
    UNDER_WAY.add(journal.get().id());
    try {
      done = TaskPulse.during(journal.get(), progress, work);
    } catch (IOException e) {
      throw isKept(e) ? new ResumableException(journal.get().id(), e) : e;
    } catch (RuntimeException | Error e) {
      // That is a bug, or memory that is short: it is told as such, also if something is kept.
      isKept(e);
      throw e;
    } finally {
      UNDER_WAY.remove(journal.get().id());
    }
    // What was done is done, whether or not that can be written down.
    write(() -> journal.get().completed(result.apply(done)), new IOException());
    return done;
  }

  /** Writes down how the run ended, and returns whether a later one can go on with it. */
  private boolean isKept(Throwable failure) {
    TaskJournal record = journal.orElseThrow();
    String reason = ErrorReport.message(failure);
    boolean mendable = Mending.isPossible(failure);
    // What is asked of AWS now would fail at once for an interrupted thread.
    boolean interrupted = Thread.interrupted();
    try {
      write(() -> TaskPulse.write(record, progress), failure);
      if (keepsAny.getAsBoolean() && mendable) {
        write(() -> record.interrupted(reason), failure);
        return true;
      }
      boolean left = !isDiscarded(failure);
      write(() -> record.failed(reason, left), failure);
      return false;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private boolean isDiscarded(Throwable failure) {
    if (failure instanceof UnknownCommitException) {
      // It may be the archive itself; the next run finds out.
      return false;
    }
    if (write(discarding, failure)) {
      return true;
    }
    NotRemovedException left = new NotRemovedException(journal.orElseThrow().id());
    failure.addSuppressed(left);
    warning.accept(left.getMessage());
    return false;
  }

  /** Whether it could be written, or done; what was in the way goes with the failure. */
  private static boolean write(Discarding writing, Throwable failure) {
    try {
      writing.run();
      return true;
    } catch (IOException | RuntimeException e) {
      failure.addSuppressed(e);
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    if (journal.isPresent()) {
      journal.get().close();
    }
  }
}
