package amber.emulator.kms;

import amber.emulator.http.FailureException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.SortedMap;
import java.util.UUID;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What a key makes of a secret. AWS does not say what is in it; here it is the key's id, a nonce
 * and AES-256-GCM of the secret, with the encryption context as additional data.
 */
final class Ciphertext {

  private static final byte[] MAGIC = "emulatorkms1".getBytes(StandardCharsets.US_ASCII);
  private static final int ID_BYTES = 16;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final int LEAST_BYTES = MAGIC.length + ID_BYTES + NONCE_BYTES + TAG_BITS / 8;
  private static final SecureRandom RANDOM = new SecureRandom();

  private Ciphertext() {}

  /** Which key made this; nothing if it is none of these. */
  static Optional<String> keyId(byte[] ciphertext) {
    if (ciphertext.length < LEAST_BYTES
        || !ByteBuffer.wrap(ciphertext, 0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC))) {
      return Optional.empty();
    }
    ByteBuffer id = ByteBuffer.wrap(ciphertext, MAGIC.length, ID_BYTES);
    return Optional.of(new UUID(id.getLong(), id.getLong()).toString());
  }

  static byte[] seal(KmsKey key, byte[] secret, SortedMap<String, String> context) {
    UUID id = UUID.fromString(key.id());
    byte[] nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, key, nonce, context).doFinal(secret);
      return ByteBuffer.allocate(LEAST_BYTES + secret.length)
          .put(MAGIC)
          .putLong(id.getMostSignificantBits())
          .putLong(id.getLeastSignificantBits())
          .put(nonce)
          .put(sealed)
          .array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("bug: a secret cannot be sealed", e);
    }
  }

  static byte[] open(KmsKey key, byte[] ciphertext, SortedMap<String, String> context)
      throws FailureException {
    ByteBuffer bytes = ByteBuffer.wrap(ciphertext).position(MAGIC.length + ID_BYTES);
    byte[] nonce = new byte[NONCE_BYTES];
    bytes.get(nonce);
    byte[] sealed = new byte[bytes.remaining()];
    bytes.get(sealed);
    try {
      return cipher(Cipher.DECRYPT_MODE, key, nonce, context).doFinal(sealed);
    } catch (GeneralSecurityException e) {
      throw invalid();
    }
  }

  /** KMS says no more than the name. */
  static FailureException invalid() {
    return KmsFailures.of("InvalidCiphertextException", "");
  }

  private static Cipher cipher(
      int mode, KmsKey key, byte[] nonce, SortedMap<String, String> context)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    byte[] material = Base64.getDecoder().decode(key.material());
    cipher.init(mode, new SecretKeySpec(material, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(bytes(context));
    return cipher;
  }

  private static byte[] bytes(SortedMap<String, String> context) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try {
      for (String text : context.keySet()) {
        write(all, text);
        write(all, context.get(text));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all.toByteArray();
  }

  private static void write(ByteArrayOutputStream all, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    all.write(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
    all.write(bytes);
  }
}
