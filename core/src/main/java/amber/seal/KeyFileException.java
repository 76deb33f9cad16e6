package amber.seal;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A file of keys, certificates or a passphrase is not what it should be. It has no cause, because
 * what a library says of a key may hold some of it.
 */
public class KeyFileException extends IOException {

  private static final long serialVersionUID = 1L;

  /** Says of which file, and what is and should be. */
  public KeyFileException(Path file, String problem) {
    super(file + ": " + problem);
  }
}
