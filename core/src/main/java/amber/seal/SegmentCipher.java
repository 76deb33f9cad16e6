package amber.seal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.UUID;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals and opens the frames of crypt segments. For one thread at a time.
 *
 * <p>All bytes pass through arrays on the heap, a frame at a time: that costs two copies in the
 * processor's cache, and the JDK's AES-GCM is faster there than with direct buffers.
 */
final class SegmentCipher {

  // Longer calls stay in the interpreter for seconds: JDK 17 compiles the loop only when it has
  // been
  // entered often enough.
  private static final int STEP_BYTES = 16 << 10;

  private static final int NONCE_BYTES = 12;
  private static final int COUNTER_AT = 8;

  private final Cipher cipher;
  private final byte[] in = new byte[Layout.CHUNK_BYTES + Layout.TAG_BYTES];
  private final byte[] out = new byte[Layout.CHUNK_BYTES + Layout.TAG_BYTES];
  private final byte[] nonce = new byte[NONCE_BYTES];
  private final byte[] bound = new byte[Layout.UUID_BYTES + 2 * Integer.BYTES];
  private SecretKeySpec key;

  SegmentCipher(Crypto crypto, UUID uuid) {
    try {
      cipher = crypto.cipher();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("bug: no AES-GCM", e);
    }
    System.arraycopy(DataKey.bytes(uuid), 0, bound, 0, Layout.UUID_BYTES);
  }

  /**
   * Goes on with another crypt segment.
   *
   * @param segmentKey is wiped
   */
  void begin(byte[] segmentKey) {
    key = new SecretKeySpec(segmentKey, "AES");
    Arrays.fill(segmentKey, (byte) 0);
  }

  /**
   * Makes a whole crypt segment of the remaining bytes, in their own buffer, whose limit grows by
   * what it takes more.
   */
  void sealInPlace(ByteBuffer bytes, byte[] salt) {
    int start = bytes.position();
    int length = bytes.remaining();
    int last = Math.toIntExact(Layout.frames(length)) - 1;
    bytes.limit(start + Math.toIntExact(Layout.sealedBytes(length)));
    // The frames move up, each over plain bytes that are sealed already.
    for (int frame = last; frame >= 0; frame--) {
      int from = frame * Layout.CHUNK_BYTES;
      int count = Math.min(Layout.CHUNK_BYTES, length - from);
      bytes.get(start + from, in, 0, count);
      ByteBuffer target = bytes.duplicate().position(start + (int) Layout.frameAt(from));
      seal(frame, frame == last, count, salt, target);
    }
  }

  /** Seals some bytes as a frame. */
  void seal(int frame, boolean last, ByteBuffer plain, byte[] salt, ByteBuffer target) {
    int count = plain.remaining();
    plain.get(in, 0, count);
    seal(frame, last, count, salt, target);
  }

  private void seal(int frame, boolean last, int count, byte[] salt, ByteBuffer target) {
    int saltBytes = frame == 0 ? Layout.SALT_BYTES : 0;
    target.order(ByteOrder.LITTLE_ENDIAN);
    target.putInt(Layout.SEALED).putInt(saltBytes + count + Layout.TAG_BYTES);
    target.put(salt, 0, saltBytes);
    try {
      init(Cipher.ENCRYPT_MODE, frame, last, count);
      int done = 0;
      int made = 0;
      while (count - done > STEP_BYTES) {
        made += cipher.update(in, done, STEP_BYTES, out, made);
        done += STEP_BYTES;
      }
      made += cipher.doFinal(in, done, count - done, out, made);
      target.put(out, 0, made);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("bug: a frame cannot be sealed", e);
    }
  }

  /**
   * Opens a frame.
   *
   * @param sealed exactly the frame, header included
   * @return its plain bytes, good until the next call; nothing if it is not the one that was sealed
   */
  ByteBuffer open(int frame, boolean last, int count, byte[] salt, ByteBuffer sealed) {
    int saltBytes = frame == 0 ? Layout.SALT_BYTES : 0;
    ByteBuffer bytes = sealed.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    int payload = saltBytes + count + Layout.TAG_BYTES;
    boolean framed =
        bytes.remaining() == Layout.FRAME_HEADER + payload
            && bytes.getInt() == Layout.SEALED
            && bytes.getInt() == payload;
    if (!framed) {
      return null;
    }
    bytes.get(in, 0, saltBytes);
    if (!Arrays.equals(in, 0, saltBytes, salt, 0, saltBytes)) {
      return null;
    }
    bytes.get(in, 0, count + Layout.TAG_BYTES);
    try {
      init(Cipher.DECRYPT_MODE, frame, last, count);
      int opened = cipher.doFinal(in, 0, count + Layout.TAG_BYTES, out, 0);
      return ByteBuffer.wrap(out, 0, opened);
    } catch (AEADBadTagException e) {
      return null;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("bug: a frame cannot be opened", e);
    }
  }

  private void init(int mode, int frame, boolean last, int count) throws GeneralSecurityException {
    ByteBuffer.wrap(nonce).putInt(COUNTER_AT, frame << 1 | (last ? 1 : 0));
    ByteBuffer.wrap(bound)
        .putInt(Layout.UUID_BYTES, frame)
        .putInt(Layout.UUID_BYTES + Integer.BYTES, count);
    cipher.init(mode, key, new GCMParameterSpec(Byte.SIZE * Layout.TAG_BYTES, nonce));
    cipher.updateAAD(bound);
  }

  /** Wipes what was opened last. */
  void wipe() {
    Arrays.fill(in, (byte) 0);
    Arrays.fill(out, (byte) 0);
    key = null;
  }
}
