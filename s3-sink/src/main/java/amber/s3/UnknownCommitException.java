package amber.s3;

import java.io.IOException;

/** All bytes were sent, and whether the archive is there is not known: the answer was lost. */
public final class UnknownCommitException extends IOException {

  private static final long serialVersionUID = 1L;

  UnknownCommitException(String location, IOException cause) {
    super(
        location
            + ": was sent whole, but S3's answer was lost; check whether the archive exists: "
            + cause.getMessage(),
        cause);
  }
}
