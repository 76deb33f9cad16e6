package amber.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import amber.block.Block;
import amber.block.BlockReader;
import amber.block.BlockSet;
import amber.block.BlockSource;
import amber.fixture.Archives;
import amber.fixture.GeneratedVolume;
import amber.image.Image;
import amber.image.Manifest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SegmentReadersTest {

  private static final Geometry GEOMETRY = new Geometry(2, 4);

  /** Tells which readers are open, by their first block. */
  private static final class FarVolume implements BlockSource {
    private final int blocks;
    private final int ahead;
    private final List<Integer> open = new ArrayList<>();
    private int unreadable = -1;

    FarVolume(int blocks, int ahead) {
      this.blocks = blocks;
      this.ahead = ahead;
    }

    @Override
    public String location() {
      return "far";
    }

    @Override
    public long sizeBytes() {
      return (long) blocks * Block.SIZE;
    }

    @Override
    public BlockSet listed() {
      return GeneratedVolume.blocks(0, blocks);
    }

    @Override
    public int blocksAhead() {
      return ahead;
    }

    @Override
    public BlockReader read(int[] indexes) throws IOException {
      Integer first = indexes[0];
      if (first == unreadable) {
        throw new IOException("far: unreadable");
      }
      open.add(first);
      return new BlockReader() {
        @Override
        public byte[] next(ByteBuffer slot) {
          throw new UnsupportedOperationException();
        }

        @Override
        public void close() {
          open.remove(first);
        }
      };
    }

    @Override
    public void confirmUnchanged() {}

    @Override
    public void close() {}
  }

  private static SegmentReaders readers(BlockSource... volumes) throws IOException {
    List<BlockSource> sources = List.of(volumes);
    Image image = Archives.image(sources);
    List<BlockSet> listed = new ArrayList<>();
    for (BlockSource source : sources) {
      listed.add(source.listed());
    }
    byte[] manifest = Manifest.write(image);
    Plan plan =
        new Plan(
            image,
            manifest,
            listed,
            GEOMETRY,
            ArchiveStamp.reproducible(Archives.CREATED, Archives.TOOL, manifest, listed));
    return new SegmentReaders(plan.segments(), sources);
  }

  @Test
  void readersAreOpenedAsFarAheadAsTheSourceWants() throws IOException {
    FarVolume far = new FarVolume(22, 6);
    try (SegmentReaders readers = readers(far)) {
      PlannedSegment first = readers.next();
      assertThat(far.open).containsExactly(0, 4, 8);
      readers.next();
      assertThat(far.open).containsExactly(0, 4, 8, 12);
      try (BlockReader reader = readers.open(first)) {
        assertThat(reader).isNotNull();
      }
      assertThat(far.open).containsExactly(4, 8, 12);
      int count = 2;
      while (readers.hasNext()) {
        assertThat(readers.next().number()).isEqualTo(count++);
      }
      assertThat(count).isEqualTo(6);
      assertThat(far.open).containsExactly(4, 8, 12, 16, 20);
    }
    assertThat(far.open).isEmpty();
  }

  @Test
  void nearVolumeIsOpenedWhenItIsRead() throws IOException {
    FarVolume near = new FarVolume(22, 0);
    try (SegmentReaders readers = readers(near)) {
      PlannedSegment first = readers.next();
      assertThat(near.open).isEmpty();
      try (BlockReader reader = readers.open(first)) {
        assertThat(reader).isNotNull();
        assertThat(near.open).containsExactly(0);
      }
    }
  }

  @Test
  void nextVolumeIsBegunBeforeTheOneBeforeIsThrough() throws IOException {
    FarVolume far = new FarVolume(4, 6);
    FarVolume other = new FarVolume(8, 6);
    try (SegmentReaders readers = readers(far, other)) {
      readers.next();
      assertThat(far.open).containsExactly(0);
      assertThat(other.open).containsExactly(0, 4);
    }
    assertThat(other.open).isEmpty();
  }

  @Test
  void failureIsToldInItsTurn() throws IOException {
    FarVolume far = new FarVolume(12, 12);
    far.unreadable = 4;
    try (SegmentReaders readers = readers(far)) {
      PlannedSegment first = readers.next();
      PlannedSegment second = readers.next();
      readers.open(first).close();
      assertThatThrownBy(() -> readers.open(second)).hasMessage("far: unreadable");
    }
    assertThat(far.open).isEmpty();
  }
}
