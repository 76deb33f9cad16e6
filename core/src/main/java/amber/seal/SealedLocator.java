package amber.seal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.UUID;

/**
 * The last frame of a sealed archive, and what tells that it is one. Always {@link #FRAME_BYTES}
 * long.
 *
 * @param uuid the archive's
 * @param envelopeBytes how long the envelope's frame is, behind which the crypt segments begin
 * @param mapOffset where the map begins, behind the crypt segments
 * @param plainBytes the archive's length when it is opened
 * @param segments how many crypt segments the map has
 * @param envelopeSha256 SHA-256 of the envelope's frame
 * @param mac made with the data key over all fields before
 */
record SealedLocator(
    UUID uuid,
    int envelopeBytes,
    long mapOffset,
    long plainBytes,
    int segments,
    byte[] envelopeSha256,
    byte[] mac) {

  /** Its length, its frame header included. */
  static final int FRAME_BYTES = 256;

  static final int VERSION = 1;

  private static final long MAGIC = 0x444C535245424D41L; // "AMBERSLD" in little-endian
  private static final int HASH_BYTES = 32;
  private static final int MAC_AT = 104;
  private static final int HASH_AT = FRAME_BYTES - HASH_BYTES;

  /** A locator with the MAC that the key makes. */
  static SealedLocator of(Envelope envelope, byte[] frame, SealedMap map, DataKey key) {
    SealedLocator bare =
        new SealedLocator(
            envelope.uuid(),
            frame.length,
            frame.length + map.sealedBytes(),
            map.plainBytes(),
            map.count(),
            sha256(frame, 0, frame.length),
            new byte[HASH_BYTES]);
    return bare.withMac(bare.macBy(key));
  }

  private SealedLocator withMac(byte[] other) {
    return new SealedLocator(
        uuid, envelopeBytes, mapOffset, plainBytes, segments, envelopeSha256, other);
  }

  /** The same archive's behind another envelope. */
  SealedLocator behind(byte[] envelopeFrame, DataKey key) {
    SealedLocator bare =
        new SealedLocator(
            uuid,
            envelopeFrame.length,
            mapOffset - envelopeBytes + envelopeFrame.length,
            plainBytes,
            segments,
            sha256(envelopeFrame, 0, envelopeFrame.length),
            new byte[HASH_BYTES]);
    return bare.withMac(bare.macBy(key));
  }

  private byte[] macBy(DataKey key) {
    return key.authenticate(uuid, write(), Layout.FRAME_HEADER, MAC_AT);
  }

  /** Whether whoever made it knew the data key. */
  boolean isOf(DataKey key) {
    return MessageDigest.isEqual(macBy(key), mac);
  }

  byte[] write() {
    ByteBuffer bytes = ByteBuffer.allocate(FRAME_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(Layout.LOCATOR).putInt(FRAME_BYTES - Layout.FRAME_HEADER);
    bytes.putLong(MAGIC).putInt(VERSION).putInt(0).put(DataKey.bytes(uuid));
    bytes.putLong(envelopeBytes).putLong(mapOffset).putLong(plainBytes);
    bytes.putInt(segments).putInt(0).put(envelopeSha256).put(mac);
    byte[] frame = bytes.array();
    byte[] hash = sha256(frame, Layout.FRAME_HEADER, HASH_AT);
    System.arraycopy(hash, 0, frame, HASH_AT, HASH_BYTES);
    return frame;
  }

  /** Whether that is such a locator, whole or not. */
  static boolean hasMagic(byte[] frame) {
    ByteBuffer bytes = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
    return bytes.getInt() == Layout.LOCATOR
        && bytes.getInt() == FRAME_BYTES - Layout.FRAME_HEADER
        && bytes.getLong() == MAGIC;
  }

  /**
   * Reads a locator from exactly its frame, which has the magic.
   *
   * @param sizeBytes the sealed archive's
   */
  static SealedLocator read(byte[] frame, long sizeBytes, String location)
      throws BrokenSealException, UnsupportedSealException {
    ByteBuffer bytes = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN).position(16);
    if (!Arrays.equals(
        frame, HASH_AT, FRAME_BYTES, sha256(frame, Layout.FRAME_HEADER, HASH_AT), 0, HASH_BYTES)) {
      throw new BrokenSealException(location, "its locator does not match its own SHA-256");
    }
    int version = bytes.getInt();
    int flags = bytes.getInt();
    if (version != VERSION || flags != 0) {
      throw new UnsupportedSealException(
          location,
          "sealed in format version %d with flags %x, this version of amber knows %d with 0"
              .formatted(version, flags, VERSION));
    }
    UUID uuid = Envelope.uuid(bytes);
    long envelopeBytes = bytes.getLong();
    long mapOffset = bytes.getLong();
    long plainBytes = bytes.getLong();
    int segments = bytes.getInt();
    int reserved = bytes.getInt();
    byte[] envelopeSha256 = new byte[HASH_BYTES];
    byte[] mac = new byte[HASH_BYTES];
    bytes.get(envelopeSha256).get(mac);
    boolean zeros = reserved == 0;
    while (bytes.position() < HASH_AT) {
      zeros &= bytes.get() == 0;
    }
    long mapBytes = (long) segments * SealedMap.ENTRY_BYTES;
    boolean fits =
        zeros
            && segments > 0
            && mapBytes <= SealedMap.MAX_BYTES
            && envelopeBytes > 0
            && envelopeBytes <= Envelope.MAX_BYTES
            && mapOffset > envelopeBytes
            && mapOffset <= sizeBytes
            && plainBytes > 0
            && plainBytes < mapOffset
            && Layout.sealedBytes(mapBytes) == sizeBytes - FRAME_BYTES - mapOffset;
    if (!fits) {
      throw new BrokenSealException(
          location,
          "its locator places an envelope of %d bytes and a map of %d entries at byte %d of %d"
              .formatted(envelopeBytes, segments, mapOffset, sizeBytes));
    }
    return new SealedLocator(
        uuid, (int) envelopeBytes, mapOffset, plainBytes, segments, envelopeSha256, mac);
  }

  static byte[] sha256(byte[] bytes, int from, int to) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(bytes, from, to - from);
      return sha256.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("bug: no SHA-256", e);
    }
  }
}
