package amber.seal;

import java.io.IOException;

/** A sealed archive is of a format that this version does not know. */
public final class UnsupportedSealException extends IOException {

  private static final long serialVersionUID = 1L;

  /** Says where the archive is, and what it needs. */
  public UnsupportedSealException(String location, String problem) {
    super(location + ": " + problem);
  }
}
