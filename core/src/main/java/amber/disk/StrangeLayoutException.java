package amber.disk;

import java.io.IOException;

/** What a disk says of itself cannot be. It is no failure: whoever looks says so, and goes on. */
final class StrangeLayoutException extends IOException {

  private static final long serialVersionUID = 1L;

  StrangeLayoutException(String problem) {
    super(problem);
  }
}
