package amber;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import amber.archive.Geometry;
import amber.block.Block;
import amber.block.BlockDigest;
import amber.block.BlockReader;
import amber.block.BlockSet;
import amber.block.BlockSink;
import amber.block.BlockSource;
import amber.block.SourceChangedException;
import amber.fixture.Fault;
import amber.fixture.Faults;
import amber.fixture.GeneratedVolume;
import amber.fixture.MemoryVolumes;
import amber.image.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageCopierTest {

  private static final long GIB = 1L << 30;

  private final Progress progress = new Progress();
  private final MemoryVolumes target = new MemoryVolumes();

  private static List<Volume> volumes(List<? extends BlockSource> sources) {
    List<Volume> volumes = new ArrayList<>();
    for (BlockSource source : sources) {
      volumes.add(new Volume(volumes.size(), source.sizeBytes(), Optional.empty()));
    }
    return volumes;
  }

  private List<byte[]> copy(List<? extends BlockSource> sources, BlockSink sink, int threads)
      throws IOException {
    ReadPlan plan = ReadPlan.of(volumes(sources), sources);
    return new ImageCopier(threads, progress).copy(plan, sources, sink);
  }

  private static List<GeneratedVolume> image() {
    return List.of(
        GeneratedVolume.mixed(1, 200L * Block.SIZE - 512),
        GeneratedVolume.absent(GIB),
        GeneratedVolume.zero(70L * Block.SIZE),
        GeneratedVolume.scattered(2, 8 * GIB, 30));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7})
  void listedBlocksArriveAndAbsentOnesStayAbsent(int threads) throws IOException {
    copy(image(), target, threads);
    assertThat(target.differenceTo(image())).isEmpty();
    assertThat(target.pending()).isZero();
    Progress.Snapshot counts = progress.snapshot();
    long listed = image().stream().mapToLong(volume -> volume.listed().size()).sum();
    assertThat(counts.totalBlocks()).isEqualTo(listed);
    assertThat(counts.blocks()).isEqualTo(listed);
    assertThat(counts.zeroBlocks()).isGreaterThanOrEqualTo(70);
  }

  @Test
  void digestOfEachVolumeIsTheLinearOne() throws IOException {
    List<byte[]> linear = copy(image(), target, 3);
    for (int number = 0; number < linear.size(); number++) {
      GeneratedVolume volume = image().get(number);
      MessageDigest expected = BlockDigest.newSha256();
      for (int index : volume.listed().slice(0, volume.listed().size())) {
        expected.update(new BlockDigest().of(ByteBuffer.wrap(volume.content(index))));
      }
      assertThat(linear.get(number)).isEqualTo(expected.digest());
    }
  }

  @Test
  void readersAreOpenedAheadOfTheWork() throws IOException {
    int perSegment = Geometry.DEFAULT.blocksPerSegment();
    GeneratedVolume volume = GeneratedVolume.full(3, 4L * perSegment * Block.SIZE);
    AtomicInteger opened = new AtomicInteger();
    AtomicInteger openAtFirstRead = new AtomicInteger();
    BlockSource far =
        new Far(volume, 2 * perSegment) {
          @Override
          public BlockReader read(int[] indexes) throws IOException {
            opened.incrementAndGet();
            BlockReader reader = super.read(indexes);
            return new BlockReader() {
              @Override
              public byte[] next(ByteBuffer slot) throws IOException {
                openAtFirstRead.compareAndSet(0, opened.get());
                return reader.next(slot);
              }

              @Override
              public void close() {
                reader.close();
              }
            };
          }
        };
    copy(List.of(far), target, 1);
    assertThat(openAtFirstRead.get()).isGreaterThanOrEqualTo(3);
    assertThat(target.differenceTo(List.of(volume))).isEmpty();
  }

  /** Says that it is worth to begin ahead. */
  private static class Far implements BlockSource {
    private final BlockSource near;
    private final int ahead;

    Far(BlockSource near, int ahead) {
      this.near = near;
      this.ahead = ahead;
    }

    @Override
    public String location() {
      return near.location();
    }

    @Override
    public long sizeBytes() {
      return near.sizeBytes();
    }

    @Override
    public BlockSet listed() throws IOException {
      return near.listed();
    }

    @Override
    public int blocksAhead() {
      return ahead;
    }

    @Override
    public BlockReader read(int[] indexes) throws IOException {
      return near.read(indexes);
    }

    @Override
    public void confirmUnchanged() throws IOException {
      near.confirmUnchanged();
    }

    @Override
    public void close() throws IOException {
      near.close();
    }
  }

  @Test
  void readThatFailsLeavesNothing() {
    BlockSource broken = Faults.onRead(image().get(0), Fault.failing(90));
    assertNothingIsLeft(List.of(broken), target, "broke at call 90");
  }

  @Test
  void writeThatFailsLeavesNothing() {
    BlockSink broken = Faults.onWrite(target, Fault.failing(40));
    assertNothingIsLeft(image(), broken, "broke at call 40");
  }

  @Test
  void volumeThatCannotBeBegunLeavesNothing() {
    BlockSink broken = Faults.onBegin(target, Fault.failing(3));
    assertNothingIsLeft(image(), broken, "broke at call 3");
  }

  @Test
  void sourceThatChangedLeavesNothing() {
    BlockSource changed =
        Faults.onConfirm(
            image().get(0),
            Fault.before(
                1,
                location -> {
                  throw new SourceChangedException(location, "was written to");
                }));
    assertNothingIsLeft(List.of(changed), target, "was written to");
  }

  private void assertNothingIsLeft(
      List<? extends BlockSource> sources, BlockSink sink, String message) {
    assertThatThrownBy(() -> copy(sources, sink, 2))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(message);
    assertThat(target.pending()).isZero();
    assertThat(target.committed()).isEmpty();
  }

  @Test
  void verifyReadsAllAndWritesNothing() throws IOException {
    List<GeneratedVolume> image = image();
    ReadPlan plan = ReadPlan.of(volumes(image), image);
    List<byte[]> verified = new Verifier(2, progress).verify(plan, image);
    assertThat(progress.snapshot().blocks()).isEqualTo(plan.blockCount());
    List<byte[]> copied = copy(image, target, 2);
    for (int number = 0; number < image.size(); number++) {
      assertThat(verified.get(number)).isEqualTo(copied.get(number));
    }
    BlockSource broken = Faults.onRead(image.get(0), Fault.failing(7));
    assertThatThrownBy(
            () ->
                new Verifier(2, new Progress())
                    .verify(plan, List.of(broken, image.get(1), image.get(2), image.get(3))))
        .hasMessageContaining("broke at call 7");
  }

  @Test
  void blockOutsideOfItsVolumeIsRefused() {
    List<Volume> small = List.of(new Volume(0, 512, Optional.empty()));
    assertThatThrownBy(() -> new ReadPlan(small, List.of(GeneratedVolume.blocks(1, 1))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("block 1 is listed, the volume has 1");
  }
}
