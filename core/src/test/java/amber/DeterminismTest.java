package amber;

import static org.assertj.core.api.Assertions.assertThat;

import amber.archive.ArchiveReader;
import amber.archive.ArchiveStamp;
import amber.archive.Geometry;
import amber.block.Block;
import amber.fixture.Archives;
import amber.fixture.GeneratedVolume;
import amber.fixture.LeakCheck;
import amber.fixture.MemoryStore;
import amber.fixture.MemoryVolumes;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeterminismTest {

  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void bytesDoNotDependOnTheThreads(long seed) throws IOException {
    List<GeneratedVolume> sources =
        List.of(
            GeneratedVolume.mixed(seed, (20 + seed) * Block.SIZE + 512),
            GeneratedVolume.mixed(seed + 50, 31L * Block.SIZE));
    Geometry geometry = new Geometry(1 << seed, 1 << seed);
    byte[] one = Archives.pack(Archives.options(1, geometry), sources);
    for (int threads : new int[] {1, 2, 3, 7}) {
      byte[] again = Archives.pack(Archives.options(threads, geometry), sources);
      // Not isEqualTo, which would print both.
      assertThat(Arrays.mismatch(again, one))
          .as("first byte that differs with seed %d and %d threads", seed, threads)
          .isEqualTo(-1);
    }
  }

  @Test
  void unpackedImagePacksToTheSameBytes() throws IOException {
    List<GeneratedVolume> sources = List.of(GeneratedVolume.mixed(9, 25L * Block.SIZE + 1024));
    PackOptions options = Archives.options(2, new Geometry(2, 4));
    byte[] packed = Archives.pack(options, sources);
    MemoryVolumes volumes = leaks.watch(new MemoryVolumes());
    Archives.unpack(MemoryStore.source("a", packed), 2, volumes);
    byte[] again = Archives.pack(options, List.copyOf(volumes.committed().values()));
    assertThat(Arrays.mismatch(again, packed)).isEqualTo(-1);
  }

  @Test
  void archivesOfDifferentImagesHaveDifferentUuids() throws IOException {
    PackOptions options = Archives.options(1, new Geometry(1, 4));
    UUID first = uuid(options, GeneratedVolume.full(1, 5L * Block.SIZE));
    assertThat(uuid(options, GeneratedVolume.full(1, 5L * Block.SIZE))).isEqualTo(first);
    // Of another size, and with other listed blocks.
    assertThat(uuid(options, GeneratedVolume.full(1, 5L * Block.SIZE + 512))).isNotEqualTo(first);
    assertThat(
            uuid(
                options,
                new GeneratedVolume(1, 5L * Block.SIZE, GeneratedVolume.blocks(0, 4), 0, 3000)))
        .isNotEqualTo(first);
    assertThat(first.version()).isEqualTo(8);
    assertThat(first.variant()).isEqualTo(2);
  }

  @Test
  void everyPartOfAReproducibleStampCounts() {
    var listed = List.of(GeneratedVolume.blocks(0, 4));
    byte[] manifest = {1, 2};
    UUID uuid = ArchiveStamp.reproducible(Instant.EPOCH, "a", manifest, listed).uuid();
    assertThat(ArchiveStamp.reproducible(Instant.EPOCH, "a", manifest, listed).uuid())
        .isEqualTo(uuid);
    assertThat(
            List.of(
                ArchiveStamp.reproducible(Instant.MIN, "a", manifest, listed).uuid(),
                ArchiveStamp.reproducible(Instant.EPOCH, "b", manifest, listed).uuid(),
                ArchiveStamp.reproducible(Instant.EPOCH, "a", new byte[] {1}, listed).uuid(),
                ArchiveStamp.reproducible(
                        Instant.EPOCH,
                        "a",
                        manifest,
                        List.of(GeneratedVolume.blocks(0, 2), GeneratedVolume.blocks(2, 2)))
                    .uuid()))
        .doesNotContain(uuid)
        .doesNotHaveDuplicates();
  }

  @Test
  void stampOfNowIsLikeNoOther() {
    assertThat(ArchiveStamp.now("a").uuid()).isNotEqualTo(ArchiveStamp.now("a").uuid());
  }

  private static UUID uuid(PackOptions options, GeneratedVolume volume) throws IOException {
    byte[] packed = Archives.pack(options, List.of(volume));
    return ArchiveReader.open(MemoryStore.source("a", packed)).index().uuid();
  }
}
