package amber.frame;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Makes zstd frames (RFC 8878) with content size and content checksum, each readable on its own.
 *
 * <p>The bytes depend on the plain bytes, the level and the zstd version only. Direct buffers only:
 * the native code then works on them in place. For one thread; it must be closed.
 */
public final class FrameEncoder implements AutoCloseable {

  /** The largest plain size of a frame; every RFC 8878 decoder accepts the window it needs. */
  public static final int MAX_PLAIN_BYTES = 8 << 20;

  /** The highest level: above it zstd's windows exceed the 8 MiB that every decoder must accept. */
  public static final int MAX_LEVEL = 19;

  private final ZstdCompressCtx context;

  /** An encoder for a zstd level from 1 (fast) to 19 (small). */
  public FrameEncoder(int level) {
    if (level < 1 || level > MAX_LEVEL) {
      throw new IllegalArgumentException("level %d, should be 1 to %d".formatted(level, MAX_LEVEL));
    }
    context = new ZstdCompressCtx().setLevel(level).setChecksum(true).setContentSize(true);
  }

  /** The most that {@code plainBytes} can become. */
  public static int bound(int plainBytes) {
    return Math.toIntExact(Zstd.compressBound(plainBytes));
  }

  /**
   * Appends the remaining bytes of {@code plain} to {@code out} as one frame and consumes them.
   *
   * @return the frame's size
   * @throws IOException if zstd refuses, which a buffer with room for {@link #bound} excludes
   */
  public int encode(ByteBuffer plain, ByteBuffer out) throws IOException {
    try {
      int size =
          context.compressDirectByteBuffer(
              out, out.position(), out.remaining(), plain, plain.position(), plain.remaining());
      plain.position(plain.limit());
      out.position(out.position() + size);
      return size;
    } catch (ZstdException e) {
      throw new IOException("zstd cannot compress: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    context.close();
  }
}
