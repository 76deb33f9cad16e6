package amber.seal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/**
 * Which crypt segments an archive has: the salt and the plain length of each, in order. It is a
 * crypt segment itself, the last one, so that none can be left out, moved, or put in another's
 * place.
 */
final class SealedMap {

  /** Bytes of an entry: the salt, and the plain length. */
  static final int ENTRY_BYTES = Layout.SALT_BYTES + Long.BYTES;

  /** The most bytes of a map: more than 200 TiB of segments take. */
  static final int MAX_BYTES = 256 << 20;

  private byte[] salts = new byte[Layout.SALT_BYTES * 16];

  // Where each crypt segment ends, without its overhead and with it.
  private long[] plainEnds = new long[16];
  private long[] sealedEnds = new long[16];
  private int count;

  /** Adds the next crypt segment. */
  void add(byte[] salt, long plainBytes) {
    if (count == plainEnds.length) {
      salts = Arrays.copyOf(salts, salts.length * 2);
      plainEnds = Arrays.copyOf(plainEnds, count * 2);
      sealedEnds = Arrays.copyOf(sealedEnds, count * 2);
    }
    System.arraycopy(salt, 0, salts, count * Layout.SALT_BYTES, Layout.SALT_BYTES);
    plainEnds[count] = plainBytes() + plainBytes;
    sealedEnds[count] = sealedBytes() + Layout.sealedBytes(plainBytes);
    count++;
  }

  int count() {
    return count;
  }

  /** The plain length of the archive. */
  long plainBytes() {
    return count == 0 ? 0 : plainEnds[count - 1];
  }

  /** The length of all crypt segments together. */
  long sealedBytes() {
    return count == 0 ? 0 : sealedEnds[count - 1];
  }

  byte[] salt(int segment) {
    int from = segment * Layout.SALT_BYTES;
    return Arrays.copyOfRange(salts, from, from + Layout.SALT_BYTES);
  }

  long plainStart(int segment) {
    return segment == 0 ? 0 : plainEnds[segment - 1];
  }

  long plainEnd(int segment) {
    return plainEnds[segment];
  }

  /** Where a crypt segment begins, counted from where the first one does. */
  long sealedStart(int segment) {
    return segment == 0 ? 0 : sealedEnds[segment - 1];
  }

  /** Which crypt segment holds a byte of the archive. */
  int segmentOf(long plainByte) {
    int found = Arrays.binarySearch(plainEnds, 0, count, plainByte + 1);
    return found >= 0 ? found : -found - 1;
  }

  /** Which crypt segment holds a sealed byte; their count if it lies behind all. */
  int sealedSegmentOf(long sealedByte) {
    int found = Arrays.binarySearch(sealedEnds, 0, count, sealedByte + 1);
    return found >= 0 ? found : -found - 1;
  }

  /**
   * The first crypt segments.
   *
   * @param sealedEnd where the last of them ends, counted from where the first one begins
   * @return nothing if none ends there
   */
  Optional<SealedMap> upTo(long sealedEnd) {
    int last = Arrays.binarySearch(sealedEnds, 0, count, sealedEnd);
    if (last < 0) {
      return Optional.empty();
    }
    SealedMap some = new SealedMap();
    some.salts = salts.clone();
    some.plainEnds = plainEnds.clone();
    some.sealedEnds = sealedEnds.clone();
    some.count = last + 1;
    return Optional.of(some);
  }

  ByteBuffer write() {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(count, ENTRY_BYTES)).order(ByteOrder.LITTLE_ENDIAN);
    for (int segment = 0; segment < count; segment++) {
      bytes.put(salts, segment * Layout.SALT_BYTES, Layout.SALT_BYTES);
      bytes.putLong(plainEnd(segment) - plainStart(segment));
    }
    return bytes.flip();
  }

  /**
   * Reads a map.
   *
   * @return nothing if its crypt segments have not those lengths together, or one of them is empty
   */
  static SealedMap read(ByteBuffer content, long plainBytes, long sealedBytes) {
    ByteBuffer bytes = content.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    SealedMap map = new SealedMap();
    byte[] salt = new byte[Layout.SALT_BYTES];
    while (bytes.remaining() >= ENTRY_BYTES) {
      bytes.get(salt);
      long length = bytes.getLong();
      if (length <= 0 || length > plainBytes - map.plainBytes()) {
        return null;
      }
      map.add(salt, length);
    }
    boolean fits =
        !bytes.hasRemaining() && map.plainBytes() == plainBytes && map.sealedBytes() == sealedBytes;
    return fits ? map : null;
  }
}
