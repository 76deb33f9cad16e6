package amber.seal;

import amber.fixture.MemoryStore;
import amber.fixture.Seals;
import amber.fixture.Seals.Piece;
import amber.fuzz.FuzzTarget;
import amber.fuzz.Require;
import amber.store.ArchiveSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * A sealed archive, or a part of one around which its maker has made everything else agree, as
 * anybody can who encrypts to somebody's certificate. What comes out is what was sealed, or
 * nothing.
 */
public final class SealedTarget implements FuzzTarget {

  private static final int LOCATOR_BYTES = SealedLocator.FRAME_BYTES;
  private static final int MAC_AT = 104;
  private static final int HASH_AT = 224;
  private static final int ENVELOPE_SHA256_AT = 72;
  private static final int SHA256_BYTES = 32;

  /** What is replaced. */
  public enum Part {
    /** All of it. */
    ALL,
    /** The locator; what its maker can know about it is made right. */
    LOCATOR,
    /** The length of the plain archive, and then the map's plain bytes. */
    MAP
  }

  private final Part part;
  private final List<Identity> identities;
  private final Sealing sealing;
  private final byte[] plain = new byte[3000];
  private final byte[] honest;
  private final SealedLocator locator;

  /** Seals the archive that is changed. */
  public SealedTarget(Part part) throws IOException {
    this.part = part;
    Readers readers = new Readers();
    // The first is enough: the others are for the envelope's own target.
    identities = readers.identities().subList(0, 1);
    new Random(5).nextBytes(plain);
    Crypto crypto = new Crypto(Optional.empty(), new FixedRandom());
    sealing = Sealing.to(Seals.ID, readers.recipients().subList(0, 1), crypto);
    honest =
        Seals.seal(
            sealing,
            List.of(
                new Piece(Arrays.copyOf(plain, 100), false),
                new Piece(Arrays.copyOfRange(plain, 100, 2000), true),
                new Piece(Arrays.copyOfRange(plain, 2000, plain.length), false)));
    byte[] frame = Arrays.copyOfRange(honest, honest.length - LOCATOR_BYTES, honest.length);
    locator = SealedLocator.read(frame, honest.length, "honest");
  }

  @Override
  public List<byte[]> seeds() throws IOException {
    return switch (part) {
      case ALL -> List.of(honest);
      case LOCATOR ->
          List.of(Arrays.copyOfRange(honest, honest.length - LOCATOR_BYTES, honest.length));
      case MAP -> List.of(mapInput());
    };
  }

  private byte[] mapInput() {
    byte[] map = new byte[locator.segments() * SealedMap.ENTRY_BYTES];
    int at = (int) locator.mapOffset() + Layout.FRAME_HEADER;
    byte[] salt = Arrays.copyOfRange(honest, at, at + Layout.SALT_BYTES);
    SegmentCipher cipher = new SegmentCipher(sealing.crypto(), Seals.ID);
    cipher.begin(sealing.key().forMap(salt));
    int length = map.length + Layout.FRAME_OVERHEAD + Layout.SALT_BYTES;
    ByteBuffer stored = ByteBuffer.wrap(honest, (int) locator.mapOffset(), length).slice();
    cipher.open(0, true, map.length, salt, stored).get(map);
    return ByteBuffer.allocate(Long.BYTES + map.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(plain.length)
        .put(map)
        .array();
  }

  @Override
  public void run(byte[] input) throws Exception {
    byte[] sealed =
        switch (part) {
          case ALL -> input;
          case LOCATOR -> withLocator(input);
          case MAP -> withMap(input);
        };
    try (ArchiveSource opened = Seals.open(MemoryStore.source("fuzz", sealed), openers())) {
      Require.that(opened.sizeBytes() <= sealed.length, "%d plain bytes", opened.sizeBytes());
      Require.that(Arrays.equals(Seals.all(opened), plain), "it opens to something else");
    } catch (BrokenSealException | UnsupportedSealException | NoIdentityException e) {
      Require.that(
          e.getMessage().startsWith("memory:fuzz: "), "names no place: %s", e.getMessage());
    } catch (IOException e) {
      Require.that("is not sealed".equals(e.getMessage()), "refused by %s", e);
    }
  }

  private Identity[] openers() {
    return identities.toArray(Identity[]::new);
  }

  private byte[] withLocator(byte[] fields) {
    byte[] frame = Arrays.copyOf(fields, LOCATOR_BYTES);
    System.arraycopy(locator.envelopeSha256(), 0, frame, ENVELOPE_SHA256_AT, SHA256_BYTES);
    byte[] mac =
        sealing.key().authenticate(sealing.envelope().uuid(), frame, Layout.FRAME_HEADER, MAC_AT);
    System.arraycopy(mac, 0, frame, MAC_AT, SHA256_BYTES);
    byte[] hash = SealedLocator.sha256(frame, Layout.FRAME_HEADER, HASH_AT);
    System.arraycopy(hash, 0, frame, HASH_AT, SHA256_BYTES);
    byte[] sealed = honest.clone();
    System.arraycopy(frame, 0, sealed, sealed.length - LOCATOR_BYTES, LOCATOR_BYTES);
    return sealed;
  }

  private byte[] withMap(byte[] input) {
    byte[] whole = Arrays.copyOf(input, Math.max(input.length, Long.BYTES + 1));
    ByteBuffer fields = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN);
    long plainBytes = fields.getLong();
    int count = fields.remaining();
    ByteBuffer map = ByteBuffer.allocate(Math.toIntExact(Layout.sealedBytes(count)));
    map.put(fields).flip();
    SegmentCipher cipher = new SegmentCipher(sealing.crypto(), Seals.ID);
    byte[] salt = new byte[Layout.SALT_BYTES];
    cipher.begin(sealing.key().forMap(salt));
    cipher.sealInPlace(map, salt);
    int mapOffset = (int) locator.mapOffset();
    byte[] sealed = Arrays.copyOf(honest, mapOffset + map.remaining() + LOCATOR_BYTES);
    map.get(sealed, mapOffset, map.remaining());
    SealedLocator bare =
        new SealedLocator(
            locator.uuid(),
            locator.envelopeBytes(),
            mapOffset,
            plainBytes,
            count / SealedMap.ENTRY_BYTES,
            locator.envelopeSha256(),
            new byte[SHA256_BYTES]);
    byte[] frame = bare.write();
    byte[] mac = sealing.key().authenticate(bare.uuid(), frame, Layout.FRAME_HEADER, MAC_AT);
    System.arraycopy(mac, 0, frame, MAC_AT, SHA256_BYTES);
    byte[] hash = SealedLocator.sha256(frame, Layout.FRAME_HEADER, HASH_AT);
    System.arraycopy(hash, 0, frame, HASH_AT, SHA256_BYTES);
    System.arraycopy(frame, 0, sealed, sealed.length - LOCATOR_BYTES, LOCATOR_BYTES);
    return sealed;
  }
}
