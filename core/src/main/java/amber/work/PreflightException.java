package amber.work;

import java.io.IOException;
import java.util.List;

/** Several things stand in the way of the work, which was not begun. */
public final class PreflightException extends IOException {

  private static final long serialVersionUID = 1;

  @SuppressWarnings("serial") // a list of this JVM's own, never sent
  private final List<IOException> problems;

  PreflightException(List<IOException> problems) {
    super("%d things stand in the way, nothing was begun".formatted(problems.size()));
    this.problems = List.copyOf(problems);
    problems.forEach(this::addSuppressed);
  }

  /** Each of them, at least two, in the order in which they were found. */
  public List<IOException> problems() {
    return problems;
  }
}
