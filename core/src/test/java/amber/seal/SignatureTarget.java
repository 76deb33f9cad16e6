package amber.seal;

import amber.fixture.Authority;
import amber.fixture.KeyFiles;
import amber.fuzz.FuzzTarget;
import amber.fuzz.Require;
import amber.fuzz.ScratchDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The signature of some bytes, and the certificates in it. */
public final class SignatureTarget implements FuzzTarget {

  private static final byte[] CONTENT = "{\"a\":1}".getBytes(StandardCharsets.US_ASCII);
  private static final Instant TIME = Instant.parse("2026-01-02T03:04:05Z");

  private final Path directory = ScratchDirectory.make("signature");
  private final Signer signer = KeyFiles.testSigner();
  private final SignerTrust trust;

  /** Trusts somebody. */
  public SignatureTarget() throws IOException {
    Path file = KeyFiles.bundle(directory.resolve("trust.pem"), signer.certificate());
    trust = SignerTrust.inStore(KeyFile.read(file, PassphraseSource.NONE));
  }

  @Override
  public List<byte[]> seeds() throws IOException {
    List<byte[]> seeds = new ArrayList<>();
    seeds.add(signer.sign(CONTENT, TIME));
    Authority root = Authority.root("Root");
    for (String kind : List.of("P-256", "RSA", "Ed25519")) {
      Path file = KeyFiles.pem(directory.resolve(kind + ".pem"), root.signer("Signer", kind));
      seeds.add(Signer.of(KeyFile.read(file, PassphraseSource.NONE)).sign(CONTENT, TIME));
    }
    return seeds;
  }

  @Override
  public void run(byte[] input) throws Exception {
    SealSignature signature;
    try {
      signature = SealSignature.read(input, CONTENT);
    } catch (BadSignatureException e) {
      Require.that(e.getMessage().startsWith("its signature "), "refused as: %s", e.getMessage());
      return;
    }
    // What is shown of it, whoever made it.
    Require.that(signature.time() != null && !signature.algorithm().isEmpty(), "no time");
    for (X509Certificate certificate : signature.certificates()) {
      Require.that(Certificates.name(certificate) != null, "no subject");
      Require.that(Certificates.issuer(certificate) != null, "no issuer");
      Require.that(!Certificates.serial(certificate).isEmpty(), "no serial number");
      Require.that(Certificates.fingerprint(certificate).length() == 64, "no fingerprint");
    }
    try {
      trust.require(Optional.of(signature), "fuzz");
      Require.that(
          signature.signer().equals(signer.certificate()),
          "trusted: %s",
          Certificates.name(signature.signer()));
    } catch (UntrustedArchiveException e) {
      Require.that(e.getMessage().startsWith("fuzz: "), "names no place: %s", e.getMessage());
    }
  }
}
