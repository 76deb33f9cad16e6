package amber.cli;

import java.io.IOException;
import java.util.Optional;

/**
 * What a failed task has stored could not be removed. It goes with the failure, as a suppressed
 * exception.
 */
final class NotRemovedException extends IOException {

  private static final long serialVersionUID = 1L;

  private final String taskId;

  NotRemovedException(String taskId) {
    super(
        "%s: what it has stored could not be removed; to try again: amber tasks cancel %s"
            .formatted(taskId, taskId));
    this.taskId = taskId;
  }

  /** What to do after a failure that comes with such an exception. */
  static Optional<String> hint(Throwable failure) {
    for (Throwable suppressed : failure.getSuppressed()) {
      if (suppressed instanceof NotRemovedException left) {
        return Optional.of(
            "'amber tasks cancel %s' removes what it has stored and could not remove itself"
                .formatted(left.taskId));
      }
    }
    return Optional.empty();
  }
}
