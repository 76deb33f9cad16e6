package amber.cli;

import amber.seal.Passphrase;
import amber.seal.PassphraseSource;
import java.nio.file.Path;

/** Where passphrases come from: a file that was named, else the terminal; never a flag. */
final class Passphrases {

  private Passphrases() {}

  /**
   * Those of a key file.
   *
   * @param file the file that has it, or null to ask for it
   * @param option the option that names that file
   */
  static PassphraseSource of(Path file, String option) {
    return key -> {
      if (file != null) {
        return Passphrase.read(file);
      }
      char[] typed = Terminal.secret("amber: passphrase of %s: ".formatted(key));
      if (typed == null) {
        throw new RefusedException(
            Outcome.NOT_ALLOWED,
            "%s: is encrypted, its passphrase should be given".formatted(key),
            "put it into a file that you alone can read: %s FILE".formatted(option));
      }
      return new Passphrase(typed);
    };
  }
}
