package amber.archive;

import amber.block.BlockDigest;
import amber.frame.Magic;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;

/**
 * The seek table of zstd's seekable format, version 0.1.0: stored and plain size of every frame
 * before it, skippable ones included. Stock seekable readers use it; ours has the index, and checks
 * that the table agrees.
 *
 * @see <a
 *     href="https://github.com/facebook/zstd/blob/dev/contrib/seekable_format/zstd_seekable_compression_format.md">the
 *     format's specification</a>
 */
final class SeekTable implements Closeable {

  /** The most frames that the format allows. */
  static final int MAX_FRAMES = 0x8000000;

  /** Bytes of the footer: frame count, descriptor, magic number. */
  static final int FOOTER_BYTES = 9;

  /** Bytes of the entry of one frame. */
  static final int ENTRY_BYTES = 8;

  private static final int FOOTER_MAGIC = 0x8F92EAB1;
  private final Spool entries = new Spool();
  private final ByteBuffer entry = ByteBuffer.allocate(ENTRY_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private int frames;

  /** Adds the next frame; skippable frames have no plain bytes. */
  void add(int storedBytes, int plainBytes) throws IOException {
    if (frames == MAX_FRAMES) {
      throw new IllegalStateException("bug: more than %d frames".formatted(MAX_FRAMES));
    }
    entries.append(entry.clear().putInt(storedBytes).putInt(plainBytes).flip());
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
  byte[] sha256() throws IOException {
    MessageDigest sha256 = BlockDigest.newSha256();
    writeTo(sha256::update);
    return sha256.digest();
  }

  void writeTo(Spool.Pieces<IOException> out) throws IOException {
    out.accept(header(frames));
    entries.forEach(0, entries.size(), ENTRY_BYTES, out);
    out.accept(footer(frames));
  }

  @Override
  public void close() throws IOException {
    entries.close();
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
