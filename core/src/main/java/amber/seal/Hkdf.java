package amber.seal;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HKDF with SHA-256 (RFC 5869), for keys of 32 bytes: one round of its second half. */
final class Hkdf {

  /** Bytes of a key, and of the hash. */
  static final int BYTES = 32;

  private static final String HMAC = "HmacSHA256";

  private Hkdf() {}

  /**
   * A key.
   *
   * @param secret what it is made from
   * @param salt not empty
   * @param info what it is for
   */
  static byte[] derive(Mac mac, byte[] secret, byte[] salt, byte[] info)
      throws GeneralSecurityException {
    mac.init(new SecretKeySpec(salt, HMAC));
    byte[] extracted = mac.doFinal(secret);
    try {
      mac.init(new SecretKeySpec(extracted, HMAC));
      mac.update(info);
      mac.update((byte) 1);
      return mac.doFinal();
    } finally {
      Arrays.fill(extracted, (byte) 0);
    }
  }
}
