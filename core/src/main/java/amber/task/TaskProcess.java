package amber.task;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The process that works on a task.
 *
 * @param pid its number, which another gets when it has ended
 * @param startedAt when it started, which tells it from that other; the epoch if the system does
 *     not say
 */
public record TaskProcess(long pid, Instant startedAt) {

  // The system counts from its own start, which is known to the second only.
  private static final Duration INEXACT = Duration.ofSeconds(2);

  /** This one. */
  static TaskProcess current() {
    ProcessHandle self = ProcessHandle.current();
    return new TaskProcess(self.pid(), startOf(self));
  }

  private static Instant startOf(ProcessHandle process) {
    return process.info().startInstant().orElse(Instant.EPOCH);
  }

  /** The process, if it is alive, and not another with its number. */
  public Optional<ProcessHandle> find() {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .filter(
            process -> Duration.between(startOf(process), startedAt).abs().compareTo(INEXACT) <= 0);
  }
}
