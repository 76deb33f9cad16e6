package amber.seal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;

/** The same numbers each time, for vectors and for fuzzing alone. */
final class FixedRandom extends SecureRandom {

  private static final long serialVersionUID = 1L;

  private int count;

  @Override
  public void nextBytes(byte[] bytes) {
    for (int at = 0; at < bytes.length; at += Hkdf.BYTES) {
      byte[] some = sha256("amber vector %d".formatted(count++));
      System.arraycopy(some, 0, bytes, at, Math.min(some.length, bytes.length - at));
    }
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
