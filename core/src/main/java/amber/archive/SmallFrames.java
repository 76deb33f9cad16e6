package amber.archive;

import amber.frame.FrameDecoder;
import amber.frame.FrameEncoder;
import amber.frame.FrameException;
import amber.store.ArchiveSource;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * Reads back what {@link FrameStream} wrote between two cuts: a range of the archive that holds
 * frames of a known plain size altogether. For one thread; it must be closed.
 */
final class SmallFrames implements AutoCloseable {

  /** Hears of each frame that was read. */
  @FunctionalInterface
  interface Seen {
    /** One frame; its stored bytes are good until this returns. */
    void frame(ByteBuffer stored, int plainBytes) throws CorruptArchiveException;
  }

  /** Writes what the frames should hold. */
  @FunctionalInterface
  interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  private final ArchiveSource source;
  private final String what;
  private final long end;
  private final Seen seen;
  private final FrameDecoder decoder = new FrameDecoder();
  private final ByteBuffer stored;
  private final ByteBuffer plain;
  private long position;
  private long plainLeft;

  /**
   * Frames to be read.
   *
   * @param what they are, for messages
   * @param from where the first one begins
   * @param end where the last one ends at the latest
   * @param plainBytes what they hold together
   */
  SmallFrames(ArchiveSource source, String what, long from, long end, long plainBytes, Seen seen) {
    this.source = source;
    this.what = what;
    this.position = from;
    this.end = end;
    this.plainLeft = plainBytes;
    this.seen = seen;
    int largestPlain = (int) Math.min(FrameStream.FRAME_BYTES, plainBytes);
    this.plain = ByteBuffer.allocateDirect(largestPlain);
    this.stored = ByteBuffer.allocateDirect(FrameEncoder.bound(largestPlain));
  }

  /**
   * The content of the tar member that the frames hold, without its header and padding. Where the
   * frames end is for {@link #requireEnd} to check.
   */
  byte[] readFile(int contentBytes) throws IOException {
    ByteBuffer content = ByteBuffer.allocate(contentBytes);
    readFile(contentBytes, content::put);
    return content.array();
  }

  /** As the other, piece by piece. */
  void readFile(int contentBytes, Spool.Pieces<IOException> pieces) throws IOException {
    int skip = TarHeaders.RECORD;
    int left = contentBytes;
    while (plainLeft > 0) {
      ByteBuffer frame = next();
      int skipped = Math.min(skip, frame.remaining());
      skip -= skipped;
      frame.position(frame.position() + skipped);
      frame.limit(frame.position() + Math.min(frame.remaining(), left));
      left -= frame.remaining();
      pieces.accept(frame);
    }
  }

  /** Checks that the frames hold exactly what they should; they must end where the range ends. */
  void expect(Content content) throws IOException {
    content.writeTo(
        new OutputStream() {
          private ByteBuffer frame = ByteBuffer.allocate(0);

          @Override
          public void write(int single) throws IOException {
            write(new byte[] {(byte) single}, 0, 1);
          }

          @Override
          public void write(byte[] bytes, int offset, int length) throws IOException {
            ByteBuffer expected = ByteBuffer.wrap(bytes, offset, length);
            while (expected.hasRemaining()) {
              if (!frame.hasRemaining()) {
                frame = next();
              }
              int count = Math.min(expected.remaining(), frame.remaining());
              ByteBuffer is = frame.slice(frame.position(), count);
              if (!is.equals(expected.slice(expected.position(), count))) {
                throw corrupt("does not hold what the index says", null);
              }
              frame.position(frame.position() + count);
              expected.position(expected.position() + count);
            }
          }
        });
    requireEnd();
  }

  /** The next frame's plain bytes, good until the next call. */
  private ByteBuffer next() throws IOException {
    int expected = (int) Math.min(FrameStream.FRAME_BYTES, plainLeft);
    if (expected == 0) {
      throw corrupt("holds less than the index says", null);
    }
    stored.clear().limit((int) Math.min(stored.capacity(), end - position));
    source.read(position, stored);
    stored.flip();
    try {
      int length = FrameDecoder.lengthAt(stored);
      FrameDecoder.checkKind(stored);
      decoder.decode(stored.limit(length), plain.clear().limit(expected));
      position += length;
      seen.frame(stored.flip(), expected);
    } catch (FrameException e) {
      throw corrupt(e.getMessage(), e);
    }
    plainLeft -= expected;
    return plain.flip();
  }

  /** Checks that the frames ended where their range ends. */
  void requireEnd() throws CorruptArchiveException {
    if (plainLeft != 0 || position != end) {
      throw corrupt("should end at byte " + end, null);
    }
  }

  private CorruptArchiveException corrupt(String problem, FrameException cause) {
    return new CorruptArchiveException(
        source.location(), "%s at byte %d: %s".formatted(what, position, problem), cause);
  }

  @Override
  public void close() {
    decoder.close();
  }
}
