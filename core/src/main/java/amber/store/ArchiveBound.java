package amber.store;

/**
 * What an archive will not exceed, known before its first byte.
 *
 * @param bytes its size
 * @param segments how many of its pieces are large; each is appended by one call
 */
public record ArchiveBound(long bytes, long segments) {

  /** Checks that there is a bound. */
  public ArchiveBound {
    if (bytes < 0 || segments < 0) {
      throw new IllegalArgumentException(
          "at most %d bytes in %d segments, should be 0 or more".formatted(bytes, segments));
    }
  }
}
