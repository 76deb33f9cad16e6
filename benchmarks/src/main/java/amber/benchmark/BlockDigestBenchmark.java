package amber.benchmark;

import amber.block.Block;
import amber.block.BlockDigest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** Hashes the blocks of a frame. An operation is a MiB, so that scores are MiB/s. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class BlockDigestBenchmark {

  private static final int BLOCKS = 8;
  private static final int FRAME_MIB = (BLOCKS * Block.SIZE) >> 20;

  /**
   * What the blocks hold: zeros; random data; or zeros with data at the very end, which looks like
   * a zero block for as long as possible.
   */
  @Param({"zero", "data", "late"})
  public String block;

  private final BlockDigest digest = new BlockDigest();
  private ByteBuffer frame;

  /** Fills the blocks. */
  @Setup(Level.Trial)
  public void setUp() throws IOException {
    DataSet data = block.equals("data") ? DataSet.RANDOM : DataSet.ZEROS;
    frame = data.bytes(BLOCKS * Block.SIZE, "");
    if (block.equals("late")) {
      for (int i = 1; i <= BLOCKS; i++) {
        frame.put(i * Block.SIZE - 1, (byte) 1);
      }
    }
  }

  /** What pack and unpack do with each block. */
  @Benchmark
  @OperationsPerInvocation(FRAME_MIB)
  public void digest(Blackhole hole) {
    for (int i = 0; i < BLOCKS; i++) {
      hole.consume(digest.of(frame.slice(i * Block.SIZE, Block.SIZE)));
    }
  }

  /** The part of it that finds zero blocks. */
  @Benchmark
  @OperationsPerInvocation(FRAME_MIB)
  public void isZero(Blackhole hole) {
    for (int i = 0; i < BLOCKS; i++) {
      hole.consume(Block.isZero(frame.slice(i * Block.SIZE, Block.SIZE)));
    }
  }
}
