package amber.s3;

/**
 * How the checksums of two runs of bytes make that of both, for checksums that are remainders of
 * polynomials over GF(2), with the coefficient of x^0 in the highest bit, and inverted before and
 * after.
 *
 * @param bits 32 or 64
 * @param generator without its highest coefficient
 */
record Crc(int bits, long generator) {

  private static final Crc CRC32C = new Crc(32, 0x82F63B78L);
  private static final Crc CRC32 = new Crc(32, 0xEDB88320L);
  private static final Crc CRC64NVME = new Crc(64, 0x9A6C9329AC4BC9B5L);

  static Crc of(S3Checksum.Algorithm algorithm) {
    return switch (algorithm) {
      case CRC32C -> CRC32C;
      case CRC32 -> CRC32;
      case CRC64NVME -> CRC64NVME;
    };
  }

  /**
   * The checksum of bytes that follow each other.
   *
   * @param first that of the first of them
   * @param second that of the others alone
   * @param secondBytes how many these are
   */
  long joined(long first, long second, long secondBytes) {
    // Each byte behind them multiplies what the bytes before have come to by x^8.
    return multiply(powerOfByte(secondBytes), first) ^ second;
  }

  /** x^8 to the power of an exponent, by squares. */
  private long powerOfByte(long exponent) {
    long power = 1L << (bits - 1);
    long square = 1L << (bits - 1 - Byte.SIZE);
    for (long rest = exponent; rest != 0; rest >>>= 1) {
      if ((rest & 1) != 0) {
        power = multiply(square, power);
      }
      square = multiply(square, square);
    }
    return power;
  }

  /** The product of two polynomials, less multiples of the generator. */
  private long multiply(long a, long b) {
    long product = 0;
    long shifted = b;
    for (long bit = 1L << (bits - 1); bit != 0; bit >>>= 1) {
      if ((a & bit) != 0) {
        product ^= shifted;
      }
      shifted = (shifted & 1) == 0 ? shifted >>> 1 : (shifted >>> 1) ^ generator;
    }
    return product;
  }
}
