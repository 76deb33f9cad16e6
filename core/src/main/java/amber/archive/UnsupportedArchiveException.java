package amber.archive;

import java.io.IOException;

/** An archive is whole, but of a version or with features that this version does not know. */
public final class UnsupportedArchiveException extends IOException {

  private static final long serialVersionUID = 1L;

  UnsupportedArchiveException(String location, String problem) {
    super(location + ": " + problem);
  }
}
