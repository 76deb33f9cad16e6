package amber.image;

import java.io.IOException;

/** An image's description contradicts itself or the rules for images. */
public final class InvalidImageException extends IOException {

  private static final long serialVersionUID = 1L;

  /** Says where, and what is and should be. */
  public InvalidImageException(String location, String problem) {
    super(location + ": " + problem);
  }
}
