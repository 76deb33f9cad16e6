package amber.cli;

import java.io.IOException;

/** What was asked for is not done, for a reason that the command line itself found. */
final class RefusedException extends IOException {

  private static final long serialVersionUID = 1L;

  private final Outcome outcome;
  private final String hint;

  RefusedException(Outcome outcome, String message, String hint) {
    this(outcome, message, hint, null);
  }

  RefusedException(Outcome outcome, String message, String hint, Throwable cause) {
    super(message, cause);
    this.outcome = outcome;
    this.hint = hint;
  }

  /** What was asked for makes no sense. */
  static RefusedException usage(String message, String hint) {
    return new RefusedException(Outcome.USAGE, message, hint);
  }

  Outcome outcome() {
    return outcome;
  }

  String hint() {
    return hint;
  }
}
