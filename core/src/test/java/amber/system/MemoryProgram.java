package amber.system;

import amber.PackOptions;
import amber.Progress;
import amber.Unpacker;
import amber.archive.ArchiveReader;
import amber.archive.Geometry;
import amber.block.Block;
import amber.block.BlockSet;
import amber.block.BlockSink;
import amber.block.PendingVolume;
import amber.store.ArchiveSource;
import amber.store.FileStore;
import amber.system.StockToolsImages.ZeroVolume;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Packs and unpacks one large volume in a process whose memory is bounded, and prints what each
 * step took: VOLUME ARCHIVE, where the volume is {@code terabyte}, {@code largest} or {@code
 * extents}. Unpacking checks all that a verification checks.
 */
final class MemoryProgram {

  /** What the process is given memory for. */
  static final PackOptions OPTIONS = new PackOptions(3, 2, Geometry.DEFAULT);

  private static final long TIB = 1L << 40;
  private static final long MIB = 1 << 20;
  private static final int TERABYTE_BLOCKS = 204_800;
  private static final int LARGEST_BLOCKS = 2_000;
  private static final int EXTENTS = 1_000_000;

  // Incompressible, so that some segments fill their buffers.
  private static final int RANDOM_BLOCKS = 512;

  private MemoryProgram() {}

  public static void main(String[] arguments) throws Exception {
    ZeroVolume volume =
        switch (arguments[0]) {
          case "terabyte" -> terabyte();
          case "largest" -> largest();
          case "extents" -> millionExtents();
          default -> throw new IllegalArgumentException(arguments[0]);
        };
    Path archive = Path.of(arguments[1]);
    System.out.println(arguments[0] + ": " + volume.listed());
    step(
        "pack",
        () ->
            StockToolsImages.pack(
                volume, new FileStore(false, false), archive.toString(), OPTIONS));
    try (ArchiveSource source = FileStore.open(archive)) {
      System.out.printf("archive: %.1f MiB%n", (double) source.sizeBytes() / MIB);
      ArchiveReader[] reader = new ArchiveReader[1];
      step("open", () -> reader[0] = ArchiveReader.open(source));
      if (!reader[0].index().volumes().get(0).listed().equals(volume.listed())) {
        throw new IllegalStateException("other blocks are listed than were packed");
      }
      AtomicLong blocks = new AtomicLong();
      step("unpack", () -> new Unpacker(2, new Progress()).unpack(reader[0], counting(blocks)));
      if (blocks.get() != volume.listed().size()) {
        throw new IllegalStateException("%d blocks were unpacked".formatted(blocks.get()));
      }
    }
    Path status = Path.of("/proc/self/status");
    if (Files.isReadable(status)) {
      Files.readAllLines(status).stream()
          .filter(line -> line.startsWith("VmHWM"))
          .forEach(System.out::println);
    }
  }

  /** 1 TiB with 100 GiB of listed blocks in runs, some of them incompressible. */
  private static ZeroVolume terabyte() {
    Random random = new Random(1);
    BlockSet.Builder listed = new BlockSet.Builder();
    Set<Integer> marked = new HashSet<>();
    int at = 0;
    for (int left = TERABYTE_BLOCKS; left > 0; ) {
      int run = Math.min(left, 1 + random.nextInt(100));
      at += 1 + random.nextInt(400);
      listed.add(at, run);
      for (int i = at; i < at + run && marked.size() < RANDOM_BLOCKS; i++) {
        marked.add(i);
      }
      at += run;
      left -= run;
    }
    if (at > Block.count(TIB)) {
      throw new IllegalStateException("%d blocks do not fit".formatted(at));
    }
    return new ZeroVolume(TIB, listed.build(), marked);
  }

  /** The largest volume there is, with few blocks from its first to its last. */
  private static ZeroVolume largest() {
    long sizeBytes = 64 * TIB;
    int step = (Block.count(sizeBytes) - 1) / (LARGEST_BLOCKS - 1);
    BlockSet.Builder listed = new BlockSet.Builder();
    for (int i = 0; i < LARGEST_BLOCKS - 1; i++) {
      listed.add(i * step, 1);
    }
    listed.add(Block.count(sizeBytes) - 1, 1);
    return new ZeroVolume(sizeBytes, listed.build());
  }

  /** A hole after every block: half of a tebibyte in a million extents. */
  private static ZeroVolume millionExtents() {
    BlockSet.Builder listed = new BlockSet.Builder();
    for (int i = 0; i < EXTENTS; i++) {
      listed.add(2 * i, 1);
    }
    return new ZeroVolume(TIB, listed.build());
  }

  private static BlockSink counting(AtomicLong blocks) {
    return (number, sizeBytes) ->
        new PendingVolume() {
          @Override
          public String location() {
            return "nowhere";
          }

          @Override
          public void write(int index, ByteBuffer block, byte[] digest) {
            blocks.incrementAndGet();
          }

          @Override
          public void commit() {}

          @Override
          public void close() {}
        };
  }

  /** A step that may fail. */
  @FunctionalInterface
  private interface Step {
    void run() throws Exception;
  }

  private static void step(String name, Step step) throws Exception {
    BufferPoolMXBean direct =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .findFirst()
            .orElseThrow();
    AtomicLong directPeak = new AtomicLong();
    AtomicLong heapPeak = new AtomicLong();
    Thread watch =
        new Thread(
            () -> {
              while (!Thread.currentThread().isInterrupted()) {
                Runtime runtime = Runtime.getRuntime();
                directPeak.accumulateAndGet(direct.getTotalCapacity(), Math::max);
                heapPeak.accumulateAndGet(runtime.totalMemory() - runtime.freeMemory(), Math::max);
                LockSupport.parkNanos(2_000_000);
              }
            },
            "watch");
    watch.setDaemon(true);
    watch.start();
    long start = System.nanoTime();
    step.run();
    double seconds = (System.nanoTime() - start) / 1e9;
    watch.interrupt();
    watch.join();
    System.out.printf(
        "%s: %.1f s, at most %.1f MiB direct, %.1f MiB heap%n",
        name, seconds, (double) directPeak.get() / MIB, (double) heapPeak.get() / MIB);
  }
}
