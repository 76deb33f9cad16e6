package amber.benchmark;

import amber.frame.FrameDecoder;
import amber.frame.FrameEncoder;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Makes and opens data frames. An operation is a MiB of plain bytes, so that scores are MiB/s. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 2)
@Fork(1)
public class FrameBenchmark {

  private static final int MIB = 1 << 20;
  private static final int TURN_MIB = 8;

  // More than a processor's cache holds: frames come from memory, as they do in a pack.
  private static final int DATA_MIB = 64;

  /** The data set; {@code disk} needs {@link #disk}. */
  @Param({"zeros", "text", "random"})
  public String data;

  /** The raw disk of the data set {@code disk}. */
  @Param("")
  public String disk;

  /** The zstd level. */
  @Param({"1", "3", "6"})
  public int level;

  /** Plain MiB of a frame. */
  @Param({"1", "2", "4", "8"})
  public int frameMiB;

  private ByteBuffer plain;
  private ByteBuffer[] frames;
  private ByteBuffer encoded;
  private ByteBuffer decoded;
  private FrameEncoder encoder;
  private FrameDecoder decoder;
  private int next;

  /** Encodes all data once, and says how small it became. */
  @Setup(Level.Trial)
  public void setUp() throws IOException {
    int frameBytes = frameMiB * MIB;
    plain = DataSet.named(data).bytes(DATA_MIB * MIB, disk);
    encoder = new FrameEncoder(level);
    decoder = new FrameDecoder();
    encoded = ByteBuffer.allocateDirect(FrameEncoder.bound(frameBytes));
    decoded = ByteBuffer.allocateDirect(frameBytes);
    frames = new ByteBuffer[DATA_MIB / frameMiB];
    long stored = 0;
    for (int i = 0; i < frames.length; i++) {
      encoder.encode(frame(i), encoded.clear());
      frames[i] = ByteBuffer.allocateDirect(encoded.flip().remaining()).put(encoded).flip();
      stored += frames[i].remaining();
    }
    System.out.printf("(ratio %.3f) ", (double) plain.remaining() / stored);
  }

  /** Closes what holds native memory. */
  @TearDown(Level.Trial)
  public void tearDown() {
    encoder.close();
    decoder.close();
  }

  /** Pack's share: from plain bytes to a frame. */
  @Benchmark
  @OperationsPerInvocation(TURN_MIB)
  public ByteBuffer encode() throws IOException {
    for (int mib = 0; mib < TURN_MIB; mib += frameMiB) {
      encoder.encode(frame(nextFrame()), encoded.clear());
    }
    return encoded;
  }

  /** Unpack's share: from a frame to plain bytes. */
  @Benchmark
  @OperationsPerInvocation(TURN_MIB)
  public ByteBuffer decode() throws IOException {
    for (int mib = 0; mib < TURN_MIB; mib += frameMiB) {
      decoder.decode(frames[nextFrame()].duplicate(), decoded.clear());
    }
    return decoded;
  }

  private ByteBuffer frame(int number) {
    return plain.slice(number * frameMiB * MIB, frameMiB * MIB);
  }

  private int nextFrame() {
    next = (next + 1) % frames.length;
    return next;
  }
}
