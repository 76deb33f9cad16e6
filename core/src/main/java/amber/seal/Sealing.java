package amber.seal;

import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * How one archive is sealed: its data key, and the envelope that holds it. Closing wipes the key.
 */
public final class Sealing implements AutoCloseable {

  private final Crypto crypto;
  private final DataKey key;
  private final Envelope envelope;

  /** Wraps a data key to everybody who is to open the archive. */
  @FunctionalInterface
  interface Wrapping {
    byte[] wrap(byte[] dataKey);
  }

  Sealing(Crypto crypto, DataKey key, Envelope envelope) {
    this.crypto = crypto;
    this.key = key;
    this.envelope = envelope;
  }

  /** A fresh data key, wrapped to these recipients. */
  public static Sealing to(UUID uuid, List<? extends Recipient> recipients, Crypto crypto) {
    if (recipients.isEmpty() || recipients.size() > WrappedKey.MAX_RECIPIENTS) {
      throw new IllegalArgumentException(
          "%d recipients, should be 1 to %d"
              .formatted(recipients.size(), WrappedKey.MAX_RECIPIENTS));
    }
    return fresh(uuid, key -> WrappedKey.wrap(key, recipients, crypto).encoded(), crypto);
  }

  /** A fresh data key, wrapped. */
  static Sealing fresh(UUID uuid, Wrapping wrapping, Crypto crypto) {
    DataKey key = DataKey.fresh(crypto);
    byte[] secret = key.copy();
    try {
      byte[] wrapped = wrapping.wrap(secret);
      return new Sealing(crypto, key, new Envelope(uuid, key.commitment(uuid), wrapped));
    } finally {
      Arrays.fill(secret, (byte) 0);
    }
  }

  Crypto crypto() {
    return crypto;
  }

  DataKey key() {
    return key;
  }

  Envelope envelope() {
    return envelope;
  }

  @Override
  public void close() {
    key.close();
  }
}
