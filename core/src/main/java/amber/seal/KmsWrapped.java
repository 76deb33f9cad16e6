package amber.seal;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1UTF8String;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.cms.KEKIdentifier;
import org.bouncycastle.asn1.cms.OtherKeyAttribute;

/**
 * A key that AWS KMS has wrapped.
 *
 * @param keyArn the ARN of the KMS key that it is wrapped with
 * @param bytes what KMS made of it, which only KMS can read
 */
public record KmsWrapped(String keyArn, byte[] bytes) {

  /**
   * Says that a key-encryption key is one of KMS. Nobody had to be asked for it: it is made of a
   * UUID (ITU-T X.667).
   */
  static final ASN1ObjectIdentifier KMS_KEY =
      new ASN1ObjectIdentifier("2.25.161451661709965275106324296844094510098");

  /** The most bytes of such a key: those that Decrypt of KMS takes (KMS API reference). */
  static final int MAX_BYTES = 6144;

  private static final Pattern KEY_ARN =
      Pattern.compile("arn:aws[a-z-]{0,30}:kms:[a-z0-9-]{1,63}:\\d{12}:key/[A-Za-z0-9-]{1,128}");

  /** Checks that an envelope can hold it. */
  public KmsWrapped {
    if (!isKeyArn(keyArn)) {
      throw new IllegalArgumentException("'%s' is no ARN of a KMS key".formatted(keyArn));
    }
    if (bytes.length == 0 || bytes.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a wrapped key of %d bytes, should be 1 to %d".formatted(bytes.length, MAX_BYTES));
    }
  }

  /** Whether that is the ARN of a key, and not of an alias. */
  static boolean isKeyArn(String text) {
    return KEY_ARN.matcher(text).matches();
  }

  /** How CMS names it. */
  KEKIdentifier identifier() {
    return new KEKIdentifier(
        bytes, null, new OtherKeyAttribute(KMS_KEY, new DERUTF8String(keyArn)));
  }

  /** What CMS names so; nothing if it is no key of KMS. */
  static Optional<KmsWrapped> of(KEKIdentifier identifier) {
    OtherKeyAttribute other = identifier.getOther();
    if (other == null
        || !other.getKeyAttrId().equals(KMS_KEY)
        || !(other.getKeyAttr() instanceof ASN1UTF8String arn)) {
      return Optional.empty();
    }
    byte[] wrapped = identifier.getKeyIdentifier().getOctets();
    String text = arn.getString();
    boolean fits =
        wrapped.length > 0
            && wrapped.length <= MAX_BYTES
            && text.length() == text.getBytes(StandardCharsets.UTF_8).length
            && isKeyArn(text);
    return fits ? Optional.of(new KmsWrapped(text, wrapped)) : Optional.empty();
  }
}
