package amber.cli;

import java.io.IOException;

/** What was written is not what was read. */
final class MismatchException extends IOException {

  private static final long serialVersionUID = 1L;

  MismatchException(String location, String problem) {
    super(location + ": " + problem);
  }
}
