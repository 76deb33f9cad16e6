package amber.benchmark.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file in memory, to be sent without a copy. */
final class MappedFile {

  private static final long PIECE = 1L << 30;

  private final ByteBuf[] pieces;
  private final long size;

  private MappedFile(ByteBuf[] pieces, long size) {
    this.pieces = pieces;
    this.size = size;
  }

  static MappedFile of(Path path) throws IOException {
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      long size = file.size();
      ByteBuf[] pieces = new ByteBuf[Math.toIntExact((size + PIECE - 1) / PIECE)];
      for (int i = 0; i < pieces.length; i++) {
        long from = i * PIECE;
        MappedByteBuffer piece = file.map(MapMode.READ_ONLY, from, Math.min(PIECE, size - from));
        // Whoever sends a slice releases it, and must not release the file.
        pieces[i] = Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(piece));
      }
      return new MappedFile(pieces, size);
    }
  }

  long size() {
    return size;
  }

  /** Some bytes, which the file must have. */
  ByteBuf slice(long from, int length) {
    int piece = (int) (from / PIECE);
    int at = (int) (from % PIECE);
    int here = (int) Math.min(length, PIECE - at);
    ByteBuf first = pieces[piece].slice(at, here);
    if (here == length) {
      return first;
    }
    return Unpooled.wrappedBuffer(first, pieces[piece + 1].slice(0, length - here));
  }
}
