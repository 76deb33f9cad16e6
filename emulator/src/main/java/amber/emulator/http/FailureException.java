package amber.emulator.http;

import java.io.IOException;

/** Carries a failure up to where the service words its answer. */
public final class FailureException extends IOException {

  private static final long serialVersionUID = 1L;

  private final transient Failure failure;

  /** Refuses the request with this failure. */
  public FailureException(Failure failure) {
    super(failure.code() + ": " + failure.message());
    this.failure = failure;
  }

  /** What to answer. */
  public Failure failure() {
    return failure;
  }
}
