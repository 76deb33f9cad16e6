package amber.cli;

import amber.task.TaskDirectory;
import java.nio.file.Path;
import java.util.Optional;

/** Where tasks are recorded. */
final class Tasks {

  /** Names the directory. */
  static final String VARIABLE = "AMBER_STATE_DIR";

  private Tasks() {}

  /**
   * The directory of the environment: the one that it names, else the one for programs' state; none
   * where nobody is at home.
   */
  static Optional<TaskDirectory> of(Console console) {
    return path(console).map(TaskDirectory::new);
  }

  private static Optional<Path> path(Console console) {
    String named = console.variable(VARIABLE);
    if (named != null) {
      return Optional.of(Path.of(named));
    }
    String state = console.variable("XDG_STATE_HOME");
    // What is no absolute path there counts as none: XDG Base Directory Specification.
    if (state != null && Path.of(state).isAbsolute()) {
      return Optional.of(Path.of(state, "amber"));
    }
    return Optional.ofNullable(console.variable("HOME"))
        .map(home -> Path.of(home, ".local", "state", "amber"));
  }

  /** As {@link #of}, for commands that are about tasks. */
  static TaskDirectory require(Console console) throws RefusedException {
    return of(console)
        .orElseThrow(
            () ->
                RefusedException.usage(
                    "tasks: there is no place where they are recorded",
                    "name a directory by " + VARIABLE));
  }
}
