package amber.store;

import amber.work.Aside;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * Tells a log of what a file has, piece by piece, when that is safe: while more is written, what
 * was written is brought to the disk aside. A receipt is the CRC-32C of its piece. For one writing
 * thread.
 */
final class FilePieces implements Closeable {

  private static final Pattern RECEIPT = Pattern.compile("[0-9a-f]{8}");
  private static final int BUFFER_BYTES = 1 << 20;

  private final FileChannel channel;
  private final boolean sync;
  private final long pieceBytes;
  private final StoreLog log;
  private final Aside aside;
  private final CRC32C crc = new CRC32C();
  private long end;
  private long told;

  /** Bytes that are written, and their CRC-32C. */
  private record Piece(long end, int crc32c) {}

  /**
   * Tells of what comes.
   *
   * @param name of the archive
   * @param sync whether a piece is told of only when it is on the disk
   * @param pieceBytes the least bytes of a piece but the last
   * @param end how many bytes the log knows of
   */
  FilePieces(
      String name, FileChannel channel, boolean sync, long pieceBytes, StoreLog log, long end) {
    this.channel = channel;
    this.sync = sync;
    this.pieceBytes = pieceBytes;
    this.log = log;
    this.aside = new Aside(name);
    this.end = end;
    this.told = end;
  }

  /**
   * Takes in what was written behind all before.
   *
   * @throws IOException if what was written before could not be brought to the disk, or noted
   */
  void written(ByteBuffer bytes) throws IOException {
    synchronized (crc) {
      end += bytes.remaining();
      crc.update(bytes);
      if (end - told < pieceBytes) {
        return;
      }
    }
    aside.begin(this::tell);
  }

  private void tell() throws IOException {
    Piece piece = next(pieceBytes);
    while (piece != null) {
      if (sync) {
        channel.force(false);
      }
      log.stored(piece.end(), HexFormat.of().toHexDigits(piece.crc32c()));
      piece = next(pieceBytes);
    }
  }

  /** What is not told of yet, if it is so much; else null. */
  private Piece next(long least) {
    synchronized (crc) {
      if (end - told < least) {
        return null;
      }
      Piece piece = new Piece(end, (int) crc.getValue());
      told = end;
      crc.reset();
      return piece;
    }
  }

  /** Tells of all that is left, when all is written and safe. */
  void finish() throws IOException {
    aside.await();
    Piece last = next(1);
    if (last != null) {
      log.stored(last.end(), HexFormat.of().toHexDigits(last.crc32c()));
    }
  }

  @Override
  public void close() {
    aside.close();
  }

  /** Checks that receipts are of this store. */
  static void require(String name, Remains remains) throws IOException {
    for (Remains.Piece piece : remains.pieces()) {
      if (!RECEIPT.matcher(piece.receipt()).matches()) {
        throw new IOException(
            "%s: note '%s', should be a CRC-32C".formatted(name, piece.receipt()));
      }
    }
  }

  /**
   * How many bytes at its beginning a file has as they were noted. The end alone is read: what was
   * noted before was safe before.
   */
  static long kept(FileChannel file, Remains remains) throws IOException {
    List<Remains.Piece> pieces = new ArrayList<>(remains.pieces());
    while (!pieces.isEmpty()) {
      Remains.Piece last = pieces.remove(pieces.size() - 1);
      long start = pieces.isEmpty() ? 0 : pieces.get(pieces.size() - 1).end();
      if (last.end() <= file.size()
          && crc32c(file, start, last.end()) == HexFormat.fromHexDigits(last.receipt())) {
        return last.end();
      }
    }
    return 0;
  }

  private static int crc32c(FileChannel file, long start, long end) throws IOException {
    CRC32C crc = new CRC32C();
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    long at = start;
    while (at < end) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), end - at));
      int count = file.read(buffer, at);
      if (count < 0) {
        break;
      }
      at += count;
      crc.update(buffer.flip());
    }
    return (int) crc.getValue();
  }
}
