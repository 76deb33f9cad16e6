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
