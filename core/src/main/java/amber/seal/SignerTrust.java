package amber.seal;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertStore;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Whose signatures are good enough. */
public final class SignerTrust {

  private final Path file;
  private final List<X509Certificate> certificates;
  private final boolean issuersToo;

  private SignerTrust(Path file, List<X509Certificate> certificates, boolean issuersToo) {
    this.file = file;
    this.certificates = certificates;
    this.issuersToo = issuersToo;
  }

  /**
   * Those whose own certificates are in a file, and nobody else.
   *
   * @throws KeyFileException if there are none
   */
  public static SignerTrust inSigners(KeyFile file) throws KeyFileException {
    file.requireCertificate();
    return new SignerTrust(file.path(), file.certificates(), false);
  }

  /**
   * Those whose certificates are in a file, and those for whom an authority in it vouches.
   *
   * @throws KeyFileException if there are none
   */
  public static SignerTrust inStore(KeyFile file) throws KeyFileException {
    file.requireCertificate();
    return new SignerTrust(file.path(), file.certificates(), true);
  }

  /**
   * Checks that an archive is signed, and by whom.
   *
   * <p>Certificates have to be valid at the time that the signature tells. Whether they were
   * revoked is not looked up.
   *
   * @param signature the archive's, if it has one
   * @param location where the archive is
   * @throws UntrustedArchiveException if it is not signed, or by somebody else
   */
  public void require(Optional<SealSignature> signature, String location)
      throws UntrustedArchiveException {
    if (signature.isEmpty()) {
      throw new UntrustedArchiveException(
          location, "is not signed, should be signed by %s".formatted(whom()));
    }
    String reason = reasonAgainst(signature.get());
    if (reason != null) {
      X509Certificate signer = signature.get().signer();
      throw new UntrustedArchiveException(
          location,
          "is signed by %s (SHA-256 %s) at %s: %s, should be signed by %s"
              .formatted(
                  Certificates.name(signer),
                  Certificates.fingerprint(signer),
                  signature.get().time(),
                  reason,
                  whom()));
    }
  }

  private String whom() {
    return issuersToo ? "whom %s trusts".formatted(file) : "whom %s names".formatted(file);
  }

  /** Null if there is none. */
  private String reasonAgainst(SealSignature signature) {
    X509Certificate signer = signature.signer();
    if (!CertificateUse.isValid(signer, signature.time())) {
      return "the certificate is valid from %s to %s"
          .formatted(signer.getNotBefore().toInstant(), signer.getNotAfter().toInstant());
    }
    if (certificates.contains(signer)) {
      return null;
    }
    if (!issuersToo) {
      return "this certificate is not in %s".formatted(file);
    }
    String unfit = CertificateUse.unfitToSign(signer);
    return unfit != null ? unfit : reasonAgainstPath(signature);
  }

  private String reasonAgainstPath(SealSignature signature) {
    try {
      X509CertSelector signer = new X509CertSelector();
      signer.setCertificate(signature.signer());
      Set<TrustAnchor> anchors =
          certificates.stream()
              .map(certificate -> new TrustAnchor(certificate, null))
              .collect(Collectors.toSet());
      PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, signer);
      parameters.addCertStore(
          CertStore.getInstance(
              "Collection", new CollectionCertStoreParameters(signature.certificates())));
      parameters.setDate(Date.from(signature.time()));
      parameters.setRevocationEnabled(false);
      CertPathBuilder.getInstance("PKIX").build(parameters);
      return null;
    } catch (CertPathBuilderException e) {
      return "no authority in %s vouches for it".formatted(file) + because(e);
    } catch (GeneralSecurityException e) {
      return e.getMessage();
    }
  }

  private static String because(CertPathBuilderException failure) {
    Throwable cause = failure.getCause();
    return cause == null || cause.getMessage() == null ? "" : " (" + cause.getMessage() + ")";
  }
}
