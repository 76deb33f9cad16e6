package amber.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PatienceTest {

  private static final long MIB = 1 << 20;

  @Test
  void endOfASmallUploadIsNotWaitedForAsLongAsThatOfALargeOne() {
    assertThat(Patience.forCompletion(3, 40 * MIB).more()).isEqualTo(Duration.ofMillis(20_180));
    assertThat(Patience.forCompletion(1000, 400 * MIB).more()).isEqualTo(Duration.ofSeconds(260));
    assertThat(Patience.forCompletion(2, 10L << 30).more()).isEqualTo(Duration.ofMinutes(10));
    assertThat(Patience.forCompletion(10_000, 40 * MIB).more()).isEqualTo(Duration.ofMinutes(10));
  }

  @Test
  void storeHasTimeForWhatItCopiesAndNoByteHasToMove() {
    assertThat(Patience.forCopy(5 * 1024 * MIB).more()).isEqualTo(Duration.ofSeconds(2560));
    assertThat(Patience.forCopy(32 * MIB).more()).isEqualTo(Duration.ofSeconds(16));
    assertThat(Patience.forCopy(32 * MIB).theirs()).isTrue();
  }
}
