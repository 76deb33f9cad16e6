package amber.archive;

import amber.frame.FrameEncoder;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * Cuts what is written to it into zstd frames of {@link #FRAME_BYTES}: the tar headers, maps and
 * small members of an archive. {@link #cut} ends a frame early, so that the next bytes begin one.
 */
final class FrameStream extends OutputStream {

  /** Takes each frame as it is finished. */
  @FunctionalInterface
  interface Frames {
    void accept(ByteBuffer frame, int plainBytes) throws IOException;
  }

  /** Plain bytes of each frame but the last before a cut. */
  static final int FRAME_BYTES = 1 << 20;

  private final FrameEncoder encoder;
  private final Frames frames;
  private final ByteBuffer plain = ByteBuffer.allocateDirect(FRAME_BYTES);
  private final ByteBuffer stored = ByteBuffer.allocateDirect(FrameEncoder.bound(FRAME_BYTES));

  FrameStream(FrameEncoder encoder, Frames frames) {
    this.encoder = encoder;
    this.frames = frames;
  }

  @Override
  public void write(int single) throws IOException {
    write(new byte[] {(byte) single}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int from = offset;
    int left = length;
    while (left > 0) {
      int taken = Math.min(left, plain.remaining());
      plain.put(bytes, from, taken);
      from += taken;
      left -= taken;
      if (!plain.hasRemaining()) {
        endFrame();
      }
    }
  }

  /** Ends the current frame, if it holds anything. */
  void cut() throws IOException {
    if (plain.position() > 0) {
      endFrame();
    }
  }

  private void endFrame() throws IOException {
    plain.flip();
    int plainBytes = plain.remaining();
    stored.clear();
    encoder.encode(plain, stored);
    plain.clear();
    frames.accept(stored.flip(), plainBytes);
  }
}
