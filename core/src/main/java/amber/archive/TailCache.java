package amber.archive;

import amber.store.ArchiveSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An archive of which one range was read ahead, and which counts what is read from it. Reading
 * ahead is for one thread; when that is over ({@link #drop}), any number may read.
 */
final class TailCache implements ArchiveSource {

  /** The most that is read ahead at once. */
  static final int MOST_BYTES = 6 << 20;

  private final ArchiveSource source;
  private final AtomicLong bytesRead = new AtomicLong();
  private final AtomicInteger reads = new AtomicInteger();
  private long from;
  private long aheadTo;
  private ByteBuffer cached = ByteBuffer.allocate(0);

  TailCache(ArchiveSource source) {
    this.source = source;
  }

  /** Reads this range at once; until the next load, what lies in it costs no read. */
  void load(long position, int length) throws IOException {
    ByteBuffer bytes = cached.capacity() < length ? ByteBuffer.allocateDirect(length) : cached;
    cached = ByteBuffer.allocate(0);
    fetch(position, bytes.clear().limit(length));
    cached = bytes.flip();
    from = position;
  }

  /** From now on, what is asked for before this place comes with as much as follows it. */
  void readAhead(long to) {
    aheadTo = to;
  }

  boolean holds(long position) {
    return position >= from && position < from + cached.limit();
  }

  private boolean holdsAll(long position, int length) {
    return holds(position) && position + length <= from + cached.limit();
  }

  void drop() {
    aheadTo = 0;
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
    if (!holdsAll(position, length) && position + length <= aheadTo && length <= MOST_BYTES) {
      load(position, (int) Math.min(MOST_BYTES, aheadTo - position));
    }
    if (holdsAll(position, length)) {
      target.put(cached.slice((int) (position - from), length));
      return;
    }
    fetch(position, target);
  }

  private void fetch(long position, ByteBuffer target) throws IOException {
    int length = target.remaining();
    source.read(position, target);
    bytesRead.addAndGet(length);
    reads.incrementAndGet();
  }

  @Override
  public int atHand() {
    return source.atHand();
  }

  @Override
  public int capacityFor(int bytes) {
    return source.capacityFor(bytes);
  }

  @Override
  public void readRoomily(long position, ByteBuffer target) throws IOException {
    int length = target.remaining();
    source.readRoomily(position, target);
    bytesRead.addAndGet(length);
    reads.incrementAndGet();
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
