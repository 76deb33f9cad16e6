package amber.cli;

import amber.seal.KeyFile;
import amber.seal.PassphraseSource;
import amber.seal.Signer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Who vouches for an archive that is made. */
final class SigningOptions {

  @ArgGroup(exclusive = false, validate = false, heading = "%nA signature:%n", order = 60)
  private Signing signing = new Signing();

  /** The options themselves. */
  static final class Signing {
    @Option(
        names = "--signer",
        paramLabel = "FILE",
        description =
            "Sign the archive with the private key in FILE: PEM or PKCS#12, with its certificate"
                + " and those of its issuers.")
    private Path key;

    @Option(
        names = "--signer-cert",
        paramLabel = "FILE",
        description = "Where the signer's certificate and its issuers' are, if not in --signer.")
    private Path certificate;

    @Option(
        names = "--signer-passphrase-file",
        paramLabel = "FILE",
        description =
            "A file with the passphrase of --signer in its one line (default: asked on the"
                + " terminal, if it needs one).")
    private Path passphrase;
  }

  /** The signer, if there shall be one. */
  Optional<Signer> signer() throws IOException {
    if (signing.key == null) {
      if (signing.certificate != null || signing.passphrase != null) {
        throw RefusedException.usage(
            "%s: is for a signature, which --signer asks for"
                .formatted(
                    signing.certificate == null ? "--signer-passphrase-file" : "--signer-cert"),
            "name the key: --signer FILE");
      }
      return Optional.empty();
    }
    KeyFile key =
        KeyFile.read(signing.key, Passphrases.of(signing.passphrase, "--signer-passphrase-file"));
    return Optional.of(
        Signer.of(
            signing.certificate == null
                ? key
                : key.with(KeyFile.read(signing.certificate, PassphraseSource.NONE))));
  }
}
