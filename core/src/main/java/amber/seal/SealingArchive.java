package amber.seal;

import amber.store.PendingArchive;
import amber.store.StoredArchive;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Seals an archive on its way into a store. Each large piece is a crypt segment of its own, sealed
 * by the thread that made it; what lies between them is sealed as it comes.
 */
final class SealingArchive implements PendingArchive {

  private final PendingArchive store;
  private final Sealing sealing;
  private final byte[] envelope;
  private final SealedMap map = new SealedMap();
  private final Queue<SegmentCipher> idle = new ConcurrentLinkedQueue<>();

  // The crypt segment of small pieces that is being made. Its last bytes wait here, because the
  // last frame is sealed otherwise than the ones before it.
  private final ByteBuffer waiting = ByteBuffer.allocate(Layout.CHUNK_BYTES);
  private final ByteBuffer frame = ByteBuffer.allocate(Layout.WHOLE_FRAME + Layout.SALT_BYTES);
  private final SegmentCipher cipher;
  private byte[] salt;
  private int frames;
  private long plainBytes;

  /** Begins with the envelope. */
  SealingArchive(PendingArchive store, Sealing sealing) throws IOException {
    this.store = store;
    this.sealing = sealing;
    this.cipher = newCipher();
    this.envelope = sealing.envelope().write();
    store.append(ByteBuffer.wrap(envelope));
  }

  private SegmentCipher newCipher() {
    return new SegmentCipher(sealing.crypto(), sealing.envelope().uuid());
  }

  private byte[] newSalt() {
    return sealing.crypto().random(Layout.SALT_BYTES);
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
    endSegment();
    byte[] used = new byte[Layout.SALT_BYTES];
    bytes.get(bytes.position() + Layout.FRAME_HEADER, used);
    map.add(used, Layout.plainBytes(bytes.remaining()));
    store.append(bytes, release);
  }

  @Override
  public void append(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      if (!waiting.hasRemaining()) {
        sealWaiting(false);
      }
      int some = Math.min(bytes.remaining(), waiting.remaining());
      waiting.put(bytes.slice(bytes.position(), some));
      bytes.position(bytes.position() + some);
    }
  }

  private void sealWaiting(boolean last) throws IOException {
    if (frames == 0) {
      salt = newSalt();
      cipher.begin(sealing.key().forSegment(salt));
    }
    waiting.flip();
    plainBytes += waiting.remaining();
    cipher.seal(frames, last, waiting, salt, frame.clear());
    frames++;
    waiting.clear();
    store.append(frame.flip());
  }

  /** Ends the crypt segment of small pieces, if there is one. */
  private void endSegment() throws IOException {
    if (waiting.position() > 0) {
      sealWaiting(true);
      map.add(salt, plainBytes);
      frames = 0;
      plainBytes = 0;
    }
  }

  @Override
  public int buffersKept() {
    return store.buffersKept();
  }

  @Override
  public StoredArchive commit() throws IOException {
    endSegment();
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
