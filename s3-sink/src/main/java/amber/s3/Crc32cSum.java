package amber.s3;

/**
 * The CRC-32C of bytes that follow each other, made of the CRC-32C of each run of them: what was
 * sent in parts, some of them by an earlier run, need not be read again.
 */
final class Crc32cSum {

  // Of polynomials over GF(2), with the coefficient of x^0 in the highest bit.
  private static final int GENERATOR = 0x82F63B78;
  private static final int ONE = 1 << 31;
  private static final int X_TO_8 = 1 << 23;

  private int value;

  /**
   * Adds bytes at the end.
   *
   * @param crc32c of these bytes alone
   * @param bytes how many they are, 0 or more
   */
  void add(int crc32c, long bytes) {
    // Each byte behind them multiplies what the bytes before have come to by x^8.
    value = multiply(powerOfByte(bytes), value) ^ crc32c;
  }

  /** The CRC-32C of all bytes so far; that of none is 0. */
  int value() {
    return value;
  }

  /** x^8 to the power of an exponent, by squares. */
  private static int powerOfByte(long exponent) {
    int power = ONE;
    int square = X_TO_8;
    for (long rest = exponent; rest != 0; rest >>>= 1) {
      if ((rest & 1) != 0) {
        power = multiply(square, power);
      }
      square = multiply(square, square);
    }
    return power;
  }

  /** The product of two polynomials, less multiples of the generator. */
  private static int multiply(int a, int b) {
    int product = 0;
    int shifted = b;
    for (int bit = ONE; bit != 0; bit >>>= 1) {
      if ((a & bit) != 0) {
        product ^= shifted;
      }
      shifted = (shifted & 1) == 0 ? shifted >>> 1 : (shifted >>> 1) ^ GENERATOR;
    }
    return product;
  }
}
