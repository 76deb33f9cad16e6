package amber.seal;

import amber.store.ArchiveSource;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * An archive of which the end was read ahead, to see what it is. Whoever reads that end next does
 * not read it again; then it is forgotten.
 */
final class EndCache implements ArchiveSource {

  // The same end that an archive's reader asks for, so that it costs one read and not two.
  private static final int MIN_BYTES = 64 << 10;
  private static final int MAX_BYTES = 6 << 20;
  private static final int SHARE = 16;

  private final ArchiveSource source;
  private final long from;
  private volatile ByteBuffer end;

  EndCache(ArchiveSource source) throws IOException {
    this.source = source;
    long size = source.sizeBytes();
    int length = (int) Math.min(size, Math.max(MIN_BYTES, Math.min(MAX_BYTES, size / SHARE)));
    ByteBuffer bytes = ByteBuffer.allocateDirect(length);
    from = size - length;
    source.read(from, bytes);
    end = bytes.flip();
  }

  /** Reads, and keeps the end in memory. */
  void peek(long position, ByteBuffer target) throws IOException {
    ByteBuffer cached = end;
    if (cached == null || position < from || target.remaining() > sizeBytes() - position) {
      source.read(position, target);
      return;
    }
    target.put(cached.slice((int) (position - from), target.remaining()));
  }

  /** Whether the end that is in memory has these bytes. */
  boolean holds(long position) {
    return end != null && position >= from;
  }

  /** From where on all is in memory. */
  long heldFrom() {
    return end == null ? Long.MAX_VALUE : from;
  }

  void drop() {
    end = null;
  }

  @Override
  public String location() {
    return source.location();
  }

  @Override
  public long sizeBytes() {
    return source.sizeBytes();
  }

  @Override
  public void read(long position, ByteBuffer target) throws IOException {
    peek(position, target);
    drop();
  }

  @Override
  public int capacityFor(int bytes) {
    return source.capacityFor(bytes);
  }

  @Override
  public void readRoomily(long position, ByteBuffer target) throws IOException {
    drop();
    source.readRoomily(position, target);
  }

  @Override
  public void close() throws IOException {
    drop();
    source.close();
  }
}
