package amber.archive;

import amber.block.Block;
import amber.block.BlockDigest;
import amber.frame.FrameEncoder;
import amber.frame.Magic;
import amber.image.Image;
import amber.image.Volume;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.UUID;

/**
 * The header of a segment: which blocks follow, their digests, and where their frames are. It
 * stands alone: with it, a segment can be restored even when the rest of the archive is lost.
 *
 * <p>Layout: docs/format.md, "Segment header".
 *
 * @param uuid the archive's
 * @param number the segment's place in the archive
 * @param volume the volume's number
 * @param volumeBytes the volume's size
 * @param firstOrdinal the place of its first block among the volume's listed blocks
 * @param blocksPerFrame how many blocks each data frame holds, the last one may hold fewer
 * @param blocks indexes of the blocks, ascending
 * @param digests 32 bytes for each block
 * @param frameLengths stored length of each data frame
 * @param dataCrc32c CRC-32C of the data frames as they are stored
 */
public record SegmentHeader(
    UUID uuid,
    int number,
    int volume,
    long volumeBytes,
    long firstOrdinal,
    int blocksPerFrame,
    int[] blocks,
    byte[] digests,
    int[] frameLengths,
    int dataCrc32c) {

  private static final int FIXED_BYTES = 80;
  private static final int HASH_BYTES = 32;
  private static final int VOLUME_BYTES_AT = 48;
  private static final int BLOCK_COUNT_AT = 56;

  /** Bytes by which a header is recognised: the frame's header and the magic. */
  static final int MAGIC_BYTES = 16;

  /** The largest header's frame. */
  static final int MAX_FRAME_BYTES =
      frameBytes(Geometry.MAX_BLOCKS_PER_SEGMENT, Geometry.MAX_BLOCKS_PER_SEGMENT);

  private static final long MAGIC = 0x4745535245424D41L; // "AMBERSEG" in little-endian

  /** Bytes of the header's frame for that many blocks and data frames. */
  static int frameBytes(int blocks, int frames) {
    return Magic.SKIPPABLE_HEADER
        + FIXED_BYTES
        + blocks * (Integer.BYTES + Block.DIGEST_SIZE)
        + frames * Integer.BYTES
        + HASH_BYTES;
  }

  int frameBytes() {
    return frameBytes(blocks.length, frameLengths.length);
  }

  int frameCount() {
    return frameLengths.length;
  }

  /** This header, once the data frames are there. */
  SegmentHeader withDataCrc32c(int crc32c) {
    return new SegmentHeader(
        uuid,
        number,
        volume,
        volumeBytes,
        firstOrdinal,
        blocksPerFrame,
        blocks,
        digests,
        frameLengths,
        crc32c);
  }

  /** How many of the blocks are zero blocks. */
  public int zeroBlocks() {
    int zeros = 0;
    for (int i = 0; i < blocks.length; i++) {
      if (BlockDigest.isZeroBlock(digests, i * Block.DIGEST_SIZE)) {
        zeros++;
      }
    }
    return zeros;
  }

  /** The digest of the block at this place in the segment. */
  public byte[] digest(int place) {
    int at = place * Block.DIGEST_SIZE;
    return Arrays.copyOfRange(digests, at, at + Block.DIGEST_SIZE);
  }

  /** Stored length of the whole segment, this header included. */
  public long storedBytes() {
    return frameBytes() + dataBytes();
  }

  /** Stored length of all data frames together. */
  long dataBytes() {
    return Arrays.stream(frameLengths).asLongStream().sum();
  }

  /** How many blocks data frame {@code frame} holds. */
  int blocksIn(int frame) {
    return Math.min(blocksPerFrame, blocks.length - frame * blocksPerFrame);
  }

  /** The plain bytes of data frame {@code frame}: whole blocks, clipped at the volume's end. */
  int plainBytes(int frame) {
    int first = frame * blocksPerFrame;
    int count = blocksIn(frame);
    return (count - 1) * Block.SIZE + Block.length(blocks[first + count - 1], volumeBytes);
  }

  /**
   * Writes the header as a skippable frame at the buffer's position.
   *
   * @return the header's SHA-256, which the index repeats
   */
  byte[] write(ByteBuffer out) {
    ByteBuffer bytes = ByteBuffer.allocate(frameBytes()).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(Magic.SEGMENT).putInt(bytes.capacity() - Magic.SKIPPABLE_HEADER);
    bytes.putLong(MAGIC);
    Uuids.put(bytes, uuid);
    bytes.putInt(number).putInt(volume).putLong(firstOrdinal).putLong(volumeBytes);
    bytes.putInt(blocks.length).putInt(frameLengths.length).putInt(blocksPerFrame).putInt(0);
    bytes.putLong(dataBytes()).putInt(zeroBlocks()).putInt(dataCrc32c);
    bytes.asIntBuffer().put(blocks);
    bytes.position(bytes.position() + blocks.length * Integer.BYTES);
    bytes.put(digests);
    bytes.asIntBuffer().put(frameLengths);
    bytes.position(bytes.position() + frameLengths.length * Integer.BYTES);
    byte[] hash = hashOf(bytes.array(), Magic.SKIPPABLE_HEADER, bytes.position());
    bytes.put(hash);
    out.put(bytes.flip());
    return hash;
  }

  /** The SHA-256 at the end of a header frame. */
  static byte[] hashOf(ByteBuffer frame) {
    byte[] hash = new byte[HASH_BYTES];
    frame.get(frame.limit() - HASH_BYTES, hash);
    return hash;
  }

  /** Whether what begins at {@code at}, in a little-endian buffer, carries a header's magic. */
  static boolean hasMagic(ByteBuffer bytes, int at) {
    return bytes.getLong(at + Magic.SKIPPABLE_HEADER) == MAGIC;
  }

  /**
   * Whether a frame could be a header by its counts and its list of blocks, which is found out at
   * little cost. Of frames that could, none begins within the list of another: no block has a
   * number as large as the magic.
   *
   * @param frame a whole frame in little-endian, from its magic number on
   */
  static boolean isPossible(ByteBuffer frame) {
    int listAt = Magic.SKIPPABLE_HEADER + FIXED_BYTES;
    if (frame.remaining() < frameBytes(1, 1)) {
      return false;
    }
    long volumeBytes = frame.getLong(VOLUME_BYTES_AT);
    int blockCount = frame.getInt(BLOCK_COUNT_AT);
    int blocksPerFrame = frame.getInt(BLOCK_COUNT_AT + 2 * Integer.BYTES);
    if (blockCount < 1
        || blockCount > Geometry.MAX_BLOCKS_PER_SEGMENT
        || !Geometry.isValid(blocksPerFrame, blocksPerFrame)
        || !Volume.isValidSize(volumeBytes)
        || frame.remaining()
            != frameBytes(blockCount, (blockCount + blocksPerFrame - 1) / blocksPerFrame)) {
      return false;
    }
    int previous = -1;
    for (int i = 0; i < blockCount; i++) {
      int block = frame.getInt(listAt + i * Integer.BYTES);
      if (block <= previous || block >= Block.count(volumeBytes)) {
        return false;
      }
      previous = block;
    }
    return true;
  }

  /**
   * Reads a header from exactly its frame.
   *
   * @throws BadStructureException if the bytes are no segment header, or contradict themselves
   */
  static SegmentHeader read(ByteBuffer frame) throws BadStructureException {
    ByteBuffer bytes = openFrame(frame);
    UUID uuid = Uuids.get(bytes);
    int number = bytes.getInt();
    int volume = bytes.getInt();
    long firstOrdinal = bytes.getLong();
    long volumeBytes = bytes.getLong();
    int blockCount = bytes.getInt();
    int frameCount = bytes.getInt();
    int blocksPerFrame = bytes.getInt();
    int flags = bytes.getInt();
    long dataBytes = bytes.getLong();
    int zeroBlocks = bytes.getInt();
    int dataCrc32c = bytes.getInt();
    BadStructureException.check(
        blockCount >= 1
            && blockCount <= Geometry.MAX_BLOCKS_PER_SEGMENT
            && Geometry.isValid(blocksPerFrame, blocksPerFrame)
            && frameCount == (blockCount + blocksPerFrame - 1) / blocksPerFrame
            && bytes.limit() == frameBytes(blockCount, frameCount),
        "segment header has %d blocks, %d frames and %d blocks a frame in %d bytes",
        blockCount,
        frameCount,
        blocksPerFrame,
        bytes.limit());
    BadStructureException.check(flags == 0, "segment header has unknown flags %x", flags);
    int[] blocks = getInts(bytes, blockCount);
    byte[] digests = new byte[blockCount * Block.DIGEST_SIZE];
    bytes.get(digests);
    SegmentHeader header =
        new SegmentHeader(
            uuid,
            number,
            volume,
            volumeBytes,
            firstOrdinal,
            blocksPerFrame,
            blocks,
            digests,
            getInts(bytes, frameCount),
            dataCrc32c);
    header.checkBlocks(zeroBlocks);
    header.checkFrames(dataBytes);
    return header;
  }

  /** A copy of a header's frame that has the right magic and hash, positioned behind the magic. */
  private static ByteBuffer openFrame(ByteBuffer frame) throws BadStructureException {
    byte[] copy = new byte[frame.remaining()];
    frame.duplicate().get(copy);
    ByteBuffer bytes = ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN);
    BadStructureException.check(
        copy.length >= frameBytes(1, 1), "segment header has %d bytes", copy.length);
    BadStructureException.check(
        bytes.getInt() == Magic.SEGMENT
            && bytes.getInt() == copy.length - Magic.SKIPPABLE_HEADER
            && bytes.getLong() == MAGIC,
        "no segment header");
    byte[] hash = hashOf(copy, Magic.SKIPPABLE_HEADER, copy.length - HASH_BYTES);
    BadStructureException.check(
        Arrays.equals(hash, hashOf(bytes)), "segment header does not match its own SHA-256");
    return bytes;
  }

  private static int[] getInts(ByteBuffer bytes, int count) {
    int[] ints = new int[count];
    bytes.asIntBuffer().get(ints);
    bytes.position(bytes.position() + count * Integer.BYTES);
    return ints;
  }

  private void checkBlocks(int zeroBlocks) throws BadStructureException {
    BadStructureException.check(
        Volume.isValidSize(volumeBytes) && volume >= 0 && volume < Image.MAX_VOLUMES,
        "segment header names volume %d of %d bytes",
        volume,
        volumeBytes);
    int previous = -1;
    for (int block : blocks) {
      BadStructureException.check(
          block > previous && block < Block.count(volumeBytes),
          "segment header lists block %d after block %d of %d",
          block,
          previous,
          Block.count(volumeBytes));
      previous = block;
    }
    BadStructureException.check(
        zeroBlocks == zeroBlocks(),
        "segment header counts %d zero blocks, its digests %d",
        zeroBlocks,
        zeroBlocks());
  }

  private void checkFrames(long dataBytes) throws BadStructureException {
    for (int frame = 0; frame < frameLengths.length; frame++) {
      int length = frameLengths[frame];
      BadStructureException.check(
          length > 0 && length <= FrameEncoder.bound(plainBytes(frame)),
          "segment header gives frame %d %d bytes for %d",
          frame,
          length,
          plainBytes(frame));
    }
    BadStructureException.check(
        dataBytes == dataBytes(),
        "segment header counts %d bytes of frames, the frames have %d",
        dataBytes,
        dataBytes());
  }

  private static byte[] hashOf(byte[] bytes, int from, int to) {
    MessageDigest sha256 = BlockDigest.newSha256();
    sha256.update(bytes, from, to - from);
    return sha256.digest();
  }
}
