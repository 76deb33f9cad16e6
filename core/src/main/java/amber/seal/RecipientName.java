package amber.seal;

import java.io.IOException;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.cms.KeyAgreeRecipientId;
import org.bouncycastle.cms.KeyTransRecipientId;
import org.bouncycastle.cms.PasswordRecipientId;
import org.bouncycastle.cms.RecipientId;

/**
 * How an envelope names one of its recipients: all that anybody can tell of it.
 *
 * @param values by name: {@code kind}, and what else there is
 */
public record RecipientName(Map<String, String> values) {

  private static final int MAX_TEXT = 200;

  /** Of a certificate's holder, the certificate's issuer. */
  public static final String ISSUER = "issuer";

  /** The certificate's serial number, in hexadecimal digits. */
  public static final String SERIAL = "serial";

  /** Of a key without a certificate, what the envelope knows it by, in hexadecimal digits. */
  public static final String KEY_ID = "subjectKeyId";

  /** What kind of a recipient it is. */
  public static final String KIND = "kind";

  /** As {@link #KIND}: the holder of a private key. */
  public static final String KEY = "key";

  /** As {@link #KIND}: whoever knows it. */
  public static final String PASSPHRASE = "passphrase";

  /** As {@link #KIND}: whoever may use a key of AWS KMS. */
  public static final String KMS = "kms";

  /** The ARN of that key. */
  public static final String ARN = "arn";

  static RecipientName of(WrappedTo wrapped) {
    Map<String, String> values = new LinkedHashMap<>();
    if (wrapped.kms().isPresent()) {
      values.put(KIND, KMS);
      values.put(ARN, wrapped.kms().get().keyArn());
      return new RecipientName(values);
    }
    RecipientId id = wrapped.information().getRID();
    if (id instanceof KeyTransRecipientId key) {
      values.put(KIND, KEY);
      name(values, key.getIssuer(), key.getSerialNumber(), key.getSubjectKeyIdentifier());
    } else if (id instanceof KeyAgreeRecipientId key) {
      values.put(KIND, KEY);
      name(values, key.getIssuer(), key.getSerialNumber(), key.getSubjectKeyIdentifier());
    } else {
      values.put(KIND, id instanceof PasswordRecipientId ? PASSPHRASE : "other");
    }
    return new RecipientName(values);
  }

  /** How the envelope will name a recipient. */
  public static RecipientName of(Recipient recipient) {
    Map<String, String> values = new LinkedHashMap<>();
    if (recipient instanceof CertificateRecipient to) {
      values.put(KIND, KEY);
      X500Name issuer =
          X500Name.getInstance(to.certificate().getIssuerX500Principal().getEncoded());
      name(values, issuer, to.certificate().getSerialNumber(), null);
    } else if (recipient instanceof KmsRecipient key) {
      values.put(KIND, KMS);
      values.put(ARN, key.keyArn());
    } else {
      values.put(KIND, PASSPHRASE);
    }
    return new RecipientName(values);
  }

  private static void name(
      Map<String, String> values, X500Name issuer, BigInteger serial, byte[] keyId) {
    if (issuer != null && serial != null) {
      values.put(ISSUER, safe(text(issuer)));
      values.put(SERIAL, cut(serial.toString(16)));
    } else if (keyId != null) {
      values.put(KEY_ID, cut(HexFormat.of().formatHex(keyId)));
    }
  }

  private static String text(X500Name name) {
    try {
      return BCStyle.INSTANCE.toString(name);
    } catch (RuntimeException e) {
      // A part of it is no text, such as ill-formed UTF-8: then all of it in the form of RFC 4514.
      return "#" + HexFormat.of().formatHex(encoded(name));
    }
  }

  private static byte[] encoded(X500Name name) {
    try {
      return name.getEncoded();
    } catch (IOException e) {
      return new byte[0];
    }
  }

  /** It may come from a stranger, and is shown in a terminal. */
  private static String safe(String text) {
    return cut(text).replaceAll("[\\p{Cntrl}\\p{Cf}]", "?");
  }

  private static String cut(String text) {
    return text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) + "..." : text;
  }

  /** In words. */
  public String text() {
    if (PASSPHRASE.equals(values.get(KIND))) {
      return "a passphrase";
    }
    if (KMS.equals(values.get(KIND))) {
      return "KMS key " + values.get(ARN);
    }
    if (values.containsKey(ISSUER)) {
      return "certificate %s of %s".formatted(values.get(SERIAL), values.get(ISSUER));
    }
    return values.containsKey(KEY_ID) ? "key " + values.get(KEY_ID) : "somebody unknown";
  }
}
