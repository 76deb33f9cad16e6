package amber.seal;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * How one archive is sealed: its data key, and the envelope that holds it. Closing wipes the key.
 */
public final class Sealing implements AutoCloseable {

  private final Crypto crypto;
  private final DataKey key;
  private final Envelope envelope;

  Sealing(Crypto crypto, DataKey key, Envelope envelope) {
    this.crypto = crypto;
    this.key = key;
    this.envelope = envelope;
  }

  /**
   * A fresh data key, wrapped to these recipients.
   *
   * @throws TooManyRecipientsException if they are more than whoever opens it will try
   * @throws IOException if somebody outside has a recipient's key, and does not let it be used
   */
  public static Sealing to(UUID uuid, List<? extends Recipient> recipients, Crypto crypto)
      throws IOException {
    if (recipients.isEmpty()) {
      throw new IllegalArgumentException("bug: sealed to nobody");
    }
    // Known before any key is asked for.
    long keys = recipients.stream().filter(KmsRecipient.class::isInstance).count();
    if (keys > WrappedKey.MAX_KMS_RECIPIENTS) {
      throw new TooManyRecipientsException(
          "%d keys of KMS, should be at most %d".formatted(keys, WrappedKey.MAX_KMS_RECIPIENTS));
    }
    DataKey key = DataKey.fresh(crypto);
    byte[] secret = key.copy();
    try {
      byte[] wrapped = WrappedKey.wrap(uuid, secret, recipients, crypto).encodedForAll();
      return new Sealing(crypto, key, new Envelope(uuid, key.commitment(uuid), wrapped));
    } catch (IOException | RuntimeException e) {
      key.close();
      throw e;
    } finally {
      Arrays.fill(secret, (byte) 0);
    }
  }

  /**
   * How an archive is sealed of which there is but the envelope yet.
   *
   * @param envelopeFrame as {@link #envelopeFrame} told it
   * @param location what messages call it
   * @return nothing if none of the identities opens it
   * @throws BrokenSealException if it is no envelope, or not the one of the key that it holds
   * @throws IOException if none opens it, and somebody outside refused to
   */
  public static Optional<Sealing> of(
      byte[] envelopeFrame, List<? extends Identity> identities, Crypto crypto, String location)
      throws IOException {
    Envelope envelope = Envelope.read(envelopeFrame, location);
    Optional<byte[]> secret =
        WrappedKey.read(envelope.uuid(), envelope.cms(), location).open(identities, crypto);
    if (secret.isEmpty()) {
      return Optional.empty();
    }
    DataKey key = DataKey.of(secret.get(), crypto);
    Arrays.fill(secret.get(), (byte) 0);
    if (!envelope.isOf(key)) {
      key.close();
      throw new BrokenSealException(location, "its envelope is not of the key that it holds");
    }
    return Optional.of(new Sealing(crypto, key, envelope));
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

  /** The envelope, with which an archive begins. It is no secret. */
  public byte[] envelopeFrame() {
    return envelope.write();
  }

  /** The archive that it is for. */
  public UUID archive() {
    return envelope.uuid();
  }

  /** To whom it is encrypted, in the order of the envelope. */
  public List<RecipientName> recipients() {
    try {
      return WrappedKey.read(envelope.uuid(), envelope.cms(), "archive").recipients().stream()
          .map(RecipientName::of)
          .toList();
    } catch (BrokenSealException | UnsupportedSealException e) {
      throw new IllegalStateException("bug: an envelope cannot be read", e);
    }
  }

  @Override
  public void close() {
    key.close();
  }
}
