package amber.benchmark;

import amber.archive.ArchiveReader;
import amber.archive.StructureCheck;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Opens archives of large volumes by their end. The largest has 16.8 million frames; it is made in
 * memory, without its data, which takes some seconds.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgsAppend = "-Xmx2g")
public class ArchiveOpenBenchmark {

  /** The packed volume's size. */
  @Param({"8", "1024", "65536"})
  public int volumeGiB;

  /** Which of its blocks are listed. */
  @Param({"full", "scattered"})
  public String layout;

  private SparseArchive source;
  private ArchiveReader archive;

  /** Makes the archive, opens it, and says how much of it was read for that. */
  @Setup(Level.Trial)
  public void setUp() throws IOException {
    source = SparseArchive.of((long) volumeGiB << 30, Layout.named(layout));
    archive = ArchiveReader.open(source);
    System.out.printf(
        "(%d frames, %d KiB in %d reads) ",
        archive.index().frameCount(), archive.bytesRead() >> 10, archive.reads());
  }

  /** Locator, seal, index and manifest: all that inspect needs, and where every unpack begins. */
  @Benchmark
  public ArchiveReader open() throws IOException {
    return ArchiveReader.open(source);
  }

  /** The SHA-256 of the seek table, which opening leaves alone. */
  @Benchmark
  public void checkSeekTable() throws IOException {
    new StructureCheck(archive).checkSeekTable();
  }
}
