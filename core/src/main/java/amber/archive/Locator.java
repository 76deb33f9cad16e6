package amber.archive;

import amber.block.BlockDigest;
import amber.frame.Magic;
import amber.seal.SealSignature;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.UUID;

/**
 * Finds index, seal and seek table from the archive's end. Always {@link #FRAME_BYTES} long and
 * directly before the seek table.
 *
 * <p>Layout: docs/format.md, "Locator".
 *
 * @param uuid the archive's
 * @param manifestStored stored length of the manifest's frames, which begin the archive
 * @param indexOffset where the index's frames begin
 * @param indexStored their stored length
 * @param indexBytes the size of index.bin
 * @param sealOffset where the seal's frames begin
 * @param sealStored their stored length
 * @param sealBytes the size of seal.json
 * @param seekTableOffset where the seek table begins: right behind the locator
 * @param seekTableFrames how many frames it lists
 * @param smallFramesCrc32c CRC-32C of all frames that hold no blocks, as they are stored: from the
 *     manifest's to the end of the tar stream
 * @param sealSha256 SHA-256 of seal.json
 * @param seekTableSha256 SHA-256 of the whole seek table frame
 * @param signatureStored stored length of the signature's frames, which follow the seal's directly;
 *     0 if the archive is not signed
 * @param signatureBytes the size of seal.p7s; 0 if the archive is not signed
 */
record Locator(
    UUID uuid,
    int manifestStored,
    long indexOffset,
    long indexStored,
    int indexBytes,
    long sealOffset,
    int sealStored,
    int sealBytes,
    long seekTableOffset,
    int seekTableFrames,
    int smallFramesCrc32c,
    byte[] sealSha256,
    byte[] seekTableSha256,
    int signatureStored,
    int signatureBytes) {

  /** The locator's length, its frame header included. */
  static final int FRAME_BYTES = 256;

  static final int VERSION = 1;

  private static final long MAGIC = 0x434F4C5245424D41L; // "AMBERLOC" in little-endian
  private static final int HASH_BYTES = 32;
  private static final int HASH_AT = FRAME_BYTES - HASH_BYTES;

  ByteBuffer write() {
    ByteBuffer bytes = ByteBuffer.allocate(FRAME_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(Magic.LOCATOR).putInt(FRAME_BYTES - Magic.SKIPPABLE_HEADER);
    bytes.putLong(MAGIC).putInt(VERSION).putInt(0);
    Uuids.put(bytes, uuid);
    bytes.putLong(indexOffset).putLong(indexStored).putLong(sealOffset).putLong(seekTableOffset);
    bytes.putInt(manifestStored).putInt(indexBytes).putInt(sealStored).putInt(sealBytes);
    bytes.putInt(seekTableFrames).putInt(smallFramesCrc32c);
    bytes.put(sealSha256).put(seekTableSha256);
    bytes.putInt(signatureStored).putInt(signatureBytes);
    bytes.position(HASH_AT);
    bytes.put(hashOf(bytes.array()));
    return bytes.flip();
  }

  /**
   * Reads a locator from exactly its frame.
   *
   * @throws BadStructureException if the bytes are no locator
   */
  static Locator read(byte[] frame, String location)
      throws BadStructureException, UnsupportedArchiveException {
    ByteBuffer bytes = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
    BadStructureException.check(
        bytes.getInt() == Magic.LOCATOR
            && bytes.getInt() == FRAME_BYTES - Magic.SKIPPABLE_HEADER
            && bytes.getLong() == MAGIC,
        "no locator stands before the seek table");
    BadStructureException.check(
        Arrays.equals(frame, HASH_AT, FRAME_BYTES, hashOf(frame), 0, HASH_BYTES),
        "the locator does not match its own SHA-256");
    int version = bytes.getInt();
    int flags = bytes.getInt();
    if (version != VERSION || flags != 0) {
      throw new UnsupportedArchiveException(
          location,
          "format version %d with flags %x, this version of amber knows %d with 0"
              .formatted(version, flags, VERSION));
    }
    UUID uuid = Uuids.get(bytes);
    long indexOffset = bytes.getLong();
    long indexStored = bytes.getLong();
    long sealOffset = bytes.getLong();
    long seekTableOffset = bytes.getLong();
    int manifestStored = bytes.getInt();
    int indexBytes = bytes.getInt();
    int sealStored = bytes.getInt();
    int sealBytes = bytes.getInt();
    int seekTableFrames = bytes.getInt();
    int smallFramesCrc32c = bytes.getInt();
    byte[] sealSha256 = new byte[HASH_BYTES];
    byte[] seekTableSha256 = new byte[HASH_BYTES];
    bytes.get(sealSha256).get(seekTableSha256);
    int signatureStored = bytes.getInt();
    int signatureBytes = bytes.getInt();
    boolean zeros = true;
    while (bytes.position() < HASH_AT) {
      zeros &= bytes.get() == 0;
    }
    BadStructureException.check(zeros, "the locator's reserved bytes are not zero");
    return new Locator(
        uuid,
        manifestStored,
        indexOffset,
        indexStored,
        indexBytes,
        sealOffset,
        sealStored,
        sealBytes,
        seekTableOffset,
        seekTableFrames,
        smallFramesCrc32c,
        sealSha256,
        seekTableSha256,
        signatureStored,
        signatureBytes);
  }

  boolean isSigned() {
    return signatureBytes != 0;
  }

  /** Where the frames of the signature begin, if there is one. */
  long signatureOffset() {
    return sealOffset + sealStored;
  }

  /** Checks that everything it names lies in the archive, in order, and is of a possible size. */
  void checkPlaces(long position, int frames) throws BadStructureException {
    BadStructureException.check(
        seekTableOffset == position + FRAME_BYTES && seekTableFrames == frames,
        "the locator places %d frames in a table at byte %d, there are %d at byte %d",
        seekTableFrames,
        seekTableOffset,
        frames,
        position + FRAME_BYTES);
    BadStructureException.check(
        manifestStored > 0
            && indexOffset >= manifestStored
            && indexStored > 0
            && indexStored <= position - indexOffset
            && sealOffset == indexOffset + indexStored
            && sealStored > 0
            && sealStored < position - sealOffset
            && sealBytes > 0
            && sealBytes <= Seal.MAX_BYTES
            && indexBytes > 0,
        "the locator places the index at byte %d (%d bytes), the seal at byte %d (%d bytes)",
        indexOffset,
        indexStored,
        sealOffset,
        sealStored);
    BadStructureException.check(
        signatureStored >= 0
            && signatureStored < position - signatureOffset()
            && signatureBytes >= 0
            && signatureBytes <= SealSignature.MAX_BYTES
            && (signatureStored == 0) == (signatureBytes == 0),
        "the locator places a signature of %d bytes (%d stored) behind the seal",
        signatureBytes,
        signatureStored);
  }

  private static byte[] hashOf(byte[] frame) {
    MessageDigest sha256 = BlockDigest.newSha256();
    sha256.update(frame, Magic.SKIPPABLE_HEADER, HASH_AT - Magic.SKIPPABLE_HEADER);
    return sha256.digest();
  }
}
