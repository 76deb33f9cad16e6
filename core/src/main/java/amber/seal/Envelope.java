package amber.seal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.UUID;

/**
 * The first frame of a sealed archive: its data key, wrapped to each recipient.
 *
 * @param uuid the archive's
 * @param commitment tells whether a key is the one that was wrapped
 * @param cms CMS AuthEnvelopedData (RFC 5083) of the data key
 */
record Envelope(UUID uuid, byte[] commitment, byte[] cms) {

  /** The most bytes of its frame. */
  static final int MAX_BYTES = 1 << 20;

  /** The only suite: HKDF-SHA-256 and AES-256-GCM. */
  static final int SUITE = 1;

  private static final long MAGIC = 0x564E455245424D41L; // "AMBERENV" in little-endian
  private static final int COMMITMENT_BYTES = 32;
  private static final int CMS_AT = 72;

  /** The most bytes of the CMS in it. */
  static final int MAX_CMS_BYTES = MAX_BYTES - CMS_AT;

  /** The envelope's frame. */
  byte[] write() {
    ByteBuffer bytes = ByteBuffer.allocate(CMS_AT + cms.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(Layout.ENVELOPE).putInt(bytes.capacity() - Layout.FRAME_HEADER);
    bytes.putLong(MAGIC).put(DataKey.bytes(uuid)).putInt(SUITE).putInt(0);
    return bytes.put(commitment).put(cms).array();
  }

  /** Whether that is the key that was wrapped. */
  boolean isOf(DataKey key) {
    return MessageDigest.isEqual(key.commitment(uuid), commitment);
  }

  /** Reads an envelope from exactly its frame. */
  static Envelope read(byte[] frame, String location)
      throws BrokenSealException, UnsupportedSealException {
    ByteBuffer bytes = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
    if (frame.length <= CMS_AT
        || bytes.getInt() != Layout.ENVELOPE
        || bytes.getInt() != frame.length - Layout.FRAME_HEADER
        || bytes.getLong() != MAGIC) {
      throw new BrokenSealException(location, "no envelope stands at its beginning");
    }
    UUID uuid = uuid(bytes);
    int suite = bytes.getInt();
    int reserved = bytes.getInt();
    if (suite != SUITE || reserved != 0) {
      throw new UnsupportedSealException(
          location,
          "sealed by suite %d with flags %x, this version of amber knows %d with 0"
              .formatted(suite, reserved, SUITE));
    }
    byte[] commitment = new byte[COMMITMENT_BYTES];
    bytes.get(commitment);
    return new Envelope(uuid, commitment, Arrays.copyOfRange(frame, CMS_AT, frame.length));
  }

  /** A UUID, 16 bytes in network order whatever the buffer's is. */
  static UUID uuid(ByteBuffer bytes) {
    ByteBuffer source =
        bytes.slice(bytes.position(), Layout.UUID_BYTES).order(ByteOrder.BIG_ENDIAN);
    bytes.position(bytes.position() + Layout.UUID_BYTES);
    return new UUID(source.getLong(), source.getLong());
  }
}
