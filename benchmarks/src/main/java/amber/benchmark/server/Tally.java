package amber.benchmark.server;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What was asked under one set of conditions. For any number of threads. */
final class Tally {

  private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final int SLICES = 36_000;

  final LongAdder requests = new LongAdder();
  final LongAdder gets = new LongAdder();
  final LongAdder puts = new LongAdder();
  final LongAdder lists = new LongAdder();
  final LongAdder throttled = new LongAdder();
  final LongAdder parts = new LongAdder();
  final LongAdder ranges = new LongAdder();
  final LongAdder bytesReceived = new LongAdder();
  final LongAdder bytesSent = new LongAdder();
  final LongAdder failures = new LongAdder();

  private final AtomicLong connections = new AtomicLong();
  private final AtomicLong underWay = new AtomicLong();
  private final AtomicLong mostUnderWay = new AtomicLong();
  private final AtomicIntegerArray blocks = new AtomicIntegerArray(SLICES);
  private final long began = System.nanoTime();
  private final long cpuBefore = cpuNanos();

  void connected() {
    connections.incrementAndGet();
  }

  void begun() {
    requests.increment();
    long now = underWay.incrementAndGet();
    mostUnderWay.accumulateAndGet(now, Math::max);
  }

  void ended() {
    underWay.decrementAndGet();
  }

  /** A request for a block that is within the quota. */
  void block() {
    long slice = (System.nanoTime() - began) / SLICE_NANOS;
    blocks.incrementAndGet((int) Math.min(slice, SLICES - 1));
  }

  /** All of it, by name. */
  Map<String, Object> counts() {
    Map<String, Object> counts = new LinkedHashMap<>();
    counts.put("cpuSeconds", (double) (cpuNanos() - cpuBefore) / TimeUnit.SECONDS.toNanos(1));
    counts.put("requests", requests.sum());
    counts.put("connections", connections.get());
    counts.put("mostUnderWay", mostUnderWay.get());
    counts.put("gets", gets.sum());
    counts.put("puts", puts.sum());
    counts.put("lists", lists.sum());
    counts.put("throttled", throttled.sum());
    counts.put("parts", parts.sum());
    counts.put("ranges", ranges.sum());
    counts.put("bytesReceived", bytesReceived.sum());
    counts.put("bytesSent", bytesSent.sum());
    counts.put("failures", failures.sum());
    counts.put("blocksPer100ms", blocksPerSlice());
    return counts;
  }

  /** From the first slice that has any to the last. */
  private List<Integer> blocksPerSlice() {
    List<Integer> slices = new ArrayList<>();
    int last = -1;
    for (int slice = 0; slice < SLICES; slice++) {
      int count = blocks.get(slice);
      if (count > 0 || last >= 0) {
        slices.add(count);
      }
      if (count > 0) {
        last = slices.size();
      }
    }
    return slices.subList(0, Math.max(0, last));
  }

  /** User and system time of this process, what is done for the JVM included. */
  private static long cpuNanos() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
  }
}
