package amber.fuzz;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/** What Jazzer calls. */
public final class JazzerEntry {

  /** Of all threads; what is left to do behind an endless loop is for Jazzer's own limit. */
  private static final Duration CPU_LIMIT = Duration.ofSeconds(10);

  private static final OperatingSystemMXBean PROCESS =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private static FuzzTarget target;

  private JazzerEntry() {}

  /** Called once, with the name of the target. */
  public static void fuzzerInitialize(String[] arguments) throws IOException {
    target = FuzzTargets.named(arguments[0]);
  }

  /** Called with each input. */
  public static void fuzzerTestOneInput(byte[] input) throws Exception {
    long start = PROCESS.getProcessCpuTime();
    target.run(input);
    long nanos = PROCESS.getProcessCpuTime() - start;
    Require.that(
        nanos <= CPU_LIMIT.toNanos(),
        "%d bytes took %d ms of the processor, should take at most %s",
        input.length,
        nanos / 1_000_000,
        CPU_LIMIT);
  }
}
