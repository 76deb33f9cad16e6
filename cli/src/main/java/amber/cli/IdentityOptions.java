package amber.cli;

import amber.seal.Crypto;
import amber.seal.Identity;
import amber.seal.KeyFile;
import amber.seal.KeyIdentity;
import amber.seal.KeyService;
import amber.seal.KmsIdentity;
import amber.seal.NoIdentityException;
import amber.seal.Passphrase;
import amber.seal.PassphraseIdentity;
import amber.seal.SealedArchive;
import amber.store.ArchiveSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** What opens an archive that is encrypted. */
final class IdentityOptions {

  @ArgGroup(exclusive = false, validate = false, heading = "%nAn encrypted archive:%n", order = 62)
  private Given given = new Given();

  /** The options themselves. */
  static final class Given {
    @Option(
        names = "--identity",
        paramLabel = "FILE",
        description =
            "Open the archive with the private key in FILE: PEM, PKCS#8 or PKCS#12; may be given"
                + " again.")
    private List<Path> keys = new ArrayList<>();

    @Option(
        names = "--identity-passphrase-file",
        paramLabel = "FILE",
        description =
            "A file with the passphrase of --identity in its one line (default: asked on the"
                + " terminal, if it needs one).")
    private Path keyPassphrase;

    @Option(
        names = "--identity-kms",
        description =
            "Open the archive with the AWS KMS key that it is encrypted to, if it is to one that"
                + " this command's AWS credentials may use.")
    private boolean kms;

    @Option(
        names = "--passphrase-file",
        paramLabel = "FILE",
        description = "Open the archive with the passphrase in FILE's one line.")
    private Path passphraseFile;

    @Option(
        names = "--passphrase",
        description = "Open the archive with the passphrase that is asked on the terminal.")
    private boolean passphrase;
  }

  /**
   * An archive that may be sealed.
   *
   * @param source the archive inside; or the sealed one, if it is not open
   * @param sealed what is public of it, if it is sealed
   * @param isOpen whether it can be read
   */
  record Opened(ArchiveSource source, Optional<SealedArchive> sealed, boolean isOpen) {}

  /** Whether something is given that opens archives. */
  boolean areGiven() {
    return !given.keys.isEmpty() || given.passphraseFile != null || given.passphrase || given.kms;
  }

  /**
   * The archive inside, if it is sealed; else the archive itself.
   *
   * @param source is closed if this fails
   * @param kms is asked only if that is wanted
   * @throws NoIdentityException if it is sealed, and nothing that is given opens it
   * @throws RefusedException if it is not sealed, although somebody expects that
   */
  Opened open(ArchiveSource source, Console console, KeyService kms) throws IOException {
    Opened opened = openOrLook(source, console, kms);
    if (opened.isOpen()) {
      return opened;
    }
    opened.source().close();
    SealedArchive sealed = opened.sealed().orElseThrow();
    throw new NoIdentityException(sealed.location(), sealed.recipients(), List.of());
  }

  /** As above, but if it is sealed and nothing is given that could open it, it is not opened. */
  Opened openOrLook(ArchiveSource source, Console console, KeyService kms) throws IOException {
    try {
      SealedArchive.Looked looked = SealedArchive.look(source);
      if (looked.isSealed()) {
        return opened(looked.sealed(), console, kms);
      }
      if (areGiven()) {
        Archives.requireNotCut(looked.source());
        throw new RefusedException(
            Outcome.NOT_ALLOWED,
            source.location() + ": is not encrypted, should be, since it was told what opens it",
            "if it is right that anybody could have made it: leave out what opens" + " archives");
      }
      return new Opened(looked.source(), Optional.empty(), true);
    } catch (IOException | RuntimeException e) {
      source.close();
      throw e;
    }
  }

  private Opened opened(SealedArchive sealed, Console console, KeyService kms) throws IOException {
    if (!areGiven()) {
      return new Opened(sealed.stored(), Optional.of(sealed), false);
    }
    Crypto crypto = RecipientOptions.crypto(console);
    List<Passphrase> wiped = new ArrayList<>();
    try {
      return new Opened(sealed.open(identities(wiped, kms), crypto), Optional.of(sealed), true);
    } finally {
      wiped.forEach(Passphrase::close);
    }
  }

  /**
   * What is given.
   *
   * @param wiped gets what has to be wiped when they are no longer needed
   * @throws RefusedException if nothing is
   */
  List<Identity> required(List<Passphrase> wiped, KeyService kms) throws IOException {
    if (!areGiven()) {
      throw RefusedException.usage(
          "it is not said what opens the archive, should be",
          "give --identity KEY-FILE, --identity-kms, or --passphrase-file FILE");
    }
    return identities(wiped, kms);
  }

  /**
   * What is given, if anything is.
   *
   * @param wiped gets what has to be wiped when they are no longer needed
   */
  List<Identity> identities(List<Passphrase> wiped, KeyService kms) throws IOException {
    List<Identity> all = new ArrayList<>();
    for (Path file : given.keys) {
      KeyFile key =
          KeyFile.read(file, Passphrases.of(given.keyPassphrase, "--identity-passphrase-file"));
      // The certificate only tells which of them it is; without one, all are tried.
      all.add(new KeyIdentity(file.toString(), key.requireKey(), Optional.empty()));
    }
    if (given.passphraseFile != null) {
      wiped.add(Passphrase.read(given.passphraseFile));
    }
    if (given.passphrase) {
      char[] typed = Terminal.secret("amber: passphrase of the archive: ");
      if (typed == null) {
        throw RefusedException.usage(
            "--passphrase: there is no terminal to ask on, should be one",
            "put it into a file that you alone can read: --passphrase-file FILE");
      }
      wiped.add(new Passphrase(typed));
    }
    wiped.forEach(passphrase -> all.add(new PassphraseIdentity(passphrase)));
    if (given.kms) {
      // Last, because it takes a request.
      all.add(new KmsIdentity(kms));
    }
    return all;
  }
}
