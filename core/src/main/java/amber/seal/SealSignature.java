package amber.seal;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * A signature that was found to be of the bytes that it stands beside: whose it is, and of when.
 * Whether that somebody is to be trusted is another question, which {@link SignerTrust} answers.
 *
 * <p>Rules: docs/format.md, "Signature". They are strict, so that nothing can be hidden in what a
 * signature does not cover.
 */
public final class SealSignature {

  /** The largest signature, its certificates included. */
  public static final int MAX_BYTES = 64 << 10;

  /** The most certificates in one: looking for a way through more of them could take for ever. */
  public static final int MAX_CERTIFICATES = 8;

  private final List<X509Certificate> certificates;
  private final SignatureKind kind;
  private final Instant time;

  SealSignature(List<X509Certificate> certificates, SignatureKind kind, Instant time) {
    this.certificates = List.copyOf(certificates);
    this.kind = kind;
    this.time = time;
  }

  /**
   * Reads a signature and checks that it is of some bytes.
   *
   * @param der CMS SignedData in DER
   * @param content the bytes
   * @throws BadSignatureException if it is no signature, breaks a rule, or is not of these bytes
   */
  public static SealSignature read(byte[] der, byte[] content) throws BadSignatureException {
    return SignatureReader.read(der, content);
  }

  /** Whose signature it is. */
  public X509Certificate signer() {
    return certificates.get(0);
  }

  /** The signer's certificate, and then the others that the archive holds. */
  public List<X509Certificate> certificates() {
    return certificates;
  }

  /** What it is, such as {@code ECDSA P-384 with SHA-384}. */
  public String algorithm() {
    return kind.text();
  }

  /** When it was made, as its signer says; nobody else vouches for that. */
  public Instant time() {
    return time;
  }
}
