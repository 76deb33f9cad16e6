package amber.s3;

/**
 * The CRC of bytes that follow each other, made of the CRC of each run of them: what was sent in
 * parts, some of them by an earlier run, need not be read again.
 */
final class CrcSum {

  private final S3Checksum.Algorithm algorithm;
  private long value;

  CrcSum(S3Checksum.Algorithm algorithm) {
    this.algorithm = algorithm;
  }

  /**
   * Adds bytes at the end.
   *
   * @param crc of these bytes alone, by this algorithm
   * @param bytes how many they are, 0 or more
   */
  void add(S3Checksum crc, long bytes) {
    if (crc.algorithm() != algorithm) {
      throw new IllegalArgumentException("%s, should be %s".formatted(crc, algorithm));
    }
    value = Crc.of(algorithm).joined(value, crc.value(), bytes);
  }

  /** The CRC of all bytes so far; that of none is 0. */
  S3Checksum value() {
    return new S3Checksum(algorithm, value);
  }
}
