package amber;

import static org.assertj.core.api.Assertions.assertThat;

import amber.archive.Geometry;
import amber.block.Block;
import amber.block.BlockSet;
import amber.fixture.Archives;
import amber.fixture.GeneratedVolume;
import amber.fixture.LeakCheck;
import amber.fixture.MemoryStore;
import amber.fixture.MemoryVolumes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoundTripTest {

  private static final long GIB = 1L << 30;
  private static final long TIB = 1L << 40;
  private static final Geometry SMALL = new Geometry(1, 4);

  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  @ParameterizedTest
  @ValueSource(
      longs = {
        512,
        1024,
        Block.SIZE - 512,
        Block.SIZE,
        Block.SIZE + 512,
        2 * Block.SIZE - 512,
        9 * Block.SIZE + 512
      })
  void smallVolumeOfAnySizeComesBack(long sizeBytes) throws IOException {
    assertComesBack(SMALL, List.of(GeneratedVolume.full(1, sizeBytes)));
    assertComesBack(SMALL, List.of(GeneratedVolume.zero(sizeBytes)));
    assertComesBack(SMALL, List.of(GeneratedVolume.absent(sizeBytes)));
  }

  @ParameterizedTest
  @ValueSource(longs = {GIB, 2 * GIB, 8 * GIB, 100 * GIB, 100 * GIB + 512})
  void largeVolumeComesBack(long sizeBytes) throws IOException {
    assertComesBack(Geometry.DEFAULT, List.of(GeneratedVolume.scattered(2, sizeBytes, 40)));
  }

  static Stream<Integer> listedBlocks() {
    // Around a frame and a segment of 2 and 8 blocks.
    return Stream.of(0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 40);
  }

  @ParameterizedTest
  @MethodSource("listedBlocks")
  void anyNumberOfListedBlocksComesBack(int blocks) throws IOException {
    long sizeBytes = 50L * Block.SIZE;
    assertComesBack(
        new Geometry(2, 8),
        List.of(new GeneratedVolume(3, sizeBytes, GeneratedVolume.blocks(5, blocks), 20, 3000)));
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 4", "8, 128", "16, 32", "2, 2048"})
  void everyGeometryBringsTheImageBack(int blocksPerFrame, int blocksPerSegment)
      throws IOException {
    assertComesBack(
        new Geometry(blocksPerFrame, blocksPerSegment),
        List.of(
            GeneratedVolume.mixed(4, 140L * Block.SIZE - 512),
            GeneratedVolume.full(5, 33L * Block.SIZE)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 26})
  void anyNumberOfVolumesComesBack(int volumes) throws IOException {
    List<GeneratedVolume> sources =
        IntStream.range(0, volumes)
            .mapToObj(i -> GeneratedVolume.mixed(i, (1 + i % 5L) * Block.SIZE + 512))
            .toList();
    assertComesBack(SMALL, sources);
  }

  @Test
  void volumesWithoutListedBlocksComeBackWhereverTheyAre() throws IOException {
    GeneratedVolume empty = GeneratedVolume.absent(GIB);
    GeneratedVolume data = GeneratedVolume.full(6, 5L * Block.SIZE);
    assertComesBack(SMALL, List.of(empty, data));
    assertComesBack(SMALL, List.of(data, empty));
    assertComesBack(SMALL, List.of(empty, empty, data, empty, data));
    assertComesBack(SMALL, List.of(empty, empty));
  }

  @ParameterizedTest
  @CsvSource({"0, 4", "1, 3", "0, 3", "1, 2", "3, 1", "2, 1"})
  void firstAndLastBlockMayBeListedOrNot(int first, int count) throws IOException {
    BlockSet listed = GeneratedVolume.blocks(first, count);
    assertComesBack(SMALL, List.of(new GeneratedVolume(7, 3L * Block.SIZE + 512, listed, 0, 3000)));
    assertComesBack(SMALL, List.of(new GeneratedVolume(7, 4L * Block.SIZE, listed, 0, 3000)));
  }

  @Test
  void incompressibleBlocksComeBack() throws IOException {
    BlockSet listed = GeneratedVolume.blocks(0, 40);
    assertComesBack(
        new Geometry(8, 16),
        List.of(new GeneratedVolume(8, 40L * Block.SIZE, listed, 0, Block.SIZE)));
  }

  @Test
  void scatteredBlocksOfTheLargestVolumeComeBack() throws IOException {
    assertComesBack(Geometry.DEFAULT, List.of(GeneratedVolume.scattered(9, 64 * TIB, 300)));
  }

  @Test
  void thousandsOfExtentsComeBack() throws IOException {
    BlockSet.Builder listed = new BlockSet.Builder();
    for (int i = 0; i < 5_000; i++) {
      listed.add(2 * i, 1);
    }
    // All zero, because it is the extents that are many here, and not the time.
    assertComesBack(
        Geometry.DEFAULT,
        List.of(new GeneratedVolume(10, 10_000L * Block.SIZE, listed.build(), 100, 0)));
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14, 15, 16})
  void randomImagesComeBack(long seed) throws IOException {
    List<GeneratedVolume> sources = new ArrayList<>();
    for (int i = 0; i <= seed % 4; i++) {
      sources.add(GeneratedVolume.mixed(seed * 100 + i, (seed * 7 + i) * Block.SIZE + 512L * i));
    }
    assertComesBack(new Geometry(1 << seed % 4, 8 << seed % 3), sources);
  }

  private void assertComesBack(Geometry geometry, List<GeneratedVolume> sources)
      throws IOException {
    MemoryStore store = leaks.watch(new MemoryStore());
    Archives.pack(Archives.options(2, geometry), sources, store, "archive");
    Archives.verify(store.open("archive"), 2);
    MemoryVolumes volumes = leaks.watch(new MemoryVolumes());
    Archives.unpack(store.open("archive"), 2, volumes);
    assertThat(volumes.differenceTo(sources)).as("%s, %s", geometry, sources).isEmpty();
  }
}
