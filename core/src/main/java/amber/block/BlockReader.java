package amber.block;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Some blocks of a volume, one after the other. For one thread; it must be closed. */
public interface BlockReader extends AutoCloseable {

  /**
   * Fills {@code slot} with the next block and returns the SHA-256 of what was put there, checked
   * against the source's own checksum where the source has one.
   *
   * @param slot exactly {@link Block#SIZE} bytes remain; what lies behind the volume's end is set
   *     to zero; the position is left as it was
   */
  byte[] next(ByteBuffer slot) throws IOException;

  /** Stops fetching. */
  @Override
  void close();
}
