package amber.seal;

import java.io.IOException;

/** An archive is whole, but nobody who is trusted vouches for it. */
public final class UntrustedArchiveException extends IOException {

  private static final long serialVersionUID = 1L;

  /** Says where the archive is, and what is and should be. */
  UntrustedArchiveException(String location, String problem) {
    super(location + ": " + problem);
  }
}
