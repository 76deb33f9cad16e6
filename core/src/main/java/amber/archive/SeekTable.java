package amber.archive;

import amber.block.BlockDigest;
import amber.frame.Magic;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * The seek table of zstd's seekable format, version 0.1.0: stored and plain size of every frame
 * before it, skippable ones included. Stock seekable readers use it; ours has the index, and checks
 * that the table agrees.
 *
 * @see <a
 *     href="https://github.com/facebook/zstd/blob/dev/contrib/seekable_format/zstd_seekable_compression_format.md">the
 *     format's specification</a>
 */
final class SeekTable {

  /** The most frames that the format allows. */
  static final int MAX_FRAMES = 0x8000000;

  /** Bytes of the footer: frame count, descriptor, magic number. */
  static final int FOOTER_BYTES = 9;

  /** Bytes of the entry of one frame. */
  static final int ENTRY_BYTES = 8;

  private static final int FOOTER_MAGIC = 0x8F92EAB1;
  private static final int ENTRIES_PER_PAGE = 1 << 16;

  // Pages instead of one array: growing a table of millions of entries must not double its memory.
  private final List<ByteBuffer> pages = new ArrayList<>();
  private int frames;

  /** Adds the next frame; skippable frames have no plain bytes. */
  void add(int storedBytes, int plainBytes) {
    if (frames == MAX_FRAMES) {
      throw new IllegalStateException("bug: more than %d frames".formatted(MAX_FRAMES));
    }
    if (frames % ENTRIES_PER_PAGE == 0) {
      pages.add(ByteBuffer.allocate(ENTRIES_PER_PAGE * ENTRY_BYTES).order(ByteOrder.LITTLE_ENDIAN));
    }
    pages.get(pages.size() - 1).putInt(storedBytes).putInt(plainBytes);
    frames++;
  }

  int frames() {
    return frames;
  }

  /** The length of the table's frame for that many frames. */
  static long frameBytes(int frames) {
    return Magic.SKIPPABLE_HEADER + (long) frames * ENTRY_BYTES + FOOTER_BYTES;
  }

  /** The SHA-256 of the table's frame. */
  byte[] sha256() {
    MessageDigest sha256 = BlockDigest.newSha256();
    pieces(sha256::update);
    return sha256.digest();
  }

  /** Where the table's bytes go. */
  @FunctionalInterface
  interface Pieces<E extends Exception> {
    void accept(ByteBuffer bytes) throws E;
  }

  void writeTo(Pieces<IOException> out) throws IOException {
    pieces(out);
  }

  private <E extends Exception> void pieces(Pieces<E> out) throws E {
    out.accept(header(frames));
    for (ByteBuffer page : pages) {
      out.accept(page.duplicate().flip());
    }
    out.accept(footer(frames));
  }

  /** What stands before the entries. */
  static ByteBuffer header(int frames) {
    ByteBuffer header = ByteBuffer.allocate(Magic.SKIPPABLE_HEADER).order(ByteOrder.LITTLE_ENDIAN);
    long payload = frameBytes(frames) - Magic.SKIPPABLE_HEADER;
    return header.putInt(Magic.SEEK_TABLE).putInt((int) payload).flip();
  }

  /** What stands behind them. */
  static ByteBuffer footer(int frames) {
    ByteBuffer footer = ByteBuffer.allocate(FOOTER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    return footer.putInt(frames).put((byte) 0).putInt(FOOTER_MAGIC).flip();
  }

  /**
   * Reads how many frames a table lists from its last {@link #FOOTER_BYTES} bytes.
   *
   * @throws BadStructureException if it is no footer, or one with per-frame checksums, which
   *     archives never have
   */
  static int readFooter(ByteBuffer bytes) throws BadStructureException {
    ByteBuffer footer = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    int frames = footer.getInt();
    int descriptor = footer.get();
    BadStructureException.check(
        footer.getInt() == FOOTER_MAGIC, "the end is missing: no seek table stands there");
    BadStructureException.check(
        frames > 0 && frames <= MAX_FRAMES && descriptor == 0,
        "the seek table has %d frames and descriptor %d",
        frames,
        descriptor);
    return frames;
  }
}
