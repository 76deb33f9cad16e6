package amber.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import amber.archive.ArchiveReader;
import amber.archive.StructureCheck;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Keeps the benchmarks running; measures nothing. */
class SmokeTest {

  @Test
  void framesAreMadeAndOpened() throws RunnerException {
    run(
        2,
        smoke(FrameBenchmark.class)
            .param("data", "random")
            .param("level", "1")
            .param("frameMiB", "4"));
  }

  @Test
  void blocksAreHashed() throws RunnerException {
    run(6, smoke(BlockDigestBenchmark.class));
  }

  @Test
  void segmentsFindTheirBlocks() throws RunnerException {
    run(2, smoke(BlockSetBenchmark.class).param("volumeGiB", "8"));
  }

  @Test
  void archivesAreOpened() throws RunnerException {
    run(4, smoke(ArchiveOpenBenchmark.class).param("volumeGiB", "8"));
  }

  @Test
  void sparseArchiveOpensLikeAnyOther() throws IOException {
    ArchiveReader archive = ArchiveReader.open(SparseArchive.of(1L << 40, Layout.SCATTERED));
    assertThat(archive.index().frameCount()).isEqualTo((1 << 18) / 64 * 63);
    new StructureCheck(archive).checkSeekTable();
  }

  @Test
  void layoutsCountAsTheirBlockSetsDo() {
    for (Layout layout : Layout.values()) {
      int[] segment = layout.of(8L << 30).slice(1280, 128);
      for (int i = 0; i < segment.length; i++) {
        assertThat(segment[i]).isEqualTo(layout.index(1280 + i));
      }
    }
  }

  private static ChainedOptionsBuilder smoke(Class<?> benchmark) {
    return new OptionsBuilder()
        .include("^" + benchmark.getName().replace(".", "\\.") + "\\.")
        .forks(0)
        .warmupIterations(0)
        .measurementIterations(1)
        .measurementTime(TimeValue.milliseconds(1))
        .shouldFailOnError(true)
        .verbosity(VerboseMode.SILENT);
  }

  private static void run(int expected, ChainedOptionsBuilder options) throws RunnerException {
    assertThat(new Runner(options.build()).run()).hasSize(expected);
  }
}
