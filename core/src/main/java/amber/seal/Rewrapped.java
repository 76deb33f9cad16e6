package amber.seal;

import amber.store.ArchiveSource;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A sealed archive with other recipients: another envelope and another locator, and between them
 * the same bytes.
 */
public final class Rewrapped implements ArchiveSource {

  private final ArchiveSource source;
  private final byte[] envelope;
  private final byte[] locator;
  private final long from;
  private final long same;

  /**
   * As it would be stored.
   *
   * @param from where in the source begins what stays
   */
  Rewrapped(ArchiveSource source, long from, byte[] envelope, byte[] locator) {
    this.source = source;
    this.envelope = envelope;
    this.locator = locator;
    this.from = from;
    this.same = source.sizeBytes() - SealedLocator.FRAME_BYTES - from;
  }

  /** The new first frame. */
  public byte[] envelope() {
    return envelope.clone();
  }

  /** The new last frame. */
  public byte[] locator() {
    return locator.clone();
  }

  /** Where in the old archive begins what stays. */
  public long sameFrom() {
    return from;
  }

  /** How many bytes stay. */
  public long sameBytes() {
    return same;
  }

  /** What tells the new archive from any other: {@link SealedArchive#digest} of it. */
  public String digest() {
    return SealedArchive.digest(locator);
  }

  @Override
  public String location() {
    return source.location();
  }

  @Override
  public long sizeBytes() {
    return envelope.length + same + locator.length;
  }

  @Override
  public void read(long position, ByteBuffer target) throws IOException {
    if (position < 0 || target.remaining() > sizeBytes() - position) {
      throw new EOFException(
          "%s: ends at byte %d, should go on to byte %d"
              .formatted(location(), sizeBytes(), position + target.remaining()));
    }
    long at = position;
    while (target.hasRemaining()) {
      at += readSome(at, target);
    }
  }

  private int readSome(long at, ByteBuffer target) throws IOException {
    if (at < envelope.length) {
      return put(envelope, (int) at, target);
    }
    long behind = at - envelope.length;
    if (behind >= same) {
      return put(locator, (int) (behind - same), target);
    }
    int count = (int) Math.min(target.remaining(), same - behind);
    int limit = target.limit();
    source.read(from + behind, target.limit(target.position() + count));
    target.limit(limit);
    return count;
  }

  private static int put(byte[] bytes, int at, ByteBuffer target) {
    int count = Math.min(target.remaining(), bytes.length - at);
    target.put(bytes, at, count);
    return count;
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
