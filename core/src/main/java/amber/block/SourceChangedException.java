package amber.block;

import java.io.IOException;

/** A volume was written to while it was read: what was read is no volume that ever existed. */
public final class SourceChangedException extends IOException {

  private static final long serialVersionUID = 1L;

  /** Names the volume and what differs. */
  public SourceChangedException(String location, String difference) {
    super(location + ": " + difference);
  }
}
