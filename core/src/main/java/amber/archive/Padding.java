package amber.archive;

import amber.block.Block;
import amber.frame.Magic;
import amber.store.ArchiveSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What lies between two pieces of an archive: nothing, or padding frames. Read in large pieces,
 * since there may be any number of frames, and they may be as small as their header.
 */
final class Padding {

  /** Hears of each frame. */
  @FunctionalInterface
  interface Frames {
    /** A frame of so many stored bytes, its header included. */
    void frame(int storedBytes) throws IOException;
  }

  private final ArchiveSource source;
  private final long to;
  private final ByteBuffer piece;
  private long position;

  private Padding(ArchiveSource source, long from, long to) {
    this.source = source;
    this.to = to;
    this.position = from;
    this.piece = ByteBuffer.allocate((int) Math.min(Block.SIZE, to - from));
    piece.order(ByteOrder.LITTLE_ENDIAN).limit(0);
  }

  /**
   * Checks that only padding lies from byte {@code from} to byte {@code to}.
   *
   * @throws CorruptArchiveException if anything else does
   */
  static void check(ArchiveSource source, long from, long to, Frames frames) throws IOException {
    if (from < to) {
      new Padding(source, from, to).check(frames);
    }
  }

  private void check(Frames frames) throws IOException {
    while (position < to) {
      long room = to - position - Magic.SKIPPABLE_HEADER;
      if (room < 0) {
        throw corrupt("byte %d belongs to nothing".formatted(position));
      }
      readAhead(Magic.SKIPPABLE_HEADER);
      int magic = piece.getInt();
      long length = Integer.toUnsignedLong(piece.getInt());
      if (magic != Magic.PADDING
          || length > room
          || length > Integer.MAX_VALUE - Magic.SKIPPABLE_HEADER) {
        throw corrupt("byte %d belongs to nothing, only padding may be there".formatted(position));
      }
      frames.frame((int) (Magic.SKIPPABLE_HEADER + length));
      position += Magic.SKIPPABLE_HEADER;
      checkZeros(length);
    }
  }

  private void checkZeros(long length) throws IOException {
    for (long left = length; left > 0; ) {
      readAhead(1);
      int count = (int) Math.min(left, piece.remaining());
      if (!Block.isZero(piece.slice(piece.position(), count))) {
        throw corrupt("padding at byte %d is not zero".formatted(position));
      }
      piece.position(piece.position() + count);
      position += count;
      left -= count;
    }
  }

  /** Has at least that many bytes from the position on. */
  private void readAhead(int bytes) throws IOException {
    if (piece.remaining() < bytes) {
      piece.clear().limit((int) Math.min(piece.capacity(), to - position));
      source.read(position, piece);
      piece.flip();
    }
  }

  private CorruptArchiveException corrupt(String problem) {
    return new CorruptArchiveException(source.location(), problem);
  }
}
