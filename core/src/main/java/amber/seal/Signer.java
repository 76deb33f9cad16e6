package amber.seal;

import java.io.IOException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * Vouches for archives: a private key with its certificate. Makes CMS SignedData (RFC 5652) beside
 * the content, which {@code openssl cms -verify} checks as well.
 */
public final class Signer {

  private final Path file;
  private final PrivateKey key;
  private final List<X509Certificate> chain;
  private final SignatureKind kind;

  private Signer(Path file, PrivateKey key, List<X509Certificate> chain, SignatureKind kind) {
    this.file = file;
    this.key = key;
    this.chain = chain;
    this.kind = kind;
  }

  /**
   * A signer.
   *
   * @param file has the key, its certificate, and those of its issuers that readers shall find in
   *     the archive
   * @throws KeyFileException if the key or the certificate is missing, or not fit to sign
   */
  public static Signer of(KeyFile file) throws KeyFileException {
    X509Certificate certificate = file.requireCertificate();
    SignatureKind kind = SignatureKind.of(certificate.getPublicKey());
    if (kind == null) {
      throw new KeyFileException(
          file.path(),
          "has a key of the kind %s, should be ECDSA with P-256 or P-384, RSA of 2,048 bits or more, or Ed25519"
              .formatted(certificate.getPublicKey().getAlgorithm()));
    }
    if (file.certificates().size() > SealSignature.MAX_CERTIFICATES) {
      throw new KeyFileException(
          file.path(),
          "has a chain of %d certificates, should have at most %d"
              .formatted(file.certificates().size(), SealSignature.MAX_CERTIFICATES));
    }
    String unfit = CertificateUse.unfitToSign(certificate);
    if (unfit != null) {
      throw new KeyFileException(file.path(), unfit);
    }
    return new Signer(file.path(), file.requireKey(), file.certificates(), kind);
  }

  /** Whose signature it is. */
  public X509Certificate certificate() {
    return chain.get(0);
  }

  /** SHA-256 of its certificate, in hexadecimal digits. */
  public String fingerprint() {
    return Certificates.fingerprint(certificate());
  }

  /** What its signatures are, such as {@code ECDSA P-384 with SHA-384}. */
  public String algorithm() {
    return kind.text();
  }

  /**
   * Checks that its certificate is valid at a time: else nobody could trust what it signs then.
   *
   * @throws KeyFileException if it is not
   */
  public void requireValid(Instant time) throws KeyFileException {
    X509Certificate certificate = certificate();
    if (!CertificateUse.isValid(certificate, time)) {
      throw new KeyFileException(
          file,
          "its certificate is valid from %s to %s, should be at %s, the archive's time"
              .formatted(
                  certificate.getNotBefore().toInstant(),
                  certificate.getNotAfter().toInstant(),
                  time));
    }
  }

  /**
   * Signs bytes.
   *
   * @param content what is signed, which the signature does not contain
   * @param time when that is said to have been, to the second
   * @return CMS SignedData in DER
   */
  public byte[] sign(byte[] content, Instant time) throws IOException {
    return new SignatureMaker(key, chain, kind).sign(content, time);
  }
}
