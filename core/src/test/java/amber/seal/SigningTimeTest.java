package amber.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Date;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bouncycastle.asn1.ASN1Boolean;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DERGeneralizedTime;
import org.bouncycastle.asn1.DERUTCTime;
import org.bouncycastle.asn1.cms.Time;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SigningTimeTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1949-12-31T23:59:59Z",
        "1950-01-01T00:00:00Z",
        "1970-01-01T00:00:00Z",
        "2026-11-27T12:34:56Z",
        "2028-02-29T00:00:01Z",
        "2049-12-31T23:59:59Z",
        "2050-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
      })
  void timesAreEncodedAsCmsWantsThem(Instant time) throws Exception {
    ASN1Primitive encoded = SigningTime.encoded(time);

    assertThat(encoded).isEqualTo(new Time(Date.from(time)).toASN1Primitive());
    assertThat(SigningTime.decoded(encoded)).isEqualTo(time);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "261127123456+0100",
        "2611271234",
        "261327123456Z",
        "260229123456Z",
        "261127243456Z",
        "26112712345Z",
        "2x1127123456Z",
        "",
      })
  void otherFormsOfUtcTimeAreRefused(String text) {
    assertRefused(() -> SigningTime.decoded(new DERUTCTime(text)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "20501127123456",
        "20501127123456.5Z",
        "20501127123456+0100",
        "20501327123456Z",
        "+20501127123456Z",
        "Z",
      })
  void otherFormsOfGeneralizedTimeAreRefused(String text) {
    assertRefused(() -> SigningTime.decoded(new DERGeneralizedTime(text)));
  }

  @Test
  void whatIsNoTimeIsRefused() {
    assertRefused(() -> SigningTime.decoded(ASN1Boolean.TRUE));
  }

  private static void assertRefused(ThrowingCallable read) {
    // Or the library refuses to make it at all, which SignatureReader takes for the same.
    assertThatThrownBy(read)
        .isInstanceOfAny(
            BadSignatureException.class,
            IllegalArgumentException.class,
            IndexOutOfBoundsException.class);
  }
}
