package amber.archive;

import amber.block.Block;
import amber.block.BlockDigest;
import amber.frame.FrameDecoder;
import amber.frame.FrameException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Decodes data frames into whole blocks, and hashes them. A small frame that is stored like the one
 * before it holds the same blocks, and is not decoded again: runs of zero blocks cost next to
 * nothing. For one thread; it must be closed.
 */
final class BlockFrames implements AutoCloseable {

  // Frames of zeros are far smaller; larger ones are hardly ever alike.
  private static final int LARGEST_REPEATED = 4096;

  private final FrameDecoder decoder = new FrameDecoder();
  private final BlockDigest digest = new BlockDigest();
  private final List<byte[]> digests = new ArrayList<>();
  private ByteBuffer plain = ByteBuffer.allocateDirect(0);

  /** The stored bytes of the frame whose blocks are in {@link #plain}; empty if there is none. */
  private ByteBuffer decoded = ByteBuffer.allocate(0);

  private int decodedPlainBytes;

  /**
   * Decodes data frame {@code frame}, whose stored bytes remain in {@code stored}.
   *
   * @throws FrameException if it is damaged
   */
  void decode(ByteBuffer stored, SegmentHeader header, int frame) throws FrameException {
    int plainBytes = header.plainBytes(frame);
    if (plainBytes == decodedPlainBytes && stored.equals(decoded)) {
      return;
    }
    decoded = ByteBuffer.allocate(0);
    decodedPlainBytes = 0;
    int blocks = header.blocksIn(frame);
    if (plain.capacity() < blocks * Block.SIZE) {
      plain = ByteBuffer.allocateDirect(header.blocksPerFrame() * Block.SIZE);
    }
    decoder.decode(stored.duplicate(), plain.clear().limit(plainBytes));
    plain.limit(blocks * Block.SIZE);
    // What lies behind the volume's end is zero.
    while (plain.hasRemaining()) {
      plain.put((byte) 0);
    }
    digests.clear();
    digests.addAll(Collections.nCopies(blocks, null));
    if (stored.remaining() <= LARGEST_REPEATED) {
      decoded = ByteBuffer.allocate(stored.remaining()).put(stored.duplicate()).flip();
      decodedPlainBytes = plainBytes;
    }
  }

  /** Block {@code place} of the frame, good until the next frame. */
  ByteBuffer block(int place) {
    return plain.slice(place * Block.SIZE, Block.SIZE).asReadOnlyBuffer();
  }

  /** The SHA-256 of what block {@code place} of the frame holds, hashed when first asked for. */
  byte[] digest(int place) {
    byte[] known = digests.get(place);
    if (known == null) {
      known = digest.of(plain.slice(place * Block.SIZE, Block.SIZE));
      digests.set(place, known);
    }
    return known;
  }

  @Override
  public void close() {
    decoder.close();
  }
}
