package amber.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import amber.image.UnsupportedImageException;
import amber.store.ArchiveBound;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PartPlanTest {

  private static final long SEGMENT = 32L << 20;

  @TempDir private static Path directory;

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
    // 328 MiB for those in flight and the next one, of 2, 3 and 5 x 32 MiB.
    assertThat(plan(19_980, S3Transfer.DEFAULT).inFlight()).isEqualTo(4);
    assertThat(plan(29_970, S3Transfer.DEFAULT).inFlight()).isEqualTo(2);
    assertThat(plan(49_950, S3Transfer.DEFAULT).inFlight()).isEqualTo(1);
  }

  @Test
  void partsBeyondTheMemoryGoToTheSpool() throws IOException {
    PartPlan joined = plan(40_000, S3Transfer.DEFAULT);
    assertThat(joined.spools()).isFalse();
    // 21 x 32 MiB a part: what is in flight and the next one share the memory.
    PartPlan spooled = plan(200_000, withRoom(5 * 21 * SEGMENT));
    assertThat(spooled.spools()).isTrue();
    assertThat(spooled.segmentsPerPart()).isEqualTo(21);
    assertThat(spooled.inFlight()).isEqualTo(4);
    assertThat(spooled.memoryBytes()).isEqualTo((328L << 20) / 5);
    assertThat(plan(200_000, withRoom(2 * 21 * SEGMENT)).inFlight()).isEqualTo(1);
  }

  @Test
  void spoolWithoutRoomForTheWorstCaseIsRefused() {
    assertThatThrownBy(() -> plan(200_000, withRoom(2 * 21 * SEGMENT - 1)))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining(directory + ": has room for 1409286143 bytes, parts of s3://b/k may")
        .hasMessageContaining("take 1409286144");
  }

  @Test
  void spoolThatIsNotThereIsRefused() {
    S3Spool missing = new S3Spool(Optional.of(directory.resolve("missing")), 1L << 40);
    assertThatThrownBy(() -> plan(200_000, S3Transfer.DEFAULT.withSpool(missing)))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void largestObjectFitsIntoItsParts() throws IOException {
    // A disk with so much free space is rare, so the plan itself is asked for as small a copy.
    S3PartLimits small = new S3PartLimits(10_000, 5 << 20);
    S3Transfer transfer =
        new S3Transfer(4, S3Transfer.LARGEST_OBJECT, 5 << 20, true)
            .withLimits(small)
            .withSpool(new S3Spool(Optional.of(directory), 1L << 30));
    // As 159 segments of 32 MiB are to a part of 5 GiB.
    long segment = (5 << 20) / 159;
    PartPlan plan =
        PartPlan.of("s3://b/k", new ArchiveBound(9_990L * 159 * segment, 9_990L * 159), transfer);
    assertThat(plan.segmentsPerPart()).isEqualTo(159);
    assertThatThrownBy(
            () ->
                PartPlan.of(
                    "s3://b/k", new ArchiveBound(9_990L * 160 * segment, 9_990L * 160), transfer))
        .isInstanceOf(UnsupportedImageException.class)
        .hasMessageContaining("should be at most 5242880");
  }

  private S3Transfer withRoom(long bytes) {
    return S3Transfer.DEFAULT.withSpool(new S3Spool(Optional.of(directory), bytes));
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
    assertThat(two.isTooFull((5L << 30) - 5, 5)).isFalse();
    assertThat(two.isTooFull((5L << 30) - 5, 6)).isTrue();
  }
}
