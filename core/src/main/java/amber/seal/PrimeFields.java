package amber.seal;

import java.security.interfaces.ECKey;
import org.bouncycastle.asn1.sec.SECNamedCurves;

/**
 * Spares Bouncy Castle a test of what it knows. A curve that comes with the platform's keys is to
 * it like any other, so that it tests by many powers whether the curve's field is of a prime. It
 * does not where one of its own curves has been made of that very prime; other primes it tests as
 * ever.
 */
final class PrimeFields {

  private static final int P256_BITS = 256;
  private static final int P384_BITS = 384;

  private PrimeFields() {}

  /** Makes the library's own curve of a key's size. */
  static void know(ECKey key) {
    know(key.getParams().getCurve().getField().getFieldSize());
  }

  /** Makes all that keys of seals may be on. */
  static void know() {
    know(P256_BITS);
    know(P384_BITS);
  }

  private static void know(int bits) {
    switch (bits) {
      case P256_BITS -> SECNamedCurves.getByName("secp256r1");
      case P384_BITS -> SECNamedCurves.getByName("secp384r1");
      default -> {
        // No seal has any other.
      }
    }
  }
}
