package amber.seal;

import java.io.IOException;

/** The bytes of a sealed archive are not those that were sealed. */
public final class BrokenSealException extends IOException {

  private static final long serialVersionUID = 1L;

  /** Says where the archive is, and what is and should be. */
  public BrokenSealException(String location, String problem) {
    super(location + ": " + problem);
  }
}
