package amber.s3;

/**
 * What an object is to be made of.
 *
 * @param head its first bytes
 * @param source another object, of which the bytes between are
 * @param from where they begin there
 * @param bytes how many they are
 * @param tail its last bytes, at least one
 */
public record S3Stitching(byte[] head, S3Object source, long from, long bytes, byte[] tail) {

  /** Whether S3 can copy the bytes between; if they are too few, it cannot. */
  public boolean isPossible() {
    return bytes >= StitchedCopy.LEAST_BYTES && head.length > 0 && tail.length > 0;
  }
}
