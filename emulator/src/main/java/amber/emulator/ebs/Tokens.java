package amber.emulator.ebs;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes and reads page and block tokens. A token holds all that is needed to judge it, so nothing
 * is kept for the ones handed out, and they survive a restart.
 */
final class Tokens {

  /** How long a page token is good: a reader that dawdles must list again. */
  static final Duration PAGE_LIFE = Duration.ofMinutes(60);

  /** How long a block token is good. */
  static final Duration BLOCK_LIFE = Duration.ofDays(7);

  private static final String ALGORITHM = "HmacSHA256";
  private static final int CONTENT_BYTES = Integer.BYTES + 2 * Long.BYTES;
  private static final int MAC_BYTES = 16;

  private final byte[] secret;

  Tokens(byte[] secret) {
    this.secret = secret.clone();
  }

  /**
   * What a token says.
   *
   * @param index the block it is for, or the one that the page starts at
   * @param listing which listing it came from
   */
  record Content(int index, long listing, Instant expiry) {}

  /**
   * Makes tokens for one purpose.
   *
   * @param purpose what the token may be used for, such as one snapshot's blocks; it is not in the
   *     token, but the token is good for no other
   */
  Maker maker(String purpose) {
    return new Maker(mac(), purpose.getBytes(StandardCharsets.UTF_8));
  }

  private Mac mac() {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret, ALGORITHM));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("bug: no " + ALGORITHM, e);
    }
  }

  /** Makes and reads the tokens of one purpose; for one thread. */
  static final class Maker {

    private final Mac mac;
    private final byte[] purpose;

    private Maker(Mac mac, byte[] purpose) {
      this.mac = mac;
      this.purpose = purpose;
    }

    String make(Content content) {
      ByteBuffer token = ByteBuffer.allocate(CONTENT_BYTES + MAC_BYTES);
      token.putInt(content.index()).putLong(content.listing());
      token.putLong(content.expiry().getEpochSecond());
      token.put(seal(token.array()));
      return Base64.getEncoder().encodeToString(token.array());
    }

    /** What a token says; empty when it is none, or was made for something else. */
    Optional<Content> read(String text) {
      byte[] bytes;
      try {
        bytes = Base64.getDecoder().decode(text);
      } catch (IllegalArgumentException e) {
        return Optional.empty();
      }
      if (bytes.length != CONTENT_BYTES + MAC_BYTES
          || !Arrays.equals(seal(bytes), 0, MAC_BYTES, bytes, CONTENT_BYTES, bytes.length)) {
        return Optional.empty();
      }
      ByteBuffer token = ByteBuffer.wrap(bytes);
      return Optional.of(
          new Content(token.getInt(), token.getLong(), Instant.ofEpochSecond(token.getLong())));
    }

    private byte[] seal(byte[] token) {
      mac.update(purpose);
      mac.update(token, 0, CONTENT_BYTES);
      return Arrays.copyOf(mac.doFinal(), MAC_BYTES);
    }
  }
}
