package amber.seal;

import amber.store.ArchiveSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/** What anybody can see of a sealed archive; and with its key, what nobody else can. */
public final class SealedArchive {

  private final EndCache source;
  private final SealedLocator locator;
  private final Envelope envelope;
  private final WrappedKey wrapped;

  private SealedArchive(
      EndCache source, SealedLocator locator, Envelope envelope, WrappedKey wrapped) {
    this.source = source;
    this.locator = locator;
    this.envelope = envelope;
    this.wrapped = wrapped;
  }

  /**
   * What an archive was found to be.
   *
   * @param source the archive, to be read from now on instead
   * @param sealed what is public of it, or null if it is not sealed
   */
  public record Looked(ArchiveSource source, SealedArchive sealed) {

    /** Whether it is sealed. */
    public boolean isSealed() {
      return sealed != null;
    }
  }

  /**
   * Looks whether an archive is sealed. Of one that is not, this costs no read more: its end is
   * read here, and not again by whoever opens it.
   *
   * @throws BrokenSealException if it is sealed, and its end or its envelope are damaged
   * @throws UnsupportedSealException if it is sealed in a newer format
   */
  public static Looked look(ArchiveSource source) throws IOException {
    long size = source.sizeBytes();
    if (size < SealedLocator.FRAME_BYTES) {
      return new Looked(source, null);
    }
    EndCache end = new EndCache(source);
    byte[] frame = new byte[SealedLocator.FRAME_BYTES];
    end.peek(size - frame.length, ByteBuffer.wrap(frame));
    if (!SealedLocator.hasMagic(frame)) {
      return new Looked(end, null);
    }
    SealedLocator locator = SealedLocator.read(frame, size, source.location());
    byte[] first = new byte[locator.envelopeBytes()];
    end.peek(0, ByteBuffer.wrap(first));
    if (!Arrays.equals(SealedLocator.sha256(first, 0, first.length), locator.envelopeSha256())) {
      throw new BrokenSealException(
          source.location(), "its envelope does not match the locator's SHA-256");
    }
    Envelope envelope = Envelope.read(first, source.location());
    if (!envelope.uuid().equals(locator.uuid())) {
      throw new BrokenSealException(
          source.location(), "its envelope and its locator are of different archives");
    }
    WrappedKey wrapped = WrappedKey.read(envelope.uuid(), envelope.cms(), source.location());
    return new Looked(end, new SealedArchive(end, locator, envelope, wrapped));
  }

  /** The archive's UUID. */
  public UUID uuid() {
    return locator.uuid();
  }

  /** Where it is. */
  public String location() {
    return source.location();
  }

  /** Its size as it is stored. */
  public long sizeBytes() {
    return source.sizeBytes();
  }

  /** The size of the archive inside. */
  public long plainBytes() {
    return locator.plainBytes();
  }

  /** The archive as it is stored. */
  public ArchiveSource stored() {
    return source;
  }

  /** Whom it is encrypted to, in the order of its envelope. */
  public List<RecipientName> recipients() {
    return wrapped.recipients().stream().map(RecipientName::of).toList();
  }

  /**
   * The archive inside. Closing it closes the sealed one, and wipes the key.
   *
   * @param identities are tried in turn
   * @throws NoIdentityException if it is encrypted to none of them
   * @throws BrokenSealException if its envelope, or the map of its segments, is not the one that
   *     was sealed
   */
  public ArchiveSource open(List<? extends Identity> identities, Crypto crypto) throws IOException {
    DataKey key = key(identities, crypto);
    try {
      return open(key, crypto);
    } catch (IOException | RuntimeException e) {
      key.close();
      throw e;
    }
  }

  /**
   * The archive inside, for whoever sealed it. Closing it closes the sealed one.
   *
   * @param by what it was sealed by, whose key stays
   * @throws BrokenSealException if it was sealed by something else, or the map of its segments is
   *     not the one that was sealed
   */
  public ArchiveSource open(Sealing by) throws IOException {
    byte[] secret = by.key().copy();
    DataKey key;
    try {
      key = DataKey.of(secret, by.crypto());
    } finally {
      Arrays.fill(secret, (byte) 0);
    }
    try {
      return open(key, by.crypto());
    } catch (IOException | RuntimeException e) {
      key.close();
      throw e;
    }
  }

  /**
   * The same archive, encrypted to others as well: as it would be stored, to be copied.
   *
   * @param identities of which one opens it
   * @throws NoIdentityException if none does
   * @throws TooManyRecipientsException if it would have more than whoever opens it will try
   */
  public Rewrapped adding(
      List<? extends Identity> identities, List<? extends Recipient> others, Crypto crypto)
      throws IOException {
    return rewrapped(
        identities,
        crypto,
        wrapped
            .adding(identities, others, crypto)
            .orElseThrow(() -> new NoIdentityException(location(), recipients(), identities)));
  }

  /**
   * The same archive, encrypted to some of its recipients only. Whoever is left out, and has opened
   * it before, may have kept its key.
   *
   * @param places of those who stay, in the order of {@link #recipients}
   * @param identities of which one opens it
   * @throws NoIdentityException if none does
   */
  public Rewrapped keeping(List<Integer> places, List<? extends Identity> identities, Crypto crypto)
      throws IOException {
    return rewrapped(identities, crypto, wrapped.keeping(places));
  }

  private Rewrapped rewrapped(List<? extends Identity> identities, Crypto crypto, WrappedKey other)
      throws IOException {
    try (DataKey key = key(identities, crypto)) {
      requireKey(key);
      byte[] frame = new Envelope(uuid(), envelope.commitment(), other.encodedForAll()).write();
      byte[] end = locator.behind(frame, key).write();
      return new Rewrapped(source, locator.envelopeBytes(), frame, end);
    }
  }

  /**
   * An archive as salvage reads it: where the inside of a sealed one is not what was sealed, zeros
   * stand in its place, as if they had been stored. No byte is handed on that is somebody else's.
   *
   * @param opened any archive; one that is not the inside of a sealed one is returned as it is
   */
  public static ArchiveSource salvaging(ArchiveSource opened) {
    return opened instanceof SealedSource inside ? inside.salvaging() : opened;
  }

  private void requireKey(DataKey key) throws BrokenSealException {
    if (!envelope.isOf(key) || !locator.isOf(key)) {
      throw new BrokenSealException(
          location(), "its envelope and its locator are not of the key that the envelope holds");
    }
  }

  private DataKey key(List<? extends Identity> identities, Crypto crypto) throws IOException {
    byte[] secret =
        wrapped
            .open(identities, crypto)
            .orElseThrow(() -> new NoIdentityException(location(), recipients(), identities));
    try {
      return DataKey.of(secret, crypto);
    } finally {
      Arrays.fill(secret, (byte) 0);
    }
  }

  /** What tells it from any other, in hexadecimal digits: of its locator, which tells all else. */
  public String digest() {
    return digest(locator.write());
  }

  static String digest(byte[] frame) {
    return HexFormat.of().formatHex(SealedLocator.sha256(frame, 0, frame.length));
  }

  SealedLocator locator() {
    return locator;
  }

  Envelope envelope() {
    return envelope;
  }

  /**
   * The archive inside. Closing it closes the sealed one, and wipes the key.
   *
   * @param key is taken over
   * @throws BrokenSealException if it is not the archive's key, or the map of its segments is not
   *     the one that was sealed
   */
  ArchiveSource open(DataKey key, Crypto crypto) throws IOException {
    requireKey(key);
    return new SealedSource(
        source, locator.envelopeBytes(), readMap(key, crypto), new Sealing(crypto, key, envelope));
  }

  private SealedMap readMap(DataKey key, Crypto crypto) throws IOException {
    int plain = locator.segments() * SealedMap.ENTRY_BYTES;
    ByteBuffer stored = ByteBuffer.allocate((int) Layout.sealedBytes(plain));
    source.peek(locator.mapOffset(), stored);
    ByteBuffer content = openMap(stored.flip(), plain, key, crypto);
    SealedMap map =
        content == null
            ? null
            : SealedMap.read(
                content, locator.plainBytes(), locator.mapOffset() - locator.envelopeBytes());
    if (map == null) {
      throw new BrokenSealException(
          location(), "the map of its segments is not the one that was sealed");
    }
    return map;
  }

  private ByteBuffer openMap(ByteBuffer stored, int plainBytes, DataKey key, Crypto crypto) {
    byte[] salt = new byte[Layout.SALT_BYTES];
    stored.get(Layout.FRAME_HEADER, salt);
    SegmentCipher cipher = new SegmentCipher(crypto, uuid());
    cipher.begin(key.forMap(salt));
    ByteBuffer content = ByteBuffer.allocate(plainBytes);
    while (content.hasRemaining()) {
      int frame = content.position() / Layout.CHUNK_BYTES;
      int count = Math.min(Layout.CHUNK_BYTES, content.remaining());
      int length = count + Layout.FRAME_OVERHEAD + (frame == 0 ? Layout.SALT_BYTES : 0);
      boolean last = count == content.remaining();
      ByteBuffer plain =
          cipher.open(frame, last, count, salt, stored.slice(stored.position(), length));
      if (plain == null) {
        return null;
      }
      stored.position(stored.position() + length);
      content.put(plain);
    }
    return content.flip();
  }
}
