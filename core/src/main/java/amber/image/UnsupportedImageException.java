package amber.image;

import java.io.IOException;

/** An image's description uses something that this version does not know and may not ignore. */
public final class UnsupportedImageException extends IOException {

  private static final long serialVersionUID = 1L;

  /** Says where, and what is and should be. */
  public UnsupportedImageException(String location, String problem) {
    super(location + ": " + problem);
  }
}
