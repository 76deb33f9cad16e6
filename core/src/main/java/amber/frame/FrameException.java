package amber.frame;

import java.io.IOException;

/** The bytes of a frame are not what they should be. Says what; the caller knows where. */
public final class FrameException extends IOException {

  private static final long serialVersionUID = 1L;

  FrameException(String what) {
    super(what);
  }
}
