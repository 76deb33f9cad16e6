package amber.seal;

import java.io.IOException;

/** An archive would be encrypted to more recipients than whoever opens it will try. */
public final class TooManyRecipientsException extends IOException {

  private static final long serialVersionUID = 1L;

  /** Says how many they are, and how many they may be. */
  public TooManyRecipientsException(String problem) {
    super(problem);
  }
}
