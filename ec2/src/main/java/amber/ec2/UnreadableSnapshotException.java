package amber.ec2;

import java.io.IOException;

/** A snapshot cannot be read as it is; the message says what to do about it. */
public final class UnreadableSnapshotException extends IOException {

  private static final long serialVersionUID = 1L;

  UnreadableSnapshotException(String snapshotId, String problem) {
    super(snapshotId + ": " + problem);
  }
}
