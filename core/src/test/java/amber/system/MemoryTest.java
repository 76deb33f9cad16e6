package amber.system;

import static org.assertj.core.api.Assertions.assertThat;

import amber.PackOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Memory is bounded by the options, whatever the size of a volume. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class MemoryTest {

  private static final int HEAP_MIB = 256;
  private static final long MIB = 1 << 20;

  // What does not grow with threads or segments: one small frame with its stored form, two zero
  // blocks to compare and fill with, and the JDK's copies of heap buffers for reads and writes.
  private static final long REST_BYTES = 5 * MIB;

  @TempDir Path dir;

  @ParameterizedTest
  @ValueSource(strings = {"terabyte", "largest", "extents"})
  void volumesOfAnySizeAreHandledInBoundedMemory(String volume) throws Exception {
    long directBytes = directBytes(MemoryProgram.OPTIONS);
    StockTools.Result result =
        StockTools.java(
                StockTools.thisJava(),
                Map.of(),
                List.of("-Xmx" + HEAP_MIB + "m", "-XX:MaxDirectMemorySize=" + directBytes),
                List.of(
                    MemoryProgram.class.getName(), volume, dir.resolve(volume + ".bin").toString()))
            .requireSuccess();
    System.out.printf(
        "-Xmx%dm -XX:MaxDirectMemorySize=%d (%.1f MiB)%n%s",
        HEAP_MIB, directBytes, (double) directBytes / MIB, result.text());
    assertThat(result.text()).contains("unpack: ");
  }

  @Test
  void tablesOfManyTebibytesWaitOnDisk() throws Exception {
    // 16 TiB of listed blocks: an index of 32 MiB and a seek table of 36 MiB.
    StockTools.Result result =
        StockTools.java(
                StockTools.thisJava(),
                Map.of(),
                List.of("-Xmx40m", "-XX:MaxDirectMemorySize=24m"),
                List.of(TablesProgram.class.getName(), "16", dir.resolve("tables.bin").toString()))
            .requireSuccess();
    System.out.printf("-Xmx40m -XX:MaxDirectMemorySize=24m%n%s", result.text());
    assertThat(result.text()).contains("524288 segments, 4194304 frames");
  }

  /** The direct memory that a pack takes; reading an archive takes less. */
  private static long directBytes(PackOptions options) {
    long frame = options.geometry().frameBytes();
    return options.threads() * frame
        + (long) options.window() * options.geometry().maxSegmentBytes()
        + REST_BYTES;
  }
}
