package amber.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import amber.fixture.Authority;
import amber.fixture.KeyFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who signed what, and whom that is good enough for. */
class SignatureTest {

  private static final Instant TIME = Instant.parse("2026-01-02T03:04:05Z");
  private static final byte[] CONTENT = "{ \"a\" : 1 }".getBytes(StandardCharsets.UTF_8);

  private static Authority root;
  private static Authority below;
  private static Authority signer;

  @TempDir private Path directory;

  @BeforeAll
  static void issue() {
    root = Authority.root("Root");
    below = root.authority("Below");
    signer = below.signer("Signer", "P-384");
  }

  private Signer signer(Authority whose) throws IOException {
    Path file = KeyFiles.pem(directory.resolve("signer.pem"), whose);
    return Signer.of(KeyFile.read(file, PassphraseSource.NONE));
  }

  private KeyFile bundle(X509Certificate... certificates) throws IOException {
    return KeyFile.read(
        KeyFiles.bundle(directory.resolve("trust.pem"), certificates), PassphraseSource.NONE);
  }

  private SealSignature signature(Authority whose) throws Exception {
    return SealSignature.read(signer(whose).sign(CONTENT, TIME), CONTENT);
  }

  @ParameterizedTest
  @CsvSource({
    "P-256, ECDSA P-256 with SHA-256",
    "P-384, ECDSA P-384 with SHA-384",
    "RSA, RSA-PSS with SHA-384",
    "Ed25519, Ed25519"
  })
  void tellsWhoSignedAndWhen(String kind, String algorithm) throws Exception {
    Authority of = below.signer("Somebody", kind);
    SealSignature signature = signature(of);
    assertThat(signature.signer()).isEqualTo(of.certificate());
    assertThat(signature.certificates()).containsExactlyInAnyOrderElementsOf(of.chain());
    assertThat(signature.time()).isEqualTo(TIME);
    assertThat(signature.algorithm()).isEqualTo(algorithm);
  }

  @ParameterizedTest
  @ValueSource(strings = {"P-256", "P-384", "Ed25519"})
  void sameContentGivesTheSameSignature(String kind) throws Exception {
    Signer of = signer(below.signer("Somebody", kind));
    assertThat(of.sign(CONTENT, TIME)).isEqualTo(of.sign(CONTENT, TIME));
  }

  @Test
  void refusesSignatureOfOtherContent() throws Exception {
    byte[] signed = signer(signer).sign(CONTENT, TIME);
    assertThatThrownBy(() -> SealSignature.read(signed, new byte[] {1}))
        .isInstanceOf(BadSignatureException.class)
        .hasMessageContaining("its signature");
  }

  @ParameterizedTest
  @ValueSource(strings = {"P-256", "RSA", "Ed25519"})
  void noticesEachFlippedBit(String kind) throws Exception {
    Authority of = Authority.alone("Somebody", kind);
    byte[] signed = signer(of).sign(CONTENT, TIME);
    SignerTrust trust = SignerTrust.inSigners(bundle(of.certificate()));
    for (int at = 0; at < signed.length; at++) {
      byte[] flipped = signed.clone();
      flipped[at] ^= (byte) (1 << at % 8);
      Class<? extends Exception> failure =
          failure(() -> trust.require(Optional.of(SealSignature.read(flipped, CONTENT)), "here"));
      assertThat(failure)
          .as("byte %d of %d", at, signed.length)
          .isIn(BadSignatureException.class, UntrustedArchiveException.class);
    }
  }

  private interface Checking {
    void run() throws Exception;
  }

  private static Class<? extends Exception> failure(Checking checking) {
    try {
      checking.run();
      return null;
    } catch (Exception e) {
      return e.getClass();
    }
  }

  @Test
  void noticesEachCut() throws Exception {
    byte[] signed = signer(signer).sign(CONTENT, TIME);
    for (int length = 0; length < signed.length; length++) {
      byte[] cut = Arrays.copyOf(signed, length);
      assertThatThrownBy(() -> SealSignature.read(cut, CONTENT))
          .isInstanceOf(BadSignatureException.class);
    }
    byte[] longer = Arrays.copyOf(signed, signed.length + 1);
    assertThatThrownBy(() -> SealSignature.read(longer, CONTENT))
        .isInstanceOf(BadSignatureException.class);
  }

  @Test
  void refusesStructuresThatAreTooDeep() {
    byte[] deep = new byte[SealSignature.MAX_BYTES];
    for (int at = 0; at < deep.length; at += 2) {
      deep[at] = 0x30; // a sequence of unknown length, in it another one, and so on
      deep[at + 1] = (byte) 0x80;
    }
    assertThatThrownBy(() -> SealSignature.read(deep, CONTENT))
        .isInstanceOf(BadSignatureException.class);
  }

  @Test
  void refusesRandomBytes() {
    for (int seed = 0; seed < 1000; seed++) {
      byte[] noise = new byte[seed];
      new Random(seed).nextBytes(noise);
      if (seed % 2 == 1) {
        noise[0] = 0x30;
      }
      assertThatThrownBy(() -> SealSignature.read(noise, CONTENT))
          .as("seed %d", seed)
          .isInstanceOf(BadSignatureException.class);
    }
  }

  @Test
  void trustsWhomTheFileNames() throws Exception {
    SealSignature signature = signature(signer);
    SignerTrust trust = SignerTrust.inSigners(bundle(root.certificate(), signer.certificate()));
    assertThatCode(() -> trust.require(Optional.of(signature), "here")).doesNotThrowAnyException();
    SignerTrust issuers = SignerTrust.inSigners(bundle(root.certificate(), below.certificate()));
    assertThatThrownBy(() -> issuers.require(Optional.of(signature), "here"))
        .isInstanceOf(UntrustedArchiveException.class)
        .hasMessageStartingWith("here: is signed by CN=Signer (SHA-256 ")
        .hasMessageContaining("this certificate is not in")
        .hasMessageContaining("should be signed by whom");
  }

  @Test
  void trustsWhomAnAuthorityVouchesFor() throws Exception {
    SealSignature signature = signature(signer);
    for (Authority authority : new Authority[] {root, below, signer}) {
      SignerTrust trust = SignerTrust.inStore(bundle(authority.certificate()));
      assertThatCode(() -> trust.require(Optional.of(signature), "here"))
          .doesNotThrowAnyException();
    }
    SignerTrust others = SignerTrust.inStore(bundle(Authority.root("Root").certificate()));
    assertThatThrownBy(() -> others.require(Optional.of(signature), "here"))
        .isInstanceOf(UntrustedArchiveException.class)
        .hasMessageContaining("vouches for it");
  }

  @Test
  void requiresASignature() throws Exception {
    SignerTrust trust = SignerTrust.inStore(bundle(root.certificate()));
    assertThatThrownBy(() -> trust.require(Optional.empty(), "here"))
        .isInstanceOf(UntrustedArchiveException.class)
        .hasMessage(
            "here: is not signed, should be signed by whom %s trusts",
            directory.resolve("trust.pem"));
  }

  @Test
  void doesNotTrustCertificatesOutOfTheirTime() throws Exception {
    KeyPair pair = Authority.keyPair("P-256");
    Instant until = TIME.minusSeconds(1);
    Authority late =
        root.issue(
            "Late",
            pair,
            new Authority.Says(Authority.FROM, until, KeyUsage.digitalSignature, null));
    SealSignature signature = signature(late);
    SignerTrust trust = SignerTrust.inSigners(bundle(late.certificate()));
    assertThatThrownBy(() -> trust.require(Optional.of(signature), "here"))
        .isInstanceOf(UntrustedArchiveException.class)
        .hasMessageContaining("the certificate is valid from 2000-01-01T00:00:00Z to " + until);
  }

  @Test
  void nobodyIssuesWhoIsNoAuthority() throws Exception {
    KeyPair pair = Authority.keyPair("P-256");
    Authority forged = signer.issue("Forged", pair, Authority.Says.SIGNER);
    SealSignature signature = signature(forged);
    SignerTrust trust = SignerTrust.inStore(bundle(root.certificate()));
    assertThatThrownBy(() -> trust.require(Optional.of(signature), "here"))
        .isInstanceOf(UntrustedArchiveException.class)
        .hasMessageContaining("CN=Forged");
  }

  @Test
  void refusesToSignWithWhatIsForOtherPurposes() {
    Authority server =
        root.issue(
            "Server",
            Authority.keyPair("P-256"),
            new Authority.Says(
                Authority.FROM,
                Authority.UNTIL,
                KeyUsage.digitalSignature,
                KeyPurposeId.id_kp_serverAuth));
    assertThatThrownBy(() -> signer(server))
        .isInstanceOf(KeyFileException.class)
        .hasMessageContaining("should be for emailProtection, codeSigning or any");
    Authority agreement =
        root.issue(
            "Agreement",
            Authority.keyPair("P-256"),
            new Authority.Says(Authority.FROM, Authority.UNTIL, KeyUsage.keyAgreement, null));
    assertThatThrownBy(() -> signer(agreement))
        .isInstanceOf(KeyFileException.class)
        .hasMessageContaining("should have digitalSignature");
  }

  @Test
  void refusesToSignWithoutKeyOrCertificate() throws IOException {
    Path alone = KeyFiles.write(directory.resolve("alone.pem"), KeyFiles.key(signer));
    assertThatThrownBy(() -> Signer.of(KeyFile.read(alone, PassphraseSource.NONE)))
        .isInstanceOf(KeyFileException.class)
        .hasMessageContaining("has no certificate");
    assertThatThrownBy(() -> Signer.of(bundle(signer.certificate())))
        .isInstanceOf(KeyFileException.class)
        .hasMessageContaining("has no private key");
  }
}
