package amber.seal;

import java.io.IOException;
import java.nio.file.Path;

/** Where the passphrase of a file comes from; asked only if the file needs one. */
@FunctionalInterface
public interface PassphraseSource {

  /** There is none. */
  PassphraseSource NONE =
      file -> {
        throw new WrongPassphraseException(file, "is encrypted, its passphrase should be given");
      };

  /**
   * The passphrase; the caller closes it.
   *
   * @param file what it opens
   */
  Passphrase passphraseOf(Path file) throws IOException;
}
