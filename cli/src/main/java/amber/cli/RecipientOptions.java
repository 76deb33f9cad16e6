package amber.cli;

import amber.kms.KmsArn;
import amber.seal.CertificateRecipient;
import amber.seal.Crypto;
import amber.seal.KeyFile;
import amber.seal.KeyService;
import amber.seal.KmsRecipient;
import amber.seal.Passphrase;
import amber.seal.PassphraseRecipient;
import amber.seal.PassphraseSource;
import amber.seal.Recipient;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** To whom an archive is encrypted. */
final class RecipientOptions {

  @ArgGroup(exclusive = false, validate = false, heading = "%nEncryption:%n", order = 61)
  private Given given = new Given();

  /** The options themselves. */
  static final class Given {
    @Option(
        names = "--recipient",
        paramLabel = "FILE",
        description =
            "Encrypt the archive to the holder of the certificate in FILE (PEM or DER; RSA, or EC"
                + " with P-256 or P-384); may be given again.")
    private List<Path> certificates = new ArrayList<>();

    @Option(
        names = "--recipient-kms",
        paramLabel = "ARN",
        converter = Values.KmsKey.class,
        description =
            "Encrypt it to whoever may use the AWS KMS key (symmetric) of this ARN; may be given"
                + " again.")
    private List<KmsArn> keys = new ArrayList<>();

    @Option(
        names = "--recipient-passphrase-file",
        paramLabel = "FILE",
        description = "Encrypt it to whoever knows the passphrase in FILE's one line.")
    private Path passphraseFile;

    @Option(
        names = "--recipient-passphrase",
        description = "Encrypt it to whoever knows the passphrase that is asked on the terminal.")
    private boolean passphrase;
  }

  /**
   * The recipients, whose files are read now.
   *
   * @param kms has the keys of AWS, and is not asked yet
   * @param warnings hear of certificates that are not valid now: who has the key can open the
   *     archive all the same
   * @throws RefusedException if an archive cannot be encrypted to one of them
   */
  List<Recipient> recipients(KeyService kms, Consumer<String> warnings) throws IOException {
    List<Recipient> all = new ArrayList<>();
    for (Path file : given.certificates) {
      all.add(recipient(file, warnings));
    }
    given.keys.stream().distinct().forEach(key -> all.add(new KmsRecipient(key.text(), kms)));
    if (given.passphraseFile != null && given.passphrase) {
      throw RefusedException.usage(
          "--recipient-passphrase-file and --recipient-passphrase: exclude each other",
          "leave one of them out");
    }
    if (given.passphraseFile != null) {
      all.add(new PassphraseRecipient(Passphrase.read(given.passphraseFile)));
    } else if (given.passphrase) {
      all.add(new PassphraseRecipient(asked()));
    }
    return all;
  }

  private static Recipient recipient(Path file, Consumer<String> warnings) throws IOException {
    X509Certificate certificate = KeyFile.read(file, PassphraseSource.NONE).requireCertificate();
    String unfit = CertificateRecipient.unfit(certificate);
    if (unfit != null) {
      throw RefusedException.usage(
          "%s: %s".formatted(file, unfit), "give a certificate of another key");
    }
    warnOfTime(file, certificate, warnings);
    return new CertificateRecipient(certificate);
  }

  private static void warnOfTime(
      Path file, X509Certificate certificate, Consumer<String> warnings) {
    Instant now = Instant.now();
    Instant from = certificate.getNotBefore().toInstant();
    Instant until = certificate.getNotAfter().toInstant();
    if (until.isBefore(now)) {
      warnings.accept(
          "%s: the certificate has expired at %s; its holder can open the archive if he has kept the key"
              .formatted(file, until));
    } else if (from.isAfter(now)) {
      warnings.accept("%s: the certificate is valid only from %s on".formatted(file, from));
    }
  }

  private static Passphrase asked() throws RefusedException {
    char[] typed = Terminal.secret("amber: passphrase of the archive: ");
    if (typed == null) {
      throw RefusedException.usage(
          "--recipient-passphrase: there is no terminal to ask on, should be one",
          "put it into a file that you alone can read: --recipient-passphrase-file FILE");
    }
    char[] again = Terminal.secret("amber: the same passphrase again: ");
    boolean same = again != null && Arrays.equals(typed, again);
    if (again != null) {
      Arrays.fill(again, '\0');
    }
    if (!same || typed.length == 0) {
      Arrays.fill(typed, '\0');
      throw RefusedException.usage(
          same
              ? "the passphrase is empty, should have at least one character"
              : "the two passphrases are different, should be the same",
          "type it again");
    }
    return new Passphrase(typed);
  }

  /** The ciphers that the environment asks for. */
  static Crypto crypto(Console console) throws RefusedException {
    String provider = console.variable("AMBER_CRYPTO_PROVIDER");
    if (provider == null || provider.isEmpty()) {
      return Crypto.DEFAULT;
    }
    try {
      return Crypto.of(provider);
    } catch (IllegalArgumentException e) {
      throw RefusedException.usage(
          "AMBER_CRYPTO_PROVIDER: " + e.getMessage(), "name one of these, or unset it");
    }
  }
}
