package amber.seal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret of one sealed archive. Nothing is encrypted with it: keys are derived from it, each
 * for one purpose. Closing wipes it.
 */
public final class DataKey implements AutoCloseable {

  /** Its length. */
  public static final int BYTES = 32;

  private static final byte[] SEGMENT = info("amber sealed 1 segment");
  private static final byte[] MAP = info("amber sealed 1 map");
  private static final byte[] COMMITMENT = info("amber sealed 1 commitment");
  private static final byte[] LOCATOR = info("amber sealed 1 locator");

  private final byte[] secret;
  private final Crypto crypto;

  private DataKey(byte[] secret, Crypto crypto) {
    this.secret = secret;
    this.crypto = crypto;
  }

  /** A new one. */
  static DataKey fresh(Crypto crypto) {
    return new DataKey(crypto.random(BYTES), crypto);
  }

  /** One that is known; whoever calls keeps his own copy, and wipes that. */
  static DataKey of(byte[] secret, Crypto crypto) {
    return new DataKey(secret.clone(), crypto);
  }

  private static byte[] info(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** The secret itself, to be wrapped; whoever calls wipes the copy. */
  byte[] copy() {
    return secret.clone();
  }

  /** The key of one segment of the archive. */
  byte[] forSegment(byte[] salt) {
    return derive(salt, SEGMENT);
  }

  /** The key of the map. */
  byte[] forMap(byte[] salt) {
    return derive(salt, MAP);
  }

  /** What tells that this is the archive's key, and tells nothing else. */
  byte[] commitment(UUID uuid) {
    return derive(bytes(uuid), COMMITMENT);
  }

  /** HMAC-SHA-256 over what the locator says. */
  byte[] authenticate(UUID uuid, byte[] locator, int from, int to) {
    byte[] key = derive(bytes(uuid), LOCATOR);
    try {
      Mac mac = crypto.mac();
      mac.init(new SecretKeySpec(key, mac.getAlgorithm()));
      mac.update(locator, from, to - from);
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("bug: no HMAC-SHA-256", e);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private byte[] derive(byte[] salt, byte[] info) {
    try {
      return Hkdf.derive(crypto.mac(), secret, salt, info);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("bug: no HKDF with SHA-256", e);
    }
  }

  static byte[] bytes(UUID uuid) {
    return ByteBuffer.allocate(Layout.UUID_BYTES)
        .putLong(uuid.getMostSignificantBits())
        .putLong(uuid.getLeastSignificantBits())
        .array();
  }

  @Override
  public void close() {
    Arrays.fill(secret, (byte) 0);
  }
}
