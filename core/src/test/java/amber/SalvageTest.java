package amber;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import amber.archive.Geometry;
import amber.block.Block;
import amber.block.BlockSet;
import amber.block.BlockSource;
import amber.fixture.ArchiveEditor;
import amber.fixture.ArchiveEditor.Kind;
import amber.fixture.Archives;
import amber.fixture.ByteVolume;
import amber.fixture.GeneratedVolume;
import amber.fixture.LeakCheck;
import amber.fixture.MemoryStore;
import amber.fixture.MemoryVolumes;
import amber.fixture.MemoryVolumes.MemoryVolume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whatever is left of an archive: salvage recovers it, and never anything else. */
class SalvageTest {

  private static byte[] archive;

  // The image as it is restored from the whole archive: its digests need not be made each time.
  private static List<MemoryVolume> image;

  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  @BeforeAll
  static void pack() throws IOException {
    List<GeneratedVolume> sources =
        List.of(
            withOneDataBlock(5L * Block.SIZE + 512, GeneratedVolume.blocks(1, 5)),
            GeneratedVolume.absent(Block.SIZE),
            withOneDataBlock(3L * Block.SIZE, GeneratedVolume.blocks(0, 3)));
    archive = Archives.pack(Archives.options(1, new Geometry(1, 2)), sources);
    MemoryVolumes volumes = new MemoryVolumes();
    Archives.unpack(MemoryStore.source("whole", archive), 1, volumes);
    assertThat(volumes.differenceTo(sources)).isEmpty();
    image = List.copyOf(volumes.committed().values());
  }

  /** The others are zero blocks, which are read quickly. */
  private static GeneratedVolume withOneDataBlock(long sizeBytes, BlockSet listed) {
    for (long seed = 0; ; seed++) {
      GeneratedVolume volume = new GeneratedVolume(seed, sizeBytes, listed, 70, 200);
      long data =
          Arrays.stream(listed.slice(0, listed.size()))
              .filter(index -> !Block.isZero(ByteBuffer.wrap(volume.content(index))))
              .count();
      if (data == 1) {
        return volume;
      }
    }
  }

  private record Salvage(Salvager.Report report, MemoryVolumes volumes) {
    long blocks() {
      return volumes.committed().values().stream().mapToLong(v -> v.listed().size()).sum();
    }
  }

  private Salvage salvage(byte[] damaged) throws IOException {
    MemoryVolumes volumes = leaks.watch(new MemoryVolumes());
    Salvager salvager = new Salvager(1, new Progress());
    Salvage salvage =
        new Salvage(salvager.salvage(MemoryStore.source("damaged", damaged), volumes), volumes);
    assertThat(salvage.blocks()).isEqualTo(salvage.report().wholeBlocks());
    return salvage;
  }

  /** Asserts that nothing was recovered that was not there. */
  private static void assertRight(
      String what, Salvage salvage, List<? extends BlockSource> originals) throws IOException {
    for (Map.Entry<Integer, MemoryVolume> each : salvage.volumes().committed().entrySet()) {
      assertThat(each.getKey()).as(what).isLessThan(originals.size());
      BlockSource original = originals.get(each.getKey());
      assertThat(each.getValue().sizeBytes()).as(what).isEqualTo(original.sizeBytes());
      BlockSet listed = each.getValue().listed();
      for (int index : listed.slice(0, listed.size())) {
        assertThat(original.listed().contains(index)).as("%s, block %d", what, index).isTrue();
      }
      assertThat(each.getValue().wrongBlock(original)).as(what).isEmpty();
    }
  }

  @Test
  void wholeArchiveIsRecoveredCompletely() throws IOException {
    Salvage salvage = salvage(archive);
    assertThat(salvage.report().complete()).isTrue();
    assertThat(salvage.volumes().differenceTo(image)).isEmpty();
    assertThat(salvage.report().scan().manifest()).hasValue(new ArchiveEditor(archive).manifest());
  }

  @Test
  void cutArchiveGivesWhatIsLeftOfIt() throws IOException {
    long before = 0;
    BitSet borders = nearBorders(archive);
    for (int length = 0; length <= archive.length; length++) {
      if (length % 4 != 0 && !borders.get(length)) {
        continue;
      }
      String what = "cut to %d of %d bytes".formatted(length, archive.length);
      Salvage salvage = salvage(Arrays.copyOf(archive, length));
      assertRight(what, salvage, image);
      assertThat(salvage.blocks()).as(what).isGreaterThanOrEqualTo(before);
      before = salvage.blocks();
    }
    assertThat(before).isEqualTo(8);
  }

  private static BitSet nearBorders(byte[] bytes) {
    BitSet near = new BitSet();
    for (int at = 0; at <= bytes.length; at += ArchiveEditor.frameLength(bytes, at)) {
      near.set(Math.max(0, at - 2), at + 3);
      if (at == bytes.length) {
        break;
      }
    }
    return near;
  }

  @Test
  void flippedBitCostsAtMostOneSegment() throws IOException {
    for (int at = 0; at < archive.length; at += 5) {
      byte[] damaged = archive.clone();
      damaged[at] ^= (byte) (1 << at % 8);
      String what = "bit %d of byte %d of %d flipped".formatted(at % 8, at, archive.length);
      Salvage salvage = salvage(damaged);
      assertRight(what, salvage, image);
      assertThat(salvage.blocks()).as(what).isGreaterThanOrEqualTo(6);
    }
  }

  @Test
  void segmentWithoutItsHeaderIsMissedAndCounted() throws IOException {
    byte[] damaged =
        new ArchiveEditor(archive)
            .replace(Kind.SEGMENT, 1, bytes -> new byte[bytes.length])
            .build();
    Salvage salvage = salvage(damaged);
    assertRight("segment 1 lost", salvage, image);
    assertThat(salvage.blocks()).isEqualTo(6);
    assertThat(salvage.report().scan().missingBetween()).isEqualTo(1);
    assertThat(salvage.report().complete()).isFalse();
  }

  @Test
  void damagedFrameCostsItsOwnBlocksOnly() throws IOException {
    byte[] damaged =
        new ArchiveEditor(archive).dataFrame(1, 0, frame -> new byte[frame.length]).build();
    Salvage salvage = salvage(damaged);
    assertRight("frame 0 of segment 1 lost", salvage, image);
    assertThat(salvage.blocks()).isEqualTo(7);
    assertThat(salvage.report().damage())
        .singleElement()
        .asString()
        .startsWith("segment 1 (volume 0) at byte ")
        .contains("block 3 on");
    assertThat(salvage.report().complete()).isFalse();
  }

  @Test
  void lostManifestIsToldAndVolumesComeFromTheSegments() throws IOException {
    byte[] damaged = archive.clone();
    Arrays.fill(damaged, 0, 50, (byte) 0);
    Salvage salvage = salvage(damaged);
    assertThat(salvage.report().scan().manifest()).isEmpty();
    assertThat(salvage.report().scan().image()).isEmpty();
    assertRight("manifest lost", salvage, image);
    // The second volume has no blocks: nothing tells of it any more.
    assertThat(salvage.volumes().committed()).containsOnlyKeys(0, 2);
    assertThat(salvage.blocks()).isEqualTo(8);
  }

  @Test
  void bytesThatAreNoArchiveGiveNothing() throws IOException {
    Random random = new Random(1);
    for (int length : new int[] {0, 1, 7, 8, 15, 16, 200, 5000, 3 << 20}) {
      byte[] noise = new byte[length];
      random.nextBytes(noise);
      assertThat(salvage(noise).blocks()).isZero();
      assertThat(salvage(new byte[length]).blocks()).isZero();
    }
    // Frames that are right and hold no tar, or one that contradicts itself.
    byte[] text = new byte[1024];
    Arrays.fill(text, (byte) 'x');
    assertThat(salvage(ArchiveEditor.frame(text)).blocks()).isZero();
    byte[] otherTar = new byte[1024];
    System.arraycopy("manifest.json".getBytes(US_ASCII), 0, otherTar, 0, 13);
    Arrays.fill(otherTar, 124, 135, (byte) '9');
    assertThat(salvage(ArchiveEditor.frame(otherTar)).blocks()).isZero();
  }

  @Test
  void segmentsThatContradictEachOtherDoNoHarm() throws IOException {
    byte[] contradicting =
        new ArchiveEditor(archive)
            .segmentHeader(1, header -> header.putLong(48, 1000L * Block.SIZE))
            .build();
    Salvage salvage = salvage(contradicting);
    assertRight("segment 1 of another size", salvage, image);
    assertThat(salvage.blocks()).isEqualTo(6);
  }

  /** An archive that lies inside a volume of another archive, and is not compressible. */
  private record Nested(byte[] outer, ByteVolume volume) {

    static Nested make() throws IOException {
      GeneratedVolume noise =
          new GeneratedVolume(3, 2L * Block.SIZE, GeneratedVolume.blocks(0, 2), 0, Block.SIZE);
      byte[] inner = Archives.pack(Archives.options(1, new Geometry(1, 1)), List.of(noise));
      byte[] around = new byte[6 * Block.SIZE];
      new Random(4).nextBytes(around);
      System.arraycopy(inner, 0, around, 1000, inner.length);
      ByteVolume volume = new ByteVolume(around);
      byte[] outer = Archives.pack(Archives.options(1, new Geometry(1, 2)), List.of(volume));
      return new Nested(outer, volume);
    }

    byte[] withoutFirstHeader() {
      byte[] damaged = outer.clone();
      byte[] header = Arrays.copyOf(new ArchiveEditor(outer).segment(0), 100);
      int at = indexOf(outer, header);
      Arrays.fill(damaged, at, at + 100, (byte) 0);
      return damaged;
    }

    static int indexOf(byte[] bytes, byte[] part) {
      for (int at = 0; at <= bytes.length - part.length; at++) {
        if (Arrays.equals(bytes, at, at + part.length, part, 0, part.length)) {
          return at;
        }
      }
      throw new AssertionError("not there");
    }
  }

  @Test
  void archiveInsideAVolumeIsData() throws IOException {
    Nested nested = Nested.make();
    Salvage salvage = salvage(nested.outer());
    assertThat(salvage.report().complete()).isTrue();
    assertThat(salvage.volumes().differenceTo(List.of(nested.volume()))).isEmpty();
  }

  @Test
  void archiveInsideADamagedSegmentIsNotTakenForTheWholeOne() throws IOException {
    Nested nested = Nested.make();
    Salvage salvage = salvage(nested.withoutFirstHeader());
    assertRight("first header lost", salvage, List.of(nested.volume()));
    assertThat(salvage.blocks()).isEqualTo(4);
    assertThat(salvage.report().scan().foreignSegments()).isPositive();
  }

  @Test
  void archiveInsideADamagedSegmentIsToldApartWithoutTheEndToo() throws IOException {
    Nested nested = Nested.make();
    byte[] damaged = nested.withoutFirstHeader();
    Salvage salvage = salvage(Arrays.copyOf(damaged, damaged.length - 3000));
    assertRight("first header and end lost", salvage, List.of(nested.volume()));
    assertThat(salvage.blocks()).isGreaterThanOrEqualTo(3);
  }
}
