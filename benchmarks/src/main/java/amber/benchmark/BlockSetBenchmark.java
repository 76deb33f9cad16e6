package amber.benchmark;

import amber.block.BlockSet;
import java.util.SplittableRandom;
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

/** Finds the blocks of one segment, which is done for each segment of a pack and an unpack. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class BlockSetBenchmark {

  private static final int BLOCKS_PER_SEGMENT = 128;

  /** The volume's size. */
  @Param({"8", "1024", "65536"})
  public int volumeGiB;

  /** Which of its blocks are listed. */
  @Param({"full", "scattered"})
  public String layout;

  private final int[] ordinals = new int[4096];
  private BlockSet listed;
  private int next;

  /** Chooses segments from all over the volume. */
  @Setup(Level.Trial)
  public void setUp() {
    listed = Layout.named(layout).of((long) volumeGiB << 30);
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < ordinals.length; i++) {
      ordinals[i] = random.nextInt(listed.size() / BLOCKS_PER_SEGMENT) * BLOCKS_PER_SEGMENT;
    }
  }

  /** The indexes of a segment's blocks. */
  @Benchmark
  public int[] slice() {
    next = (next + 1) % ordinals.length;
    return listed.slice(ordinals[next], BLOCKS_PER_SEGMENT);
  }
}
