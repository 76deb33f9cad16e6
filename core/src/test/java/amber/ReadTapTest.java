package amber;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import amber.archive.ArchiveStamp;
import amber.archive.Geometry;
import amber.archive.Plan;
import amber.block.Block;
import amber.block.BlockSource;
import amber.fixture.Archives;
import amber.fixture.Fault;
import amber.fixture.Faults;
import amber.fixture.GeneratedVolume;
import amber.fixture.MemoryStore;
import amber.fixture.MemoryVolumes;
import amber.image.Image;
import amber.image.Manifest;
import amber.store.ArchiveSink;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An archive and a copy of the same read. */
class ReadTapTest {

  private static final String NAME = "kept.bin";
  private static final List<GeneratedVolume> SOURCES =
      List.of(
          GeneratedVolume.mixed(1, 200L * Block.SIZE - 512),
          GeneratedVolume.absent(Block.SIZE),
          GeneratedVolume.zero(70L * Block.SIZE));
  private static final long BLOCKS =
      SOURCES.stream().mapToLong(source -> source.listed().size()).sum();

  private final MemoryStore store = new MemoryStore();
  private final MemoryVolumes target = new MemoryVolumes();
  private final Progress progress = new Progress();

  private static List<BlockSource> with(Fault fault) {
    List<BlockSource> sources = new ArrayList<>();
    SOURCES.forEach(source -> sources.add(Faults.onRead(source, fault)));
    return sources;
  }

  private void copy(List<BlockSource> sources, ArchiveSink sink, int threads) throws IOException {
    Image image = Archives.image(sources);
    byte[] manifest = Manifest.write(image);
    ReadPlan read = ReadPlan.of(image.volumes(), sources);
    ReadTap tap = new ReadTap();
    Packer packer = new Packer(Archives.options(threads, Geometry.DEFAULT), progress).sharing(tap);
    Plan plan =
        new Plan(
            image,
            manifest,
            read.listed(),
            Geometry.DEFAULT,
            ArchiveStamp.reproducible(Archives.CREATED, Archives.TOOL, manifest, read.listed()));
    new ImageCopier(threads, progress)
        .copy(read, sources, target, tap, () -> packer.pack(plan, sources, sink, NAME));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void oneReadGivesTheArchiveOfAPackAndTheBlocksOfACopy(int threads) throws IOException {
    Fault counting = Fault.never();
    copy(with(counting), store, threads);
    assertThat(counting.calls()).isEqualTo((int) BLOCKS);
    assertThat(target.differenceTo(SOURCES)).isEmpty();
    MemoryStore alone = new MemoryStore();
    Archives.pack(Archives.options(2, Geometry.DEFAULT), SOURCES, alone, NAME);
    assertThat(store.bytes(NAME)).hasValue(alone.bytes(NAME).orElseThrow());
    assertThat(progress.snapshot().blocks()).isEqualTo(BLOCKS);
  }

  @Test
  void whatTheArchiveDoesNotNeedIsReadForTheCopy() throws IOException {
    List<BlockSource> sources = with(Fault.never());
    ReadPlan read = ReadPlan.of(Archives.image(sources).volumes(), sources);
    new ImageCopier(2, progress).copy(read, sources, target, new ReadTap(), () -> {});
    assertThat(target.differenceTo(SOURCES)).isEmpty();
    assertThat(progress.snapshot().blocks()).isEqualTo(BLOCKS);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 150})
  void failureOfTheReadLeavesNeither(int call) {
    assertThatThrownBy(() -> copy(with(Fault.failing(call)), store, 2))
        .hasMessageEndingWith("broke at call " + call);
    assertNothingIsThere();
  }

  @Test
  void failureOfTheArchiveLeavesNoCopy() {
    assertThatThrownBy(() -> copy(with(Fault.never()), Faults.onAppend(store, Fault.failing(2)), 2))
        .hasMessageEndingWith("broke at call 2");
    assertNothingIsThere();
  }

  private void assertNothingIsThere() {
    assertThat(store.names()).isEmpty();
    assertThat(store.pending()).isZero();
    assertThat(target.committed()).isEmpty();
    assertThat(target.pending()).isZero();
  }

  @Test
  void failureOfACopyEndsTheArchive() {
    List<BlockSource> sources = with(Fault.never());
    assertThatThrownBy(
            () -> {
              Image image = Archives.image(sources);
              byte[] manifest = Manifest.write(image);
              ReadPlan read = ReadPlan.of(image.volumes(), sources);
              ReadTap tap = new ReadTap();
              Packer packer =
                  new Packer(Archives.options(2, Geometry.DEFAULT), progress).sharing(tap);
              Plan plan =
                  packer.plan(
                      image,
                      manifest,
                      sources,
                      listed ->
                          ArchiveStamp.reproducible(
                              Archives.CREATED, Archives.TOOL, manifest, listed));
              new ImageCopier(2, progress)
                  .copy(
                      read,
                      sources,
                      Faults.onWrite(target, Fault.failing(100)),
                      tap,
                      () -> packer.pack(plan, sources, store, NAME));
            })
        .hasMessageEndingWith("broke at call 100");
    assertNothingIsThere();
  }
}
