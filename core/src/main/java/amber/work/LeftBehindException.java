package amber.work;

import java.io.IOException;

/**
 * Something that was begun, is not wanted, and could not be removed. Where it comes beside another
 * failure, as a suppressed exception, users are told of it as well: it costs money.
 */
public final class LeftBehindException extends IOException {

  private static final long serialVersionUID = 1L;

  /** Says what is left, and what should be done about it. */
  public LeftBehindException(String message, Throwable cause) {
    super(message, cause);
  }
}
