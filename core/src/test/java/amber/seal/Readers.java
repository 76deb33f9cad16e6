package amber.seal;

import amber.fixture.Seals;
import amber.fuzz.ScratchDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.bouncycastle.cms.CMSAlgorithm;
import org.bouncycastle.cms.PasswordRecipient;
import org.bouncycastle.cms.RecipientInfoGenerator;
import org.bouncycastle.cms.jcajce.JcePasswordRecipientInfoGenerator;

/**
 * Whoever opens what fuzzing thinks of: one of each kind, whose keys are checked in, so that an
 * input means the same in every process.
 */
final class Readers {

  private static final String PASSPHRASE = "amber fuzz";

  /** Those of {@link PassphraseRecipient} would take all of the time. */
  private static final int FEW_ROUNDS = 10;

  private final List<KeyFile> files = new ArrayList<>();

  Readers() throws IOException {
    Path directory = ScratchDirectory.make("readers");
    for (String name : List.of("reader-p256.pem", "reader-p384.pem", "reader-rsa.pem")) {
      Path file = directory.resolve(name);
      try (InputStream in = Readers.class.getResourceAsStream("/keys/" + name)) {
        Files.copy(in, file);
      }
      files.add(KeyFile.read(file, PassphraseSource.NONE));
    }
  }

  /** A passphrase that is looked for quickly. */
  private record QuickPassphrase() implements Recipient {
    @Override
    public String name() {
      return "a passphrase";
    }

    @Override
    public RecipientInfoGenerator wrapping(UUID archive, Crypto crypto) {
      return new JcePasswordRecipientInfoGenerator(
              CMSAlgorithm.AES256_CBC, PASSPHRASE.toCharArray())
          .setProvider(SealProvider.get())
          .setPasswordConversionScheme(PasswordRecipient.PKCS5_SCHEME2_UTF8)
          .setPRF(PasswordRecipient.PRF.HMacSHA256)
          .setSaltAndIterationCount(crypto.random(16), FEW_ROUNDS)
          .setSecureRandom(crypto.random());
    }
  }

  /** All of them, a passphrase the last. */
  List<Recipient> recipients() throws IOException {
    List<Recipient> all = new ArrayList<>();
    for (KeyFile file : files) {
      all.add(new CertificateRecipient(file.requireCertificate()));
    }
    all.add(new QuickPassphrase());
    return all;
  }

  /** What opens that which is encrypted to one of them. */
  List<Identity> identities() throws IOException {
    List<Identity> all = new ArrayList<>();
    for (KeyFile file : files) {
      Optional<X509Certificate> certificate = Optional.empty();
      all.add(new KeyIdentity(file.path().toString(), file.requireKey(), certificate));
    }
    all.add(Seals.knowing(PASSPHRASE));
    return all;
  }
}
