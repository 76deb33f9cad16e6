package amber.seal;

import amber.store.ArchiveSource;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The archive inside a sealed one. A range of it is one read of the sealed archive, and no byte is
 * handed on whose frame was not found to be the one that was sealed.
 */
final class SealedSource implements ArchiveSource {

  // What is read at once where the caller's buffer has no room for it.
  private static final int PIECE_BYTES = 16 << 20;

  private final EndCache sealed;
  private final long start;
  private final SealedMap map;
  private final Sealing sealing;
  private final boolean lenient;
  private final Queue<SegmentCipher> idle = new ConcurrentLinkedQueue<>();

  /**
   * An opened archive.
   *
   * @param start where its crypt segments begin
   */
  SealedSource(EndCache sealed, long start, SealedMap map, Sealing sealing) {
    this(sealed, start, map, sealing, false);
  }

  private SealedSource(
      EndCache sealed, long start, SealedMap map, Sealing sealing, boolean lenient) {
    this.sealed = sealed;
    this.start = start;
    this.map = map;
    this.sealing = sealing;
    this.lenient = lenient;
  }

  /** The same, but where a frame is not the one that was sealed, zeros stand in its place. */
  SealedSource salvaging() {
    return new SealedSource(sealed, start, map, sealing, true);
  }

  @Override
  public String location() {
    return sealed.location();
  }

  @Override
  public long sizeBytes() {
    return map.plainBytes();
  }

  @Override
  public int atHand() {
    long from = sealed.heldFrom() - start;
    long plain = sizeBytes();
    // The first frame that is held whole: each before it takes its overhead, so that it lies at
    // least as far from the end.
    int first = map.sealedSegmentOf(from);
    if (first == map.count()) {
      return 0;
    }
    long frame = Math.max(0, from - map.sealedStart(first) + Layout.WHOLE_FRAME - 1);
    long skipped = (frame / Layout.WHOLE_FRAME + 1) * Layout.CHUNK_BYTES;
    long at =
        from <= map.sealedStart(first) ? map.plainStart(first) : map.plainStart(first) + skipped;
    return (int) (plain - Math.min(plain, Math.min(at, map.plainEnd(first))));
  }

  @Override
  public int capacityFor(int bytes) {
    // A frame more at either end, where a range begins and ends in the middle of frames.
    return Math.toIntExact(Layout.sealedBytes(bytes) + 2L * Layout.WHOLE_FRAME);
  }

  @Override
  public void read(long position, ByteBuffer target) throws IOException {
    requireInside(position, target.remaining());
    long at = position;
    ByteBuffer room = null;
    while (target.hasRemaining()) {
      int some = Math.min(PIECE_BYTES, target.remaining());
      Range range = range(at, some);
      if (room == null || room.capacity() < range.bytes()) {
        room = ByteBuffer.allocateDirect(range.bytes());
      }
      open(range, room.clear().limit(range.bytes()), target);
      at += some;
    }
  }

  @Override
  public void readRoomily(long position, ByteBuffer target) throws IOException {
    int length = target.remaining();
    requireInside(position, length);
    if (length == 0) {
      return;
    }
    Range range = range(position, length);
    if (target.capacity() - target.position() < range.bytes()) {
      read(position, target);
      return;
    }
    open(range, roomOf(target, range.bytes()), target);
  }

  /** Bytes of a buffer from its position on, its limit notwithstanding. */
  private static ByteBuffer roomOf(ByteBuffer target, int bytes) {
    ByteBuffer whole = target.duplicate();
    int from = target.position();
    return whole.limit(from + bytes).slice(from, bytes);
  }

  private void requireInside(long position, int length) throws IOException {
    if (position < 0 || length > sizeBytes() - position) {
      throw new EOFException(
          "%s: ends at byte %d, should go on to byte %d"
              .formatted(location(), sizeBytes(), position + length));
    }
  }

  /**
   * The frames that hold a range of the archive.
   *
   * @param position where the range begins
   * @param length its length, at least 1
   * @param segment the crypt segment of its first byte
   * @param from where in the sealed archive the first frame begins
   * @param bytes how long the frames are together
   */
  private record Range(long position, int length, int segment, long from, int bytes) {}

  private Range range(long position, int length) {
    int first = map.segmentOf(position);
    int last = map.segmentOf(position + length - 1);
    long from = start + map.sealedStart(first) + Layout.frameAt(position - map.plainStart(first));
    long lastByte = position + length - 1 - map.plainStart(last);
    long to =
        start
            + map.sealedStart(last)
            + Layout.frameEnd(lastByte, map.plainEnd(last) - map.plainStart(last));
    return new Range(position, length, first, from, Math.toIntExact(to - from));
  }

  /** Reads a range into a buffer and from there, frame by frame, into what may be the same one. */
  private void open(Range range, ByteBuffer room, ByteBuffer target) throws IOException {
    if (sealed.holds(range.from())) {
      sealed.peek(range.from(), room);
    } else {
      sealed.read(range.from(), room);
    }
    room.flip();
    SegmentCipher cipher = idle.poll();
    if (cipher == null) {
      cipher = new SegmentCipher(sealing.crypto(), sealing.envelope().uuid());
    }
    try {
      long at = range.position();
      long end = at + range.length();
      for (int segment = range.segment(); at < end; segment++) {
        at = openSegment(segment, cipher, at, end, room, target);
      }
    } finally {
      cipher.wipe();
      idle.add(cipher);
    }
  }

  private long openSegment(
      int segment, SegmentCipher cipher, long from, long end, ByteBuffer room, ByteBuffer target)
      throws IOException {
    byte[] salt = map.salt(segment);
    cipher.begin(sealing.key().forSegment(salt));
    long segmentStart = map.plainStart(segment);
    long plainBytes = map.plainEnd(segment) - segmentStart;
    long at = from;
    while (at < Math.min(end, map.plainEnd(segment))) {
      int frame = (int) ((at - segmentStart) / Layout.CHUNK_BYTES);
      long frameStart = (long) frame * Layout.CHUNK_BYTES;
      int count = (int) Math.min(Layout.CHUNK_BYTES, plainBytes - frameStart);
      boolean last = frameStart + count == plainBytes;
      int length = count + Layout.FRAME_OVERHEAD + (frame == 0 ? Layout.SALT_BYTES : 0);
      ByteBuffer stored = room.slice(room.position(), length);
      room.position(room.position() + length);
      ByteBuffer plain = cipher.open(frame, last, count, salt, stored);
      if (plain == null && lenient) {
        plain = ByteBuffer.allocate(count);
      } else if (plain == null) {
        throw new BrokenSealException(
            location(),
            "the sealed frame at byte %d is not the one that was sealed"
                .formatted(start + map.sealedStart(segment) + Layout.frameAt(frameStart)));
      }
      int skipped = (int) (at - segmentStart - frameStart);
      int wanted = (int) Math.min(count - skipped, end - at);
      target.put(plain.slice(skipped, wanted));
      at += wanted;
    }
    return at;
  }

  @Override
  public void close() throws IOException {
    sealing.close();
    sealed.close();
  }
}
