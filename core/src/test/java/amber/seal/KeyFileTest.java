package amber.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import amber.fixture.Authority;
import amber.fixture.KeyFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys and certificates in all the forms that people have them in. */
class KeyFileTest {

  private static final String PASSPHRASE = "a passphrase with blanks";

  private static Authority root;
  private static Authority signer;

  @TempDir private Path directory;

  @BeforeAll
  static void issue() {
    root = Authority.root("Root");
    signer = root.authority("Below").signer("Signer", "P-384");
  }

  private static PassphraseSource says(String passphrase) {
    return file -> new Passphrase(passphrase.toCharArray());
  }

  private Path file(String text) throws IOException {
    return KeyFiles.write(directory.resolve("key.pem"), text);
  }

  private void assertReads(Path file, PassphraseSource passphrases, Authority whose)
      throws IOException {
    KeyFile read = KeyFile.read(file, passphrases);
    assertThat(KeyMatch.belong(read.requireKey(), whose.certificate().getPublicKey())).isTrue();
    assertThat(read.certificates()).isEqualTo(whose.chain());
  }

  @ParameterizedTest
  @ValueSource(strings = {"P-256", "P-384", "RSA", "Ed25519"})
  void readsPkcs8InPem(String kind) throws IOException {
    Authority of = root.signer("Signer", kind);
    assertReads(KeyFiles.pem(directory.resolve("key.pem"), of), PassphraseSource.NONE, of);
  }

  @ParameterizedTest
  @ValueSource(strings = {PASSPHRASE, "pässphräse"})
  void readsEncryptedPkcs8InPem(String passphrase) throws IOException {
    String pem = KeyFiles.encrypted(signer, passphrase) + KeyFiles.certificates(signer.chain());
    assertThat(pem).contains("BEGIN ENCRYPTED PRIVATE KEY");
    assertReads(file(pem), says(passphrase), signer);
  }

  @ParameterizedTest
  @ValueSource(strings = {"P-256", "RSA"})
  void readsTraditionalPem(String kind) throws IOException {
    Authority of = root.signer("Signer", kind);
    String certificates = KeyFiles.certificates(of.chain());
    String plain = KeyFiles.traditional(of);
    assertThat(plain).contains(kind.equals("RSA") ? "BEGIN RSA PRIVATE" : "BEGIN EC PRIVATE");
    assertReads(file(plain + certificates), PassphraseSource.NONE, of);
    String encrypted = KeyFiles.traditionalEncrypted(of, PASSPHRASE);
    assertThat(encrypted).contains("Proc-Type: 4,ENCRYPTED");
    assertReads(file(encrypted + certificates), says(PASSPHRASE), of);
  }

  @Test
  void passesOverParametersOfTheCurve() throws IOException {
    Authority of = Authority.alone("Signer", "P-256");
    String parameters =
        "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
    String pem = parameters + KeyFiles.traditional(of) + KeyFiles.certificates(of.chain());
    assertReads(file(pem), PassphraseSource.NONE, of);
  }

  @Test
  void readsPkcs12() throws IOException {
    Path file = KeyFiles.pkcs12(directory.resolve("key.p12"), signer, PASSPHRASE);
    assertReads(file, says(PASSPHRASE), signer);
  }

  @Test
  void tellsThatPassphrasesOfPkcs12AreAscii() throws IOException {
    Path file = KeyFiles.pkcs12(directory.resolve("key.p12"), signer, PASSPHRASE);
    assertThatThrownBy(() -> KeyFile.read(file, says("pässphräse")))
        .isInstanceOf(KeyFileException.class)
        .hasMessageContaining("should have an ASCII one");
  }

  @Test
  void readsTrustedCertificatesOfPkcs12() throws IOException {
    Path file = KeyFiles.trustStore(directory.resolve("trust.p12"), PASSPHRASE, root.certificate());
    KeyFile read = KeyFile.read(file, says(PASSPHRASE));
    assertThat(read.certificates()).containsExactly(root.certificate());
    assertThat(read.key()).isEmpty();
  }

  @Test
  void readsDer() throws Exception {
    Path certificate = directory.resolve("signer.der");
    Files.write(certificate, signer.certificate().getEncoded());
    assertThat(KeyFile.read(certificate, PassphraseSource.NONE).certificates())
        .containsExactly(signer.certificate());
    Path key = directory.resolve("key.der");
    Files.write(key, signer.key().getEncoded());
    assertThat(KeyFile.read(key, PassphraseSource.NONE).requireKey()).isEqualTo(signer.key());
  }

  @Test
  void putsTheKeysOwnCertificateFirst() throws IOException {
    List<X509Certificate> chain = signer.chain();
    Path certificates =
        KeyFiles.bundle(directory.resolve("chain.pem"), chain.get(2), chain.get(1), chain.get(0));
    KeyFile key = KeyFile.read(file(KeyFiles.key(signer)), PassphraseSource.NONE);
    KeyFile joined = key.with(KeyFile.read(certificates, PassphraseSource.NONE));
    assertThat(joined.certificates()).isEqualTo(chain);
  }

  @Test
  void refusesCertificatesOfAnotherKey() throws IOException {
    Path certificates =
        KeyFiles.bundle(directory.resolve("other.pem"), Authority.root("Other").certificate());
    KeyFile key = KeyFile.read(file(KeyFiles.key(signer)), PassphraseSource.NONE);
    KeyFile other = KeyFile.read(certificates, PassphraseSource.NONE);
    assertThatThrownBy(() -> key.with(other))
        .isInstanceOf(KeyFileException.class)
        .hasMessageContaining("other.pem: has no certificate of the private key");
  }

  @ParameterizedTest
  @ValueSource(strings = {"pkcs8", "traditional", "pkcs12"})
  void wrongPassphraseIsToldWithoutIt(String form) throws IOException {
    Path file =
        switch (form) {
          case "pkcs8" -> file(KeyFiles.encrypted(signer, PASSPHRASE));
          case "traditional" -> file(KeyFiles.traditionalEncrypted(signer, PASSPHRASE));
          default -> KeyFiles.pkcs12(directory.resolve("key.p12"), signer, PASSPHRASE);
        };
    Throwable failure = catchThrowable(() -> KeyFile.read(file, says("not-the-passphrase")));
    assertThat(failure)
        .isInstanceOf(WrongPassphraseException.class)
        .hasMessageContaining(file + ": cannot be opened with this passphrase")
        .hasNoCause();
    assertThat(failure.toString()).doesNotContain("not-the-passphrase");
    assertThatThrownBy(() -> KeyFile.read(file, PassphraseSource.NONE))
        .isInstanceOf(WrongPassphraseException.class)
        .hasMessageContaining("its passphrase should be given");
  }

  @Test
  void wipesThePassphrase() throws IOException {
    Passphrase passphrase = new Passphrase(PASSPHRASE.toCharArray());
    KeyFile.read(file(KeyFiles.encrypted(signer, PASSPHRASE)), asked -> passphrase);
    assertThat(passphrase.characters()).containsOnly('\0');
    assertThat(passphrase).hasToString("a passphrase");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no key at all",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\nMIIB",
        "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n",
        """
        -----BEGIN PUBLIC KEY-----
        MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
        -----END PUBLIC KEY-----
        """,
        "0\u0000",
        "0\u0003\u0002\u0001\u0000"
      })
  void refusesWhatIsNoKey(String text) throws IOException {
    Path file = file(text);
    assertThatThrownBy(() -> KeyFile.read(file, PassphraseSource.NONE))
        .isInstanceOf(KeyFileException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining("should");
  }

  @Test
  void refusesSeveralKeys() throws IOException {
    Path file = file(KeyFiles.key(signer) + KeyFiles.key(root));
    assertThatThrownBy(() -> KeyFile.read(file, PassphraseSource.NONE))
        .isInstanceOf(KeyFileException.class)
        .hasMessageContaining("holds several private keys, should hold one");
  }

  @Test
  void missingFileIsNotFound() {
    assertThatThrownBy(() -> KeyFile.read(directory.resolve("none"), PassphraseSource.NONE))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void readsPassphraseOfOneLine() throws IOException {
    for (String end : new String[] {"", "\n", "\r\n"}) {
      try (Passphrase read = Passphrase.read(file(PASSPHRASE + end))) {
        assertThat(new String(read.characters())).isEqualTo(PASSPHRASE);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "two\nlines", "two\nlines\n"})
  void refusesPassphraseOfNoneOrSeveralLines(String text) throws IOException {
    Path file = file(text);
    assertThatThrownBy(() -> Passphrase.read(file))
        .isInstanceOf(KeyFileException.class)
        .hasMessageContaining("should have one");
  }
}
