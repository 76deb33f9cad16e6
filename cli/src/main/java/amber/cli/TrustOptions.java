package amber.cli;

import amber.seal.KeyFile;
import amber.seal.SignerTrust;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Whose signature an archive must have. */
final class TrustOptions {

  @ArgGroup(
      exclusive = false,
      validate = false,
      heading = "%nThe archive's signature:%n",
      order = 60)
  private Trust trust = new Trust();

  /** The options themselves. */
  static final class Trust {
    @Option(
        names = "--require-signature",
        description =
            "Refuse an archive that nobody trusted has signed, before anything in it is used."
                + " Needs --signer-cert or --trust, each of which asks for the same.")
    private boolean required;

    @Option(
        names = "--signer-cert",
        paramLabel = "FILE",
        description = "Trust the signers whose certificates are in FILE, and nobody else.")
    private Path certificate;

    @Option(
        names = "--trust",
        paramLabel = "STORE",
        description =
            "Trust the signers for whom an authority in STORE vouches: certificates in PEM, or"
                + " PKCS#12.")
    private Path store;

    @Option(
        names = "--trust-passphrase-file",
        paramLabel = "FILE",
        description =
            "A file with the passphrase of --trust in its one line (default: asked on the"
                + " terminal, if it needs one).")
    private Path passphrase;
  }

  /** Whether a signature is asked for. */
  boolean isGiven() {
    return trust.required || trust.certificate != null || trust.store != null;
  }

  /** Whom to trust, if a signature is asked for. */
  Optional<SignerTrust> trust() throws IOException {
    if (trust.certificate != null && trust.store != null) {
      throw RefusedException.usage(
          "--signer-cert and --trust: exclude each other", "choose one of them");
    }
    if (trust.certificate != null) {
      return Optional.of(SignerTrust.inSigners(read(trust.certificate)));
    }
    if (trust.store != null) {
      return Optional.of(SignerTrust.inStore(read(trust.store)));
    }
    if (trust.required || trust.passphrase != null) {
      throw RefusedException.usage(
          "%s: does not say whom to trust, should be with --signer-cert or --trust"
              .formatted(trust.required ? "--require-signature" : "--trust-passphrase-file"),
          "anybody can sign; name those who may: --trust STORE");
    }
    return Optional.empty();
  }

  private KeyFile read(Path file) throws IOException {
    return KeyFile.read(file, Passphrases.of(trust.passphrase, "--trust-passphrase-file"));
  }
}
