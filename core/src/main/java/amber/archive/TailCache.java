package amber.archive;

import amber.store.ArchiveSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** An archive of which one range was read ahead, and which counts what is read from it. */
final class TailCache implements ArchiveSource {

  private final ArchiveSource source;
  private final AtomicLong bytesRead = new AtomicLong();
  private final AtomicInteger reads = new AtomicInteger();
  private long from;
  private ByteBuffer cached = ByteBuffer.allocate(0);

  TailCache(ArchiveSource source) {
    this.source = source;
  }

  /** Reads this range at once; until the next load, what lies in it costs no read. */
  void load(long position, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocateDirect(length);
    read(position, bytes);
    cached = bytes.flip();
    from = position;
  }

  boolean holds(long position) {
    return position >= from && position < from + cached.limit();
  }

  void drop() {
    cached = ByteBuffer.allocate(0);
  }

  long bytesRead() {
    return bytesRead.get();
  }

  int reads() {
    return reads.get();
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
    int length = target.remaining();
    if (holds(position) && position + length <= from + cached.limit()) {
      target.put(cached.slice((int) (position - from), length));
      return;
    }
    source.read(position, target);
    bytesRead.addAndGet(length);
    reads.incrementAndGet();
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
