package amber.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class Crc32cSumTest {

  private static final int LARGEST = (1 << 20) + 1;

  private static int crc(byte[] bytes, int from, int count) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, count);
    return (int) crc.getValue();
  }

  @Test
  void nothingHasTheSumOfNothing() {
    assertThat(new Crc32cSum().value()).isEqualTo(crc(new byte[0], 0, 0));
  }

  @Test
  void twoPiecesOfAnyLengthHaveTheSumOfTheWhole() {
    Random random = new Random(42);
    byte[] bytes = new byte[2 * LARGEST];
    random.nextBytes(bytes);
    List<Integer> lengths = new ArrayList<>(List.of(0, 1));
    for (int power = 2; power < LARGEST; power *= 2) {
      lengths.addAll(List.of(power - 1, power, power + 1));
    }
    for (int first : List.of(0, 1, 255, 256, 257, LARGEST)) {
      for (int second : lengths) {
        Crc32cSum sum = new Crc32cSum();
        sum.add(crc(bytes, 0, first), first);
        sum.add(crc(bytes, first, second), second);
        assertThat(sum.value())
            .as("%d and %d bytes", first, second)
            .isEqualTo(crc(bytes, 0, first + second));
      }
    }
  }

  @Test
  void manyPiecesHaveTheSumOfTheWhole() {
    Random random = new Random(43);
    byte[] bytes = new byte[LARGEST];
    random.nextBytes(bytes);
    Crc32cSum sum = new Crc32cSum();
    int at = 0;
    while (at < bytes.length) {
      int count = Math.min(bytes.length - at, random.nextInt(2000));
      sum.add(crc(bytes, at, count), count);
      at += count;
    }
    assertThat(sum.value()).isEqualTo(crc(bytes, 0, bytes.length));
  }

  @Test
  void lengthsBeyondAnIntCount() {
    byte[] zeros = new byte[1 << 24];
    byte[] first = {1, 2, 3};
    CRC32C whole = new CRC32C();
    whole.update(first);
    CRC32C many = new CRC32C();
    long length = 0;
    while (length <= 1L << 32) {
      whole.update(zeros);
      many.update(zeros);
      length += zeros.length;
    }
    Crc32cSum sum = new Crc32cSum();
    sum.add(crc(first, 0, first.length), first.length);
    sum.add((int) many.getValue(), length);
    assertThat(sum.value()).isEqualTo((int) whole.getValue());
  }
}
