package amber.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import amber.image.UnsupportedImageException;
import amber.store.ArchiveBound;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PartPlanTest {

  private static final long SEGMENT = 32L << 20;

  private static PartPlan plan(long segments, S3Transfer transfer) throws IOException {
    return PartPlan.of("s3://b/k", new ArchiveBound(segments * SEGMENT, segments), transfer);
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 1", "9990, 1", "9991, 2", "19980, 2", "19981, 3", "49950, 5"})
  void segmentsAreGroupedSoThatTheirPartsFit(long segments, int group) throws IOException {
    PartPlan plan = plan(segments, S3Transfer.DEFAULT);
    assertThat(plan.segmentsPerPart()).isEqualTo(group);
    assertThat((segments + group - 1) / group).isLessThanOrEqualTo(9990);
  }

  @Test
  void memoryBoundsThePartsInFlight() throws IOException {
    assertThat(plan(9990, S3Transfer.DEFAULT).inFlight()).isEqualTo(4);
    // 5 x 32 MiB a part, and 512 MiB for those in flight and the next one.
    assertThat(plan(49_950, S3Transfer.DEFAULT).inFlight()).isEqualTo(2);
  }

  @Test
  void partsBeyondTheMemoryAreRefused() {
    assertThatThrownBy(() -> plan(200_000, S3Transfer.DEFAULT))
        .isInstanceOf(UnsupportedImageException.class)
        .hasMessageContaining("s3://b/k: two parts may take");
  }

  @Test
  void archiveBeyondTheObjectsLimitIsRefused() {
    S3Transfer small = new S3Transfer(4, 5L << 40, 512L << 20, true);
    assertThatThrownBy(() -> plan(200_000, small))
        .isInstanceOf(UnsupportedImageException.class)
        .hasMessageContaining("an object has at most");
  }

  @Test
  void partIsFullWithItsSegmentsAndFiveMebibytes() throws IOException {
    PartPlan one = plan(10, S3Transfer.DEFAULT);
    assertThat(one.isFull(5 << 20, 1)).isTrue();
    assertThat(one.isFull((5 << 20) - 1, 3)).isFalse();
    assertThat(one.isFull(5 << 20, 0)).isFalse();
    assertThat(one.isFull(10 << 20, 0)).isTrue();
    PartPlan two = plan(10_000, S3Transfer.DEFAULT);
    assertThat(two.isFull(32 << 20, 1)).isFalse();
    assertThat(two.isFull(6 << 20, 2)).isTrue();
    assertThat(two.isFull(64 << 20, 0)).isTrue();
  }
}
