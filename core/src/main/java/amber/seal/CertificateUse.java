package amber.seal;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/** What a certificate may be used for. */
final class CertificateUse {

  // RFC 5280, sections 4.2.1.3 and 4.2.1.12.
  private static final int DIGITAL_SIGNATURE = 0;
  private static final int NON_REPUDIATION = 1;
  private static final String ANY = "2.5.29.37.0";
  private static final String CODE_SIGNING = "1.3.6.1.5.5.7.3.3";
  private static final String EMAIL_PROTECTION = "1.3.6.1.5.5.7.3.4";

  private CertificateUse() {}

  /** Why a certificate may not vouch for archives; null if it may. */
  static String unfitToSign(X509Certificate certificate) {
    boolean[] usage = certificate.getKeyUsage();
    if (usage != null && !usage[DIGITAL_SIGNATURE] && !usage[NON_REPUDIATION]) {
      return "its certificate's key usage forbids signatures, should have digitalSignature";
    }
    List<String> purposes;
    try {
      purposes = certificate.getExtendedKeyUsage();
    } catch (CertificateParsingException e) {
      return "its certificate's extended key usage cannot be read, should name purposes";
    }
    if (purposes != null
        && !purposes.contains(ANY)
        && !purposes.contains(CODE_SIGNING)
        && !purposes.contains(EMAIL_PROTECTION)) {
      // Else whoever has a web server's certificate of the same authority could sign.
      return "its certificate is for other purposes, should be for emailProtection, codeSigning or any";
    }
    return null;
  }

  static boolean isValid(X509Certificate certificate, Instant time) {
    return !time.isBefore(certificate.getNotBefore().toInstant())
        && !time.isAfter(certificate.getNotAfter().toInstant());
  }
}
