package amber.seal;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.HexFormat;

/** How certificates are told to people. */
public final class Certificates {

  private static final int MAX_NAME = 200;

  private Certificates() {}

  /** Whose it is: its subject as in RFC 2253, cut if it is very long. */
  public static String name(X509Certificate certificate) {
    String name = certificate.getSubjectX500Principal().getName();
    return name.length() <= MAX_NAME ? name : name.substring(0, MAX_NAME) + "…";
  }

  /** Who issued it. */
  public static String issuer(X509Certificate certificate) {
    String name = certificate.getIssuerX500Principal().getName();
    return name.length() <= MAX_NAME ? name : name.substring(0, MAX_NAME) + "…";
  }

  /** Its serial number in hexadecimal digits, as OpenSSL shows it. */
  public static String serial(X509Certificate certificate) {
    String hex = certificate.getSerialNumber().toString(16);
    return hex.length() % 2 == 0 || hex.startsWith("-") ? hex : "0" + hex;
  }

  /** SHA-256 of its DER, in hexadecimal digits. */
  public static String fingerprint(X509Certificate certificate) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a certificate that was read has no DER", e);
    }
  }
}
