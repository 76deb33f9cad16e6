package amber.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ContinuedSumTest {

  private static S3Checksum whole(S3Checksum.Algorithm algorithm, byte[] bytes) {
    var sum = algorithm.begin();
    sum.update(bytes, 0, bytes.length);
    return S3Checksum.of(algorithm, sum);
  }

  @ParameterizedTest
  @EnumSource(S3Checksum.Algorithm.class)
  void sumThatIsContinuedAnywhereIsThatOfTheWhole(S3Checksum.Algorithm algorithm) {
    byte[] bytes = new byte[100_003];
    new Random(42).nextBytes(bytes);
    for (int first : List.of(0, 1, 7, 8, 9, 65_536, 99_999, 100_003)) {
      ContinuedSum before = new ContinuedSum(algorithm);
      before.update(ByteBuffer.wrap(bytes, 0, first));
      ContinuedSum after = new ContinuedSum(algorithm);
      after.goOnFrom(before.value());
      after.update(ByteBuffer.wrap(bytes, first, bytes.length - first));
      assertThat(after.checksum()).as("at byte %d", first).isEqualTo(whole(algorithm, bytes));
    }
  }

  @ParameterizedTest
  @EnumSource(S3Checksum.Algorithm.class)
  void sumIsNotContinuedInTheMiddle(S3Checksum.Algorithm algorithm) {
    ContinuedSum sum = new ContinuedSum(algorithm);
    sum.update(ByteBuffer.wrap(new byte[1]));
    assertThatThrownBy(() -> sum.goOnFrom(1)).isInstanceOf(IllegalStateException.class);
  }
}
