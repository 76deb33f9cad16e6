package amber.seal;

import amber.store.PendingArchive;
import amber.store.StoredArchive;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Seals an archive on its way into a store. Each large piece is a crypt segment of its own, sealed
 * by the thread that made it; what lies between them is sealed as it comes. What an earlier run has
 * stored is passed over.
 */
final class SealingArchive implements PendingArchive {

  private final PendingArchive store;
  private final Sealing sealing;
  private final SealNotes notes;
  private final byte[] envelope;
  private final SealedMap map;
  private final long keptBytes;
  private final Queue<SegmentCipher> idle = new ConcurrentLinkedQueue<>();

  // The crypt segment of small pieces that is being made. Its last bytes wait here, because the
  // last frame is sealed otherwise than the ones before it.
  private final ByteBuffer waiting = ByteBuffer.allocate(Layout.CHUNK_BYTES);
  private final ByteBuffer frame = ByteBuffer.allocate(Layout.WHOLE_FRAME + Layout.SALT_BYTES);
  private final SegmentCipher cipher;
  private byte[] salt;
  private int frames;
  private long plainBytes;
  private long passed;
  private boolean begun;

  /** Begins anew. */
  SealingArchive(PendingArchive store, Sealing sealing, SealNotes notes) {
    this.store = store;
    this.sealing = sealing;
    this.notes = notes;
    this.map = new SealedMap();
    this.keptBytes = 0;
    this.cipher = newCipher();
    this.envelope = sealing.envelopeFrame();
  }

  /**
   * Goes on.
   *
   * @param kept the crypt segments that the store has, and behind which it has nothing
   */
  SealingArchive(PendingArchive store, Sealing sealing, SealNotes notes, SealedMap kept)
      throws IOException {
    this.store = store;
    this.sealing = sealing;
    this.notes = notes;
    this.map = kept;
    this.keptBytes = kept.plainBytes();
    this.cipher = newCipher();
    this.envelope = sealing.envelopeFrame();
    if (keptBytes > 0) {
      store.skip(envelope.length + kept.sealedBytes());
      begun = true;
    }
  }

  private SegmentCipher newCipher() {
    return new SegmentCipher(sealing.crypto(), sealing.envelope().uuid());
  }

  private byte[] newSalt() {
    return sealing.crypto().random(Layout.SALT_BYTES);
  }

  /** The envelope goes before all else. */
  private void begin() throws IOException {
    if (!begun) {
      begun = true;
      store.append(ByteBuffer.wrap(envelope));
    }
  }

  @Override
  public int capacityFor(int bytes) {
    return Math.toIntExact(Layout.sealedBytes(bytes));
  }

  @Override
  public void prepare(ByteBuffer bytes) {
    SegmentCipher own = idle.poll();
    if (own == null) {
      own = newCipher();
    }
    byte[] fresh = newSalt();
    own.begin(sealing.key().forSegment(fresh));
    own.sealInPlace(bytes, fresh);
    own.wipe();
    idle.add(own);
  }

  @Override
  public void appendPrepared(ByteBuffer bytes, Runnable release) throws IOException {
    long plain = Layout.plainBytes(bytes.remaining());
    if (passed < keptBytes) {
      requireKept(plain);
      passed += plain;
      release.run();
      return;
    }
    endSegment();
    byte[] used = new byte[Layout.SALT_BYTES];
    bytes.get(bytes.position() + Layout.FRAME_HEADER, used);
    begin();
    note(used, plain);
    store.append(bytes, release);
  }

  /** Before its last byte is handed on: the store may tell of it at once. */
  private void note(byte[] used, long plain) {
    notes.sealed(
        new CryptSegment(envelope.length + map.sealedBytes(), map.plainBytes(), plain, used));
    map.add(used, plain);
  }

  @Override
  public void append(ByteBuffer bytes) throws IOException {
    int over = (int) Math.min(bytes.remaining(), keptBytes - passed);
    passed += over;
    bytes.position(bytes.position() + over);
    while (bytes.hasRemaining()) {
      if (!waiting.hasRemaining()) {
        sealWaiting(false);
      }
      int some = Math.min(bytes.remaining(), waiting.remaining());
      waiting.put(bytes.slice(bytes.position(), some));
      bytes.position(bytes.position() + some);
    }
  }

  private void beginSegment() {
    if (salt == null) {
      salt = newSalt();
      cipher.begin(sealing.key().forSegment(salt));
    }
  }

  private void sealWaiting(boolean last) throws IOException {
    beginSegment();
    waiting.flip();
    plainBytes += waiting.remaining();
    cipher.seal(frames, last, waiting, salt, frame.clear());
    frames++;
    waiting.clear();
    begin();
    store.append(frame.flip());
  }

  /** Ends the crypt segment of small pieces, if there is one. */
  private void endSegment() throws IOException {
    if (waiting.position() > 0) {
      beginSegment();
      note(salt, plainBytes + waiting.position());
      sealWaiting(true);
      salt = null;
      frames = 0;
      plainBytes = 0;
    }
  }

  @Override
  public int buffersKept() {
    return store.buffersKept();
  }

  @Override
  public long keptBytes() {
    return keptBytes;
  }

  @Override
  public void skip(long bytes) {
    requireKept(bytes);
    passed += bytes;
  }

  private void requireKept(long bytes) {
    if (bytes < 0 || bytes > keptBytes - passed) {
      throw new IllegalArgumentException(
          "%d bytes at byte %d, should end at byte %d or before"
              .formatted(bytes, passed, keptBytes));
    }
  }

  @Override
  public StoredArchive commit() throws IOException {
    if (passed < keptBytes) {
      throw new IOException(
          "a sealed archive ends at byte %d, should not end before byte %d, up to which it is stored"
              .formatted(passed, keptBytes));
    }
    endSegment();
    begin();
    byte[] mapSalt = newSalt();
    ByteBuffer content = map.write();
    ByteBuffer sealed = ByteBuffer.allocate(capacityFor(content.remaining()));
    sealed.put(content).flip();
    cipher.begin(sealing.key().forMap(mapSalt));
    cipher.sealInPlace(sealed, mapSalt);
    store.append(sealed);
    SealedLocator locator = SealedLocator.of(sealing.envelope(), envelope, map, sealing.key());
    store.append(ByteBuffer.wrap(locator.write()));
    return store.commit();
  }

  @Override
  public void close() throws IOException {
    cipher.wipe();
    store.close();
  }
}
