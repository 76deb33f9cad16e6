package amber.emulator.http;

import java.io.IOException;

/** Asks the listener to close the connection at once, after what was written so far. */
public final class CutException extends IOException {

  private static final long serialVersionUID = 1L;

  /** A cut; {@code why} is for debugging only, as nobody is told. */
  public CutException(String why) {
    super(why);
  }
}
