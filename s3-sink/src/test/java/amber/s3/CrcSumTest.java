package amber.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import amber.s3.S3Checksum.Algorithm;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.Checksum;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CrcSumTest {

  private static final int LARGEST = (1 << 20) + 1;

  private static S3Checksum crc(Algorithm algorithm, byte[] bytes, int from, int count) {
    Checksum crc = algorithm.begin();
    crc.update(bytes, from, count);
    return S3Checksum.of(algorithm, crc);
  }

  @ParameterizedTest
  @EnumSource
  void nothingHasTheSumOfNothing(Algorithm algorithm) {
    assertThat(new CrcSum(algorithm).value()).isEqualTo(crc(algorithm, new byte[0], 0, 0));
  }

  @ParameterizedTest
  @EnumSource
  void twoPiecesOfAnyLengthHaveTheSumOfTheWhole(Algorithm algorithm) {
    Random random = new Random(42);
    byte[] bytes = new byte[2 * LARGEST];
    random.nextBytes(bytes);
    List<Integer> lengths = new ArrayList<>(List.of(0, 1));
    for (int power = 2; power < LARGEST; power *= 2) {
      lengths.addAll(List.of(power - 1, power, power + 1));
    }
    for (int first : List.of(0, 1, 255, 256, 257, LARGEST)) {
      for (int second : lengths) {
        CrcSum sum = new CrcSum(algorithm);
        sum.add(crc(algorithm, bytes, 0, first), first);
        sum.add(crc(algorithm, bytes, first, second), second);
        assertThat(sum.value())
            .as("%d and %d bytes", first, second)
            .isEqualTo(crc(algorithm, bytes, 0, first + second));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void manyPiecesHaveTheSumOfTheWhole(Algorithm algorithm) {
    Random random = new Random(43);
    byte[] bytes = new byte[LARGEST];
    random.nextBytes(bytes);
    CrcSum sum = new CrcSum(algorithm);
    int at = 0;
    while (at < bytes.length) {
      int count = Math.min(bytes.length - at, random.nextInt(2000));
      sum.add(crc(algorithm, bytes, at, count), count);
      at += count;
    }
    assertThat(sum.value()).isEqualTo(crc(algorithm, bytes, 0, bytes.length));
  }

  @ParameterizedTest
  @EnumSource
  void lengthsBeyondAnIntCount(Algorithm algorithm) {
    byte[] zeros = new byte[1 << 24];
    byte[] first = {1, 2, 3};
    Checksum whole = algorithm.begin();
    whole.update(first, 0, first.length);
    Checksum many = algorithm.begin();
    long length = 0;
    while (length <= 1L << 32) {
      whole.update(zeros, 0, zeros.length);
      many.update(zeros, 0, zeros.length);
      length += zeros.length;
    }
    CrcSum sum = new CrcSum(algorithm);
    sum.add(crc(algorithm, first, 0, first.length), first.length);
    sum.add(S3Checksum.of(algorithm, many), length);
    assertThat(sum.value()).isEqualTo(S3Checksum.of(algorithm, whole));
  }

  @Test
  void sumOfAnotherKindIsRefused() {
    assertThatThrownBy(
            () -> new CrcSum(Algorithm.CRC32C).add(new S3Checksum(Algorithm.CRC32, 1), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("CRC32 00000001, should be CRC32C");
  }
}
