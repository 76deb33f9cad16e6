package amber.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Packs AMIs and unpacks them again, one after the other in one process, and prints after each what
 * the process then holds: {@code SOAK threads descriptors directBytes heapBytes}. Arguments: the
 * bucket, and the AMIs.
 */
final class SoakProgram {

  private static final int LOOKS = 8;
  private static final long LOOK_NANOS = 50_000_000;

  private SoakProgram() {}

  public static void main(String[] arguments) throws IOException {
    for (int i = 1; i < arguments.length; i++) {
      String archive = "s3://%s/%s.bin".formatted(arguments[0], arguments[i]);
      run("pack", arguments[i], archive);
      run("unpack", archive, "ami:soak " + arguments[i]);
      System.out.println("SOAK " + held());
    }
    System.exit(0);
  }

  private static void run(String... arguments) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(OutputStream.nullOutputStream(), err, System.getenv(), false, false);
    int exitCode = new Main(console).run(List.of(arguments));
    if (exitCode != 0) {
      throw new AssertionError(
          "%s: exit %d: %s"
              .formatted(List.of(arguments), exitCode, err.toString(StandardCharsets.UTF_8)));
    }
  }

  /**
   * The least of a few looks: what is free goes when the collector has found it, and threads when
   * they have seen that they are not needed, neither at once.
   */
  private static String held() throws IOException {
    long heap = Long.MAX_VALUE;
    long direct = Long.MAX_VALUE;
    long descriptors = Long.MAX_VALUE;
    int threads = Integer.MAX_VALUE;
    for (int i = 0; i < LOOKS; i++) {
      System.gc();
      LockSupport.parkNanos(LOOK_NANOS);
      heap = Math.min(heap, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
      direct = Math.min(direct, directBytes());
      descriptors = Math.min(descriptors, descriptors());
      threads = Math.min(threads, ManagementFactory.getThreadMXBean().getThreadCount());
    }
    return "%d %d %d %d".formatted(threads, descriptors, direct, heap);
  }

  private static long directBytes() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }

  private static long descriptors() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    }
  }
}
