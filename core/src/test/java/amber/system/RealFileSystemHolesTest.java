package amber.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import amber.PackOptions;
import amber.block.Block;
import amber.block.BlockSet;
import amber.disk.ImageDirectory;
import amber.disk.RawDisk;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How file systems tell holes, and what is made of that. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class RealFileSystemHolesTest {

  private static final int PAGE = 4096;
  private static final int SECTOR = 512;

  /** Where files are made. */
  enum Place {
    BUILD("target"),
    TEMPORARY(System.getProperty("java.io.tmpdir")),
    TMPFS("/dev/shm");

    private final Path parent;

    Place(String parent) {
      this.parent = Path.of(parent);
    }
  }

  private Path dir;

  private Path make(Place place, long sizeBytes) throws Exception {
    assumeTrue(Files.isWritable(place.parent), "this machine has no place such as " + place);
    dir = Files.createTempDirectory(place.parent, "amber-holes-");
    Path file = dir.resolve("disk.img");
    try (RandomAccessFile empty = new RandomAccessFile(file.toFile(), "rw")) {
      empty.setLength(sizeBytes);
    }
    try (RawDisk disk = RawDisk.open(file)) {
      disk.listed();
      assumeTrue(!disk.holesUnknown(), "the file system there tells no holes");
    }
    return file;
  }

  @AfterEach
  void clean() throws Exception {
    if (dir != null) {
      try (Stream<Path> files = Files.walk(dir)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void oneWrittenPageListsItsBlockAndNoOther(Place place) throws Exception {
    Path file = make(place, 200L * Block.SIZE);
    Random random = new Random(4096);
    TreeSet<Integer> written = new TreeSet<>();
    byte[] page = new byte[PAGE];
    try (RandomAccessFile disk = new RandomAccessFile(file.toFile(), "rw")) {
      for (int i = 0; i < 60; i++) {
        int at = random.nextInt(200 * Block.SIZE / PAGE);
        random.nextBytes(page);
        disk.seek((long) at * PAGE);
        disk.write(page);
        written.add(at / (Block.SIZE / PAGE));
      }
    }
    assertThat(listed(file)).isEqualTo(setOf(written));
    requireRoundTrip(file);
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void pieceThatCrossesABorderListsBothBlocks(Place place) throws Exception {
    Path file = make(place, 10L * Block.SIZE);
    try (RandomAccessFile disk = new RandomAccessFile(file.toFile(), "rw")) {
      disk.seek(4L * Block.SIZE - PAGE);
      disk.write(new byte[2 * PAGE]);
    }
    assertThat(listed(file)).isEqualTo(setOf(List.of(3, 4)));
    requireRoundTrip(file);
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void volumeThatIsNoWholeNumberOfPagesKeepsItsLastSector(Place place) throws Exception {
    Path file = make(place, 6L * Block.SIZE + 3 * SECTOR);
    try (RandomAccessFile disk = new RandomAccessFile(file.toFile(), "rw")) {
      disk.seek(6L * Block.SIZE + 2 * SECTOR);
      disk.write(StockToolsImages.Fill.RANDOM.block(7), 0, SECTOR);
    }
    assertThat(listed(file)).isEqualTo(setOf(List.of(6)));
    requireRoundTrip(file);
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void reservedSpaceThatWasNeverWrittenReadsAsZeros(Place place) throws Exception {
    StockTools.require("fallocate");
    Path file = make(place, 20L * Block.SIZE);
    StockTools.Result result =
        StockTools.tryShell(
            "fallocate -o \"$1\" -l \"$2\" \"$3\"", 2L * Block.SIZE, 8L * Block.SIZE, file);
    assumeTrue(result.exit() == 0, "this file system cannot reserve space");
    try (RandomAccessFile disk = new RandomAccessFile(file.toFile(), "rw")) {
      disk.seek(5L * Block.SIZE);
      disk.write(StockToolsImages.Fill.TEXT.block(1));
    }
    // File systems differ: such space may count as a hole (ext4) or as data.
    BlockSet listed = listed(file);
    assertThat(listed.contains(5)).isTrue();
    for (int block : List.of(0, 1, 10, 19)) {
      assertThat(listed.contains(block)).as("block %d is listed", block).isFalse();
    }
    requireRoundTrip(file);
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void blocksAgreeWithWhatPythonIsToldOfTheFile(Place place) throws Exception {
    StockTools.require("python3");
    Path file = make(place, 64L * Block.SIZE + SECTOR);
    Random random = new Random(64);
    try (RandomAccessFile disk = new RandomAccessFile(file.toFile(), "rw")) {
      for (int i = 0; i < 20; i++) {
        int length = 1 + random.nextInt(Block.SIZE);
        disk.seek(random.nextInt(63 * Block.SIZE));
        disk.write(StockToolsImages.Fill.RANDOM.block(i), 0, length);
      }
    }
    String blocks =
        StockTools.run("python3", StockTools.script("data_blocks.py").toString(), file.toString())
            .text();
    StringBuilder expected = new StringBuilder();
    listed(file)
        .forEachExtent(
            (first, count) -> {
              for (int i = first; i < first + count; i++) {
                expected.append(i).append('\n');
              }
            });
    assertThat(blocks).isEqualTo(expected.toString());
  }

  private static BlockSet listed(Path file) throws Exception {
    try (RawDisk disk = RawDisk.open(file)) {
      return disk.listed();
    }
  }

  private static BlockSet setOf(Iterable<Integer> blocks) {
    BlockSet.Builder builder = new BlockSet.Builder();
    blocks.forEach(block -> builder.add(block, 1));
    return builder.build();
  }

  private void requireRoundTrip(Path file) throws Exception {
    // Asked before anything is read: reserved space that was never written is a hole for Linux only
    // until it is in the page cache, and reading, or reading ahead, brings it there.
    BlockSet before = listed(file);
    Path archive = dir.resolve("disk.bin");
    try (ImageDirectory image = ImageDirectory.ofDisk(file)) {
      StockToolsImages.pack(image, archive, PackOptions.DEFAULT);
    }
    StockToolsImages.unpack(archive, dir.resolve("out"));
    Path restored = dir.resolve("out").resolve("volume-00.raw");
    assertThat(listed(restored)).as("listed blocks").isEqualTo(before);
    assertThat(Files.mismatch(file, restored)).as("first byte that differs").isEqualTo(-1);
  }
}
