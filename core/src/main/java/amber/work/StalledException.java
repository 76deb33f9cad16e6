package amber.work;

import java.io.IOException;

/** Nothing moved for too long; says what was waited for. */
public final class StalledException extends IOException {

  private static final long serialVersionUID = 1L;

  StalledException(String message, Throwable cause) {
    super(message, cause);
  }
}
