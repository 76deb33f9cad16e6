package amber.s3;

/**
 * The CRC-32C of bytes that follow each other, made of the CRC-32C of each run of them: what was
 * sent in parts, some of them by an earlier run, need not be read again.
 */
final class Crc32cSum {

  private static final Crc CRC = Crc.of(S3Checksum.Algorithm.CRC32C);

  private int value;

  /**
   * Adds bytes at the end.
   *
   * @param crc32c of these bytes alone
   * @param bytes how many they are, 0 or more
   */
  void add(int crc32c, long bytes) {
    value = (int) CRC.joined(Integer.toUnsignedLong(value), Integer.toUnsignedLong(crc32c), bytes);
  }

  /** The CRC-32C of all bytes so far; that of none is 0. */
  int value() {
    return value;
  }
}
