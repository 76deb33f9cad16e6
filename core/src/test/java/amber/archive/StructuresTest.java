package amber.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import amber.block.Block;
import amber.block.BlockSet;
import amber.fixture.ArchiveEditor;
import amber.fixture.Archives;
import amber.fixture.GeneratedVolume;
import amber.fixture.MemoryStore;
import amber.frame.FrameEncoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Locator, segment header and index: what was written is read back. */
class StructuresTest {

  private static final UUID ID = new UUID(0x0123456789ABCDEFL, 0x8123456789ABCDEFL);

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private static byte[] noise(int length) {
    byte[] noise = new byte[length];
    new Random(length).nextBytes(noise);
    return noise;
  }

  private static Locator locator() {
    return new Locator(
        ID,
        11,
        1L << 40,
        22,
        33,
        (1L << 40) + 22,
        44,
        55,
        1L << 41,
        66,
        77,
        noise(32),
        noise(32),
        88,
        99);
  }

  @Test
  void locatorIsReadBack() throws Exception {
    byte[] frame = bytes(locator().write());
    assertThat(frame).hasSize(Locator.FRAME_BYTES);
    assertThat(Locator.read(frame, "a")).usingRecursiveComparison().isEqualTo(locator());
  }

  @Test
  void everyFlippedBitOfALocatorIsNoticed() {
    byte[] frame = bytes(locator().write());
    for (int bit = 0; bit < 8 * frame.length; bit++) {
      byte[] flipped = frame.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      assertThatThrownBy(() -> Locator.read(flipped, "a"))
          .as("bit %d", bit)
          .isInstanceOf(BadStructureException.class);
    }
  }

  private static SegmentHeader header(int blockCount, int blocksPerFrame) {
    int[] blocks = new int[blockCount];
    for (int i = 0; i < blockCount; i++) {
      blocks[i] = 3 * i + 1;
    }
    int frames = (blockCount + blocksPerFrame - 1) / blocksPerFrame;
    int[] lengths = new int[frames];
    for (int i = 0; i < frames; i++) {
      lengths[i] = 100 + i;
    }
    return new SegmentHeader(
        ID,
        7,
        2,
        3L * blockCount * Block.SIZE,
        1L << 33,
        blocksPerFrame,
        blocks,
        noise(32 * blockCount),
        lengths,
        88);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 16", "2, 1", "7, 2", "8, 8", "128, 8", "2048, 1", "2047, 16"})
  void segmentHeaderIsReadBack(int blocks, int blocksPerFrame) throws Exception {
    SegmentHeader header = header(blocks, blocksPerFrame);
    ByteBuffer frame = ByteBuffer.allocate(header.frameBytes());
    byte[] hash = header.write(frame);
    frame.flip();
    assertThat(frame.remaining()).isEqualTo(header.frameBytes());
    assertThat(SegmentHeader.hashOf(frame)).isEqualTo(hash);
    assertThat(SegmentHeader.read(frame)).usingRecursiveComparison().isEqualTo(header);
  }

  @Test
  void everyFlippedBitOfASegmentHeaderIsNoticed() {
    SegmentHeader header = header(3, 2);
    ByteBuffer frame = ByteBuffer.allocate(header.frameBytes());
    header.write(frame);
    for (int bit = 0; bit < 8 * frame.capacity(); bit++) {
      byte[] flipped = frame.array().clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      assertThatThrownBy(() -> SegmentHeader.read(ByteBuffer.wrap(flipped)))
          .as("bit %d", bit)
          .isInstanceOf(BadStructureException.class);
    }
  }

  @Test
  void indexTellsWhereEverythingIs() throws IOException {
    BlockSet listed = new BlockSet.Builder().add(1, 5).add(9, 1).add(12, 8).build();
    List<GeneratedVolume> sources =
        List.of(
            new GeneratedVolume(1, 20L * Block.SIZE, listed, 40, 300),
            GeneratedVolume.absent(512),
            GeneratedVolume.full(2, Block.SIZE + 512));
    Geometry geometry = new Geometry(2, 4);
    byte[] archive = Archives.pack(Archives.options(2, geometry), sources);
    ArchiveReader reader = ArchiveReader.open(MemoryStore.source("a", archive));
    Index index = reader.index();
    assertThat(index.geometry()).isEqualTo(geometry);
    assertThat(index.volumes()).hasSize(3);
    assertThat(index.segmentCount()).isEqualTo(4 + 0 + 1);
    assertThat(index.frameCount()).isEqualTo(7 + 0 + 1);
    ArchiveEditor editor = new ArchiveEditor(archive);
    int number = 0;
    for (int volume = 0; volume < 3; volume++) {
      VolumeEntry entry = index.volumes().get(volume);
      assertThat(entry.sizeBytes()).isEqualTo(sources.get(volume).sizeBytes());
      assertThat(entry.listed()).isEqualTo(sources.get(volume).listed());
      assertThat(entry.firstSegment()).isEqualTo(number);
      long ordinal = 0;
      long stored = entry.prologBytes();
      for (int i = 0; i < entry.segmentCount(); i++, number++) {
        SegmentEntry segment = index.segment(number);
        byte[] bytes = editor.segment(number);
        int at = (int) segment.offset();
        assertThat(bytes).isEqualTo(Arrays.copyOfRange(archive, at, at + segment.storedBytes()));
        assertThat(segment.volume()).isEqualTo(volume);
        assertThat(segment.firstOrdinal()).isEqualTo(ordinal);
        ordinal += segment.blocks();
        stored += segment.storedBytes();
      }
      assertThat(ordinal).isEqualTo(entry.listed().size());
      assertThat(index.storedBytes(entry)).isEqualTo(stored);
    }
    assertThat(reader.image()).isEqualTo(Archives.image(sources));
    assertThat(index.manifest()).isEqualTo(editor.manifest());
  }

  @Test
  void smallArchiveIsOpenedInOneRead() throws IOException {
    byte[] archive =
        Archives.pack(Archives.options(1, Geometry.DEFAULT), List.of(GeneratedVolume.full(1, 512)));
    ArchiveReader reader = ArchiveReader.open(MemoryStore.source("a", archive));
    assertThat(reader.reads()).isEqualTo(1);
    assertThat(reader.sizeBytes()).isEqualTo(archive.length);
  }

  @ParameterizedTest
  @CsvSource({"1, 2048", "2, 2048", "4, 2048", "8, 2048", "16, 2048", "8, 128"})
  void anySegmentFitsABuffer(int blocksPerFrame, int blocksPerSegment) {
    Geometry geometry = new Geometry(blocksPerFrame, blocksPerSegment);
    long plain = (long) blocksPerSegment * Block.SIZE;
    assertThat((long) geometry.maxSegmentBytes())
        .isGreaterThanOrEqualTo(
            plain / geometry.frameBytes() * FrameEncoder.bound(geometry.frameBytes()));
  }

  @ParameterizedTest
  @CsvSource({"0, 8", "3, 9", "32, 64", "8, 12", "8, 4", "1, 2049", "16, 4096", "-8, -8", "8, 0"})
  void otherGeometriesAreRefused(int blocksPerFrame, int blocksPerSegment) {
    assertThatThrownBy(() -> new Geometry(blocksPerFrame, blocksPerSegment))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void planRefusesBlocksOutsideTheirVolume() {
    List<GeneratedVolume> sources = List.of(GeneratedVolume.full(1, 512));
    List<BlockSet> listed = List.of(GeneratedVolume.blocks(1, 1));
    ArchiveStamp stamp = ArchiveStamp.now("test");
    assertThatThrownBy(
            () -> new Plan(Archives.image(sources), new byte[0], listed, Geometry.DEFAULT, stamp))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("volume 0: block 1 is listed, the volume has 1");
  }
}
