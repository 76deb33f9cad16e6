package amber.s3;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;

/**
 * Another request for the same key was under way when the archive should become visible, so that S3
 * refused. Nothing of it is visible, and what was sent is thrown away: S3 wants all of it anew.
 */
public final class LostRaceException extends FileAlreadyExistsException {

  private static final long serialVersionUID = 1L;

  LostRaceException(String location, IOException cause) {
    super(
        location,
        null,
        "something else was storing or deleting an object of this key at the same time, nothing"
            + " should");
    if (cause != null) {
      initCause(cause);
    }
  }
}
