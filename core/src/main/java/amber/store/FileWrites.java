package amber.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** How large amounts are written to files. */
public final class FileWrites {

  /**
   * As much as goes in one call. The kernel looks for pages as large as the write, and finding them
   * can take longer than the copy: writing 3 GiB to ext4 took 4.1 to 5.7 s of a processor in calls
   * of 4 MiB, 0.8 s in these, and no less in smaller ones (Linux 6.18).
   */
  private static final int CALL_BYTES = 64 << 10;

  private FileWrites() {}

  /** Writes the remaining bytes at {@code position}; consumes them. */
  public static void write(FileChannel file, ByteBuffer bytes, long position) throws IOException {
    int end = bytes.limit();
    long at = position;
    while (bytes.position() < end) {
      bytes.limit(Math.min(end, bytes.position() + CALL_BYTES));
      at += file.write(bytes, at);
    }
  }
}
