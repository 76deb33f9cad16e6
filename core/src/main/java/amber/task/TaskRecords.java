package amber.task;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the records of a journal add up to, read one after the other. */
final class TaskRecords {

  static final String STARTED = "started";
  static final String RESUMED = "resumed";
  static final String PROGRESS = "progress";
  static final String LEAVES = "leaves";
  static final String KEPT = "kept";
  static final String KEPT_FOR = "keptFor";
  static final String MINUTES = "minutes";
  static final String RESTARTED = "restarted";
  static final String COMPLETED = "completed";
  static final String FAILED = "failed";
  static final String INTERRUPTED = "interrupted";
  static final String CANCELLED = "cancelled";

  static final String LEFT = "left";
  static final String PID = "pid";
  static final String PROCESS_STARTED_AT = "processStartedAt";

  /** A century: longer than that is for ever. */
  private static final long MOST_MINUTES = Duration.ofDays(36_525).toMinutes();

  private final String id;
  private TaskStart start;
  private Instant startedAt = Instant.EPOCH;
  private Optional<Instant> endedAt = Optional.empty();
  private Optional<TaskState> end = Optional.empty();
  private Optional<String> reason = Optional.empty();
  private boolean keepsAny;
  private boolean left;
  private Map<String, Object> result = Map.of();
  private TaskProcess process = new TaskProcess(0, Instant.EPOCH);
  private int attempts;
  private Instant movedAt = Instant.EPOCH;
  private long keptMinutes;
  private long doneBytes;
  private long totalBytes;

  TaskRecords(String id) {
    this.id = id;
  }

  void take(JournalRecord record) {
    switch (record.type()) {
      case STARTED -> {
        start = start(record);
        startedAt = record.at();
        process = process(record);
        attempts = 1;
      }
      case RESUMED -> {
        end = Optional.empty();
        endedAt = Optional.empty();
        reason = Optional.empty();
        process = process(record);
        attempts++;
      }
      case KEPT_FOR -> keptMinutes = Math.min(record.number(MINUTES), MOST_MINUTES);
      case PROGRESS -> {
        moved(record, doneBytes != record.number("doneBytes"));
        doneBytes = record.number("doneBytes");
        totalBytes = record.number("totalBytes");
      }
      case LEAVES -> left = true;
      case KEPT -> {
        moved(record, true);
        keepsAny = true;
        left = true;
      }
      case RESTARTED -> keepsAny = false;
      case COMPLETED -> {
        end(record, TaskState.COMPLETED, false);
        result = result(record);
      }
      case FAILED -> end(record, TaskState.FAILED, leavesAny(record));
      case INTERRUPTED -> end(record, TaskState.INTERRUPTED, left);
      case CANCELLED -> end(record, TaskState.CANCELLED, false);
      default -> {
        // Of the run's own.
      }
    }
  }

  /** Whether nothing is left of a task whose last record this is. */
  static boolean settles(JournalRecord last) {
    return switch (last.type()) {
      case COMPLETED, CANCELLED -> true;
      case FAILED -> !leavesAny(last);
      default -> false;
    };
  }

  private static boolean leavesAny(JournalRecord failed) {
    return Boolean.TRUE.equals(failed.fields().get(LEFT));
  }

  private void moved(JournalRecord record, boolean something) {
    movedAt = something ? record.at() : movedAt;
  }

  private void end(JournalRecord record, TaskState state, boolean leavesAny) {
    end = Optional.of(state);
    left = leavesAny;
    keepsAny &= left;
    endedAt = Optional.of(record.at());
    reason = Optional.of(record.text("reason")).filter(text -> !text.isEmpty());
  }

  private static Map<String, Object> result(JournalRecord record) {
    Map<String, Object> result = new LinkedHashMap<>(record.fields());
    result.remove(JournalRecord.TYPE);
    result.remove(JournalRecord.AT);
    return result;
  }

  private static TaskProcess process(JournalRecord record) {
    Instant started = JournalRecord.time(record.text(PROCESS_STARTED_AT)).orElse(Instant.EPOCH);
    return new TaskProcess(record.number(PID), started);
  }

  private static TaskStart start(JournalRecord record) {
    List<String> arguments =
        record.fields().get("arguments") instanceof List<?> list
            ? list.stream().map(String::valueOf).toList()
            : List.of();
    return new TaskStart(
        record.text("verb"),
        record.text("source"),
        record.text("target"),
        arguments,
        record.text("directory"),
        environment(record),
        record.text("version"));
  }

  private static Map<String, String> environment(JournalRecord record) {
    Map<String, String> environment = new LinkedHashMap<>();
    if (record.fields().get("environment") instanceof Map<?, ?> map) {
      map.forEach((name, value) -> environment.put(String.valueOf(name), String.valueOf(value)));
    }
    return environment;
  }

  /**
   * The task; none if its first record is not there.
   *
   * @param isLocked whether somebody is at work on it
   */
  Optional<Task> task(boolean isLocked) {
    if (start == null) {
      return Optional.empty();
    }
    TaskState state =
        isLocked
            ? TaskState.IN_PROGRESS
            : end.orElse(keepsAny ? TaskState.INTERRUPTED : TaskState.FAILED);
    boolean died = !isLocked && end.isEmpty();
    return Optional.of(
        new Task(
            id,
            state,
            start,
            startedAt,
            isLocked ? Optional.empty() : endedAt,
            doneBytes,
            totalBytes,
            percent(state),
            keepsAny && state == TaskState.INTERRUPTED,
            keptUntil(state),
            left,
            died ? Optional.of("the process ended before it could say why") : reason,
            attempts,
            result,
            process));
  }

  private Optional<Instant> keptUntil(TaskState state) {
    boolean mayEnd = keptMinutes > 0 && keepsAny;
    return mayEnd && (state == TaskState.INTERRUPTED || state == TaskState.IN_PROGRESS)
        ? Optional.of(movedAt.plus(Duration.ofMinutes(keptMinutes)))
        : Optional.empty();
  }

  private int percent(TaskState state) {
    if (state == TaskState.COMPLETED) {
      return 100;
    }
    return totalBytes <= 0 ? 0 : (int) Math.max(0, Math.min(100, 100.0 * doneBytes / totalBytes));
  }
}
