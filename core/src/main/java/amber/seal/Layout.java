package amber.seal;

/**
 * How long sealed bytes are. A crypt segment is a run of sealed frames, of which each holds {@link
 * #CHUNK_BYTES} of the archive and the last one the rest; the first one also holds the salt.
 */
final class Layout {

  /** A sealed frame. */
  static final int SEALED = 0x184D2A5B;

  /** The envelope. */
  static final int ENVELOPE = 0x184D2A5F;

  /** The sealed archive's locator. */
  static final int LOCATOR = 0x184D2A5A;

  /** Bytes of a skippable frame before its payload. */
  static final int FRAME_HEADER = 8;

  /** Bytes of a salt. */
  static final int SALT_BYTES = 32;

  /** Bytes of a tag of AES-GCM. */
  static final int TAG_BYTES = 16;

  /** Bytes of a UUID. */
  static final int UUID_BYTES = 16;

  /** Plain bytes of every sealed frame but a crypt segment's last. */
  static final int CHUNK_BYTES = 1 << 17;

  /** What a sealed frame takes beside its plain bytes. */
  static final int FRAME_OVERHEAD = FRAME_HEADER + TAG_BYTES;

  /** What a whole sealed frame takes. */
  static final int WHOLE_FRAME = CHUNK_BYTES + FRAME_OVERHEAD;

  private Layout() {}

  /** How many sealed frames a crypt segment of so many plain bytes has. */
  static long frames(long plainBytes) {
    return (plainBytes + CHUNK_BYTES - 1) / CHUNK_BYTES;
  }

  /** How long a crypt segment of so many plain bytes is. */
  static long sealedBytes(long plainBytes) {
    return plainBytes + SALT_BYTES + frames(plainBytes) * FRAME_OVERHEAD;
  }

  /** How many plain bytes a crypt segment of that length has. */
  static int plainBytes(int sealedBytes) {
    int frames = (sealedBytes - SALT_BYTES + WHOLE_FRAME - 1) / WHOLE_FRAME;
    return sealedBytes - SALT_BYTES - frames * FRAME_OVERHEAD;
  }

  /** Where in a crypt segment the frame begins that holds that plain byte. */
  static long frameAt(long plainByte) {
    long frame = plainByte / CHUNK_BYTES;
    return frame * WHOLE_FRAME + (frame == 0 ? 0 : SALT_BYTES);
  }

  /** Where in a crypt segment the frame ends that holds that plain byte. */
  static long frameEnd(long plainByte, long plainBytes) {
    long frame = plainByte / CHUNK_BYTES;
    long end = Math.min(plainBytes, (frame + 1) * CHUNK_BYTES);
    return end + SALT_BYTES + (frame + 1) * FRAME_OVERHEAD;
  }
}
