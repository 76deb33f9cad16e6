package amber.seal;

/**
 * A crypt segment of an archive that is being sealed. Nothing of it is secret.
 *
 * @param start where it begins in the sealed archive
 * @param plainStart where it begins in the archive inside
 * @param plainBytes its length there
 * @param salt of {@value Layout#SALT_BYTES} bytes
 */
public record CryptSegment(long start, long plainStart, long plainBytes, byte[] salt) {

  /** Checks its numbers, which may come from a file. */
  public CryptSegment {
    if (start < 0 || plainStart < 0 || plainBytes < 1 || salt.length != Layout.SALT_BYTES) {
      throw new IllegalArgumentException(
          "crypt segment at byte %d, of %d bytes at byte %d, with a salt of %d bytes"
              .formatted(start, plainBytes, plainStart, salt.length));
    }
  }

  /** Where it ends in the sealed archive. */
  public long end() {
    return start + Layout.sealedBytes(plainBytes);
  }

  /** Where it ends in the archive inside. */
  public long plainEnd() {
    return plainStart + plainBytes;
  }
}
