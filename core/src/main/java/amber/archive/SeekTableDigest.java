package amber.archive;

import amber.block.BlockDigest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * The SHA-256 of a seek table whose number of frames is known, made frame by frame and without
 * keeping them: an archive may have a hundred million.
 */
final class SeekTableDigest {

  private static final int BUFFER_BYTES = 1 << 13;

  private final int frames;
  private final MessageDigest sha256 = BlockDigest.newSha256();
  private final ByteBuffer entries =
      ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private int seen;

  /** Of a table that lists that many frames. */
  SeekTableDigest(int frames) {
    this.frames = frames;
    sha256.update(SeekTable.header(frames));
  }

  /**
   * Adds the next frame; skippable frames have no plain bytes.
   *
   * @throws BadStructureException if the table lists no more
   */
  void add(int storedBytes, int plainBytes) throws BadStructureException {
    BadStructureException.check(
        seen < frames, "the seek table lists %d frames, there are more", frames);
    if (entries.remaining() < SeekTable.ENTRY_BYTES) {
      flush();
    }
    entries.putInt(storedBytes).putInt(plainBytes);
    seen++;
  }

  private void flush() {
    sha256.update(entries.flip());
    entries.clear();
  }

  /** Whether all frames were added and the table's frame has this SHA-256. For once. */
  boolean isOf(byte[] tableSha256) {
    flush();
    sha256.update(SeekTable.footer(frames));
    return seen == frames && Arrays.equals(sha256.digest(), tableSha256);
  }
}
