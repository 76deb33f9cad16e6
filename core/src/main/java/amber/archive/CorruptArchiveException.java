package amber.archive;

import java.io.IOException;

/** The bytes of an archive contradict each other. Reading the same bytes again cannot help. */
public final class CorruptArchiveException extends IOException {

  private static final long serialVersionUID = 1L;

  /** Says where the archive is, and what is and should be. */
  public CorruptArchiveException(String location, String problem) {
    super(location + ": " + problem);
  }

  CorruptArchiveException(String location, String problem, Throwable cause) {
    super(location + ": " + problem, cause);
  }
}
