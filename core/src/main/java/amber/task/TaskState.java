package amber.task;

/** What has become of a task. */
public enum TaskState {
  /** Somebody is at work on it. */
  IN_PROGRESS("InProgress"),
  /** Done. */
  COMPLETED("Completed"),
  /** It failed, and nothing of it is kept. */
  FAILED("Failed"),
  /** What was kept of it was removed. */
  CANCELLED("Cancelled"),
  /** It ended before it was done, and can be gone on with. */
  INTERRUPTED("Interrupted");

  private final String text;

  TaskState(String text) {
    this.text = text;
  }

  /** The state's name, spelled as those of EC2's store image tasks. */
  public String text() {
    return text;
  }
}
