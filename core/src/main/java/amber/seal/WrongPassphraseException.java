package amber.seal;

import java.nio.file.Path;

/** A file's passphrase is another one, or was not given. */
public final class WrongPassphraseException extends KeyFileException {

  private static final long serialVersionUID = 1L;

  /** Says of which file, and what is and should be. */
  public WrongPassphraseException(Path file, String problem) {
    super(file, problem);
  }
}
