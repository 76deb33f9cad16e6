package amber.cli;

import java.io.IOException;

/** A run that failed or was ended, and of which enough is kept that a later one can go on. */
final class ResumableException extends IOException {

  private static final long serialVersionUID = 1L;

  private final String taskId;

  ResumableException(String taskId, IOException cause) {
    super(cause.getMessage(), cause);
    this.taskId = taskId;
  }

  /** The task that can be gone on with. */
  String taskId() {
    return taskId;
  }

  /** Why it ended. */
  IOException failure() {
    return (IOException) getCause();
  }

  /** What can be done now. */
  String hint() {
    return "run the command again, or 'amber tasks resume %s', to go on; 'amber tasks cancel %s' removes what is stored"
        .formatted(taskId, taskId);
  }
}
