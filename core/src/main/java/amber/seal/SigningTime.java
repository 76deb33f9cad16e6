package amber.seal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1UTCTime;
import org.bouncycastle.asn1.DERGeneralizedTime;
import org.bouncycastle.asn1.DERUTCTime;

/**
 * When a signature says it was made (RFC 5652, 11.3): UTCTime from 1950 to 2049, else
 * GeneralizedTime, to the second, in UTC. The library's own conversion loads calendars of all
 * languages.
 */
final class SigningTime {

  private static final int FIRST_YEAR = 1950;
  private static final int LAST_YEAR = 2049;
  private static final DateTimeFormatter DIGITS =
      DateTimeFormatter.ofPattern("uuuuMMddHHmmss").withResolverStyle(ResolverStyle.STRICT);

  private SigningTime() {}

  static ASN1Primitive encoded(Instant time) {
    LocalDateTime utc = LocalDateTime.ofInstant(time, ZoneOffset.UTC);
    String text = DIGITS.format(utc) + "Z";
    return utc.getYear() >= FIRST_YEAR && utc.getYear() <= LAST_YEAR
        ? new DERUTCTime(text.substring(2))
        : new DERGeneralizedTime(text);
  }

  static Instant decoded(ASN1Primitive value) throws BadSignatureException {
    try {
      String text = text(value);
      if (text.endsWith("Z")) {
        return LocalDateTime.parse(text.substring(0, text.length() - 1), DIGITS)
            .toInstant(ZoneOffset.UTC);
      }
    } catch (IOException | DateTimeException e) {
      // said below
    }
    throw new BadSignatureException("its signature should tell its time in UTC, to the second");
  }

  /** As it stands there, with all digits of the year. */
  private static String text(ASN1Primitive value) throws IOException {
    if (value instanceof ASN1UTCTime) {
      String text = content(value);
      return (text.compareTo("50") < 0 ? "20" : "19") + text;
    }
    return value instanceof ASN1GeneralizedTime ? content(value) : "";
  }

  /** One byte of DER says what it is, and one its length. */
  private static String content(ASN1Primitive value) throws IOException {
    byte[] der = value.getEncoded(ASN1Encoding.DER);
    return new String(der, 2, der.length - 2, StandardCharsets.US_ASCII);
  }
}
