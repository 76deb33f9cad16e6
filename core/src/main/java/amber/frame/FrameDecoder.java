package amber.frame;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.nio.ByteBuffer;

/**
 * Opens zstd frames whose size is known beforehand, from untrusted bytes.
 *
 * <p>Decompresses in one shot into a buffer of the expected size, so that no frame, whatever it
 * claims, can make it use more memory. Direct buffers only. For one thread; it must be closed.
 */
public final class FrameDecoder implements AutoCloseable {

  // The frame header's descriptor (RFC 8878, 3.1.1.1.1): all bits but those of the content size.
  private static final int DESCRIPTOR_AT = 4;
  private static final int SINGLE_SEGMENT = 1 << 5;
  private static final int KIND_MASK = 0b0001_1111;
  private static final int KIND = 1 << 2;

  private final ZstdDecompressCtx context = new ZstdDecompressCtx();

  /**
   * Decodes {@code frame}, whose remaining bytes must be exactly one zstd frame, into {@code
   * plain}, whose remaining bytes it must fill exactly. Consumes both.
   *
   * @throws FrameException if it is no zstd frame, has another size than expected, or is damaged
   */
  public void decode(ByteBuffer frame, ByteBuffer plain) throws FrameException {
    int stored = frame.remaining();
    int expected = plain.remaining();
    int length = lengthAt(frame);
    if (length != stored) {
      throw new FrameException("frame takes %d bytes, should be %d".formatted(length, stored));
    }
    long size = Zstd.getDirectByteBufferFrameContentSize(frame, frame.position(), stored, false);
    if (size != expected) {
      throw new FrameException(
          "frame holds %s bytes, should be %d".formatted(size < 0 ? "unknown" : size, expected));
    }
    try {
      int decoded =
          context.decompressDirectByteBuffer(
              plain, plain.position(), expected, frame, frame.position(), stored);
      if (decoded != expected) {
        throw new FrameException("frame gives %d bytes, should be %d".formatted(decoded, expected));
      }
    } catch (ZstdException e) {
      throw new FrameException("frame does not decompress: " + e.getMessage());
    }
    frame.position(frame.limit());
    plain.position(plain.limit());
  }

  /**
   * The stored length of the zstd frame that begins at the buffer's position.
   *
   * @throws FrameException if none begins there, or it goes beyond the buffer's limit
   */
  public static int lengthAt(ByteBuffer frames) throws FrameException {
    int available = frames.remaining();
    if (available < 4 || Magic.at(frames, frames.position()) != Magic.ZSTD) {
      throw new FrameException("no zstd frame begins here");
    }
    long length =
        Zstd.findDirectByteBufferFrameCompressedSize(frames, frames.position(), available);
    if (Zstd.isError(length)) {
      throw new FrameException("frame is cut or damaged: " + Zstd.getErrorName(length));
    }
    return (int) length;
  }

  /**
   * Checks that the frame at the buffer's position is one that {@link FrameEncoder} could have
   * made: with a content checksum, without a dictionary, and with a window that every decoder
   * accepts. {@link #decode} does not need to know; other programs that read the archive do.
   *
   * @param frame as long as {@link #lengthAt} says
   * @throws FrameException if it is another kind of frame
   */
  public static void checkKind(ByteBuffer frame) throws FrameException {
    int descriptor = frame.get(frame.position() + DESCRIPTOR_AT) & 0xFF;
    if ((descriptor & KIND_MASK) != KIND) {
      throw new FrameException(
          "frame has descriptor %02x, should have a content checksum and nothing else"
              .formatted(descriptor));
    }
    if ((descriptor & SINGLE_SEGMENT) != 0) {
      return;
    }
    int window = frame.get(frame.position() + DESCRIPTOR_AT + 1) & 0xFF;
    // RFC 8878, 3.1.1.1.2: five bits of exponent, three of mantissa.
    long base = 1L << (10 + (window >> 3));
    long windowBytes = base + base / 8 * (window & 7);
    if (windowBytes > FrameEncoder.MAX_PLAIN_BYTES) {
      throw new FrameException(
          "frame needs a window of %d bytes, should be at most %d"
              .formatted(windowBytes, FrameEncoder.MAX_PLAIN_BYTES));
    }
  }

  /**
   * The plain size that the zstd frame at the buffer's position claims to have.
   *
   * @throws FrameException if it claims none, or more than {@code limit}
   */
  public static int plainBytesAt(ByteBuffer frames, int limit) throws FrameException {
    long size =
        Zstd.getDirectByteBufferFrameContentSize(
            frames, frames.position(), frames.remaining(), false);
    if (size < 0 || size > limit) {
      throw new FrameException(
          "frame holds %s bytes, should be at most %d".formatted(size < 0 ? "?" : size, limit));
    }
    return (int) size;
  }

  @Override
  public void close() {
    context.close();
  }
}
