package amber;

import static org.assertj.core.api.Assertions.assertThat;

import amber.archive.CorruptArchiveException;
import amber.archive.Geometry;
import amber.archive.UnsupportedArchiveException;
import amber.block.Block;
import amber.fixture.ArchiveEditor;
import amber.fixture.Archives;
import amber.fixture.GeneratedVolume;
import amber.fixture.LeakCheck;
import amber.fixture.MemoryStore;
import amber.fixture.MemoryVolumes;
import amber.fixture.MemoryVolumes.MemoryVolume;
import com.github.luben.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whatever happens to an archive's bytes: it is noticed, or the image is still the same. */
class DamageTest {

  // All bits of every byte take minutes: -Damber.flips=all asks for them.
  private static final boolean ALL_BITS = "all".equals(System.getProperty("amber.flips"));

  private static final List<GeneratedVolume> SOURCES =
      List.of(
          GeneratedVolume.zero(3L * Block.SIZE),
          GeneratedVolume.absent(3L * Block.SIZE),
          new GeneratedVolume(1, 1536, GeneratedVolume.blocks(0, 1), 0, 1200));

  private static byte[] archive;
  private static MemoryVolumes image;

  private int checked;

  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  @BeforeAll
  static void pack() throws IOException {
    archive = Archives.pack(Archives.options(1, new Geometry(2, 2)), SOURCES);
    image = new MemoryVolumes();
    Archives.unpack(MemoryStore.source("whole", archive), 1, image);
    assertThat(image.differenceTo(SOURCES)).isEmpty();
  }

  @Test
  void flippedBitIsNoticedOrHarmless() throws Exception {
    byte[] tar = tarStream(archive);
    int unnoticed = 0;
    for (int at = 0; at < archive.length; at++) {
      for (int bit = 0; bit < 8; bit++) {
        if (ALL_BITS || bit == at % 8) {
          byte[] damaged = archive.clone();
          damaged[at] ^= (byte) (1 << bit);
          String what = "bit %d of byte %d of %d flipped".formatted(bit, at, archive.length);
          if (!isNoticed(damaged, what)) {
            // As when a match is copied from another place where the same bytes stand.
            assertThat(tarStream(damaged)).as(what).isEqualTo(tar);
            assertThat(zstdBlocks(archive).get(at)).as(what + ", inside a zstd block").isTrue();
            unnoticed++;
          }
        }
      }
    }
    assertThat(unnoticed)
        .as("flips that decode to the same")
        .isLessThan(archive.length * (ALL_BITS ? 8 : 1) / 50);
  }

  @Test
  void truncationAtAnyLengthIsNoticed() throws Exception {
    for (int length = 0; length < archive.length; length++) {
      String what = "cut to %d of %d bytes".formatted(length, archive.length);
      assertThat(isNoticed(Arrays.copyOf(archive, length), what)).as(what).isTrue();
    }
  }

  @Test
  void bytesBehindTheEndAreNoticed() throws Exception {
    Random random = new Random(1);
    for (int length : new int[] {1, 2, 8, 9, 10, 17, 100, 1000, 100_000}) {
      byte[] garbage = new byte[length];
      for (int round = 0; round < 2; round++) {
        String what = "%d bytes appended, round %d".formatted(length, round);
        assertThat(isNoticed(ArchiveEditor.concat(archive, garbage), what)).as(what).isTrue();
        random.nextBytes(garbage);
      }
    }
    assertThat(isNoticed(ArchiveEditor.concat(archive, archive), "twice")).isTrue();
  }

  @Test
  void bytesBeforeTheBeginningAreNoticed() throws Exception {
    for (int length : new int[] {1, 8, 512, archive.length}) {
      String what = "%d bytes put before".formatted(length);
      byte[] shifted = ArchiveEditor.concat(new byte[length], archive);
      assertThat(isNoticed(shifted, what)).as(what).isTrue();
    }
  }

  @Test
  void missingDoubleAndSwappedFramesAreNoticed() throws Exception {
    List<byte[]> frames = frames(archive);
    for (int i = 0; i < frames.size(); i++) {
      List<byte[]> without = new ArrayList<>(frames);
      without.remove(i);
      assertNoticed(without, "frame %d dropped".formatted(i));
      List<byte[]> twice = new ArrayList<>(frames);
      twice.add(i, frames.get(i));
      assertNoticed(twice, "frame %d doubled".formatted(i));
      for (int j = 0; j < i; j++) {
        List<byte[]> swapped = new ArrayList<>(frames);
        Collections.swap(swapped, i, j);
        if (!Arrays.equals(frames.get(i), frames.get(j))) {
          assertNoticed(swapped, "frames %d and %d swapped".formatted(j, i));
        }
      }
    }
  }

  @Test
  void missingDoubleAndSwappedPiecesAreNoticedThoughTheTailAgrees() throws Exception {
    int pieces = new ArchiveEditor(archive).pieces().size();
    for (int i = 0; i < pieces; i++) {
      ArchiveEditor twice = new ArchiveEditor(archive);
      twice.stray(i, twice.pieces().get(i).bytes());
      assertNoticed(twice.build(), "piece %d doubled".formatted(i));
      for (int j = 0; j < i; j++) {
        ArchiveEditor swapped = new ArchiveEditor(archive);
        Collections.swap(swapped.pieces(), i, j);
        assertNoticed(swapped.build(), "pieces %d and %d swapped".formatted(j, i));
        ArchiveEditor replaced = new ArchiveEditor(archive);
        byte[] other = replaced.pieces().get(j).bytes();
        ArchiveEditor.Piece piece = replaced.pieces().get(i);
        replaced.replace(piece.kind(), piece.number(), bytes -> other);
        if (replaced.pieces().get(j).kind() == piece.kind()
            && !Arrays.equals(other, piece.bytes())) {
          assertNoticed(replaced.build(), "piece %d in the place of %d".formatted(j, i));
        }
      }
    }
  }

  @Test
  void randomDamageIsNoticedOrHarmless() throws Exception {
    long seed = 5;
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      byte[] damaged = archive.clone();
      int from = random.nextInt(archive.length);
      int length = 1 + random.nextInt(Math.min(64, archive.length - from));
      byte[] noise = new byte[length];
      random.nextBytes(noise);
      System.arraycopy(noise, 0, damaged, from, length);
      isNoticed(damaged, "seed %d round %d: bytes %d+%d".formatted(seed, round, from, length));
    }
  }

  private void assertNoticed(List<byte[]> frames, String what) throws Exception {
    assertNoticed(ArchiveEditor.concat(frames.toArray(byte[][]::new)), what);
  }

  private void assertNoticed(byte[] damaged, String what) throws Exception {
    assertThat(isNoticed(damaged, what)).as(what).isTrue();
  }

  /** Whether unpack notices, and leaves nothing; else the image is the same, and verify agrees. */
  private boolean isNoticed(byte[] damaged, String what) throws Exception {
    MemoryVolumes volumes = leaks.watch(new MemoryVolumes());
    boolean noticed =
        isRefused(what, () -> Archives.unpack(MemoryStore.source("damaged", damaged), 1, volumes));
    assertThat(volumes.pending()).as(what).isZero();
    if (noticed) {
      assertThat(volumes.committed()).as(what).isEmpty();
    } else {
      List<MemoryVolume> whole = List.copyOf(image.committed().values());
      assertThat(volumes.differenceTo(whole)).as(what).isEmpty();
    }
    // Both walk alike, so that a sample is enough where nothing was unusual.
    if (!noticed || ALL_BITS || ++checked % 4 == 0) {
      boolean verifyNotices =
          isRefused(what, () -> Archives.verify(MemoryStore.source("damaged", damaged), 1));
      assertThat(verifyNotices).as("verify notices as unpack does: " + what).isEqualTo(noticed);
    }
    return noticed;
  }

  private interface Attempt {
    void run() throws IOException;
  }

  private static boolean isRefused(String what, Attempt attempt) {
    try {
      attempt.run();
      return false;
    } catch (CorruptArchiveException | UnsupportedArchiveException e) {
      assertThat(e).as(what).hasMessageStartingWith("memory:damaged: ");
      return true;
    } catch (IOException | RuntimeException e) {
      throw new AssertionError("%s: %s".formatted(what, e), e);
    }
  }

  /** What any zstd decoder makes of an archive. */
  private static byte[] tarStream(byte[] bytes) throws IOException {
    try (ZstdInputStream in = new ZstdInputStream(new ByteArrayInputStream(bytes))) {
      return in.readAllBytes();
    }
  }

  /** The bytes that belong to blocks of zstd frames, and not to any header or checksum. */
  private static BitSet zstdBlocks(byte[] bytes) {
    BitSet inBlocks = new BitSet();
    for (int at = 0; at < bytes.length; ) {
      int length = ArchiveEditor.frameLength(bytes, at);
      if (ArchiveEditor.little(bytes).getInt(at) == 0xFD2FB528) {
        int descriptor = bytes[at + 4];
        boolean single = (descriptor & 1 << 5) != 0;
        int sizeBytes = new int[] {single ? 1 : 0, 2, 4, 8}[descriptor >> 6 & 3];
        inBlocks.set(at + 5 + (single ? 0 : 1) + sizeBytes, at + length - 4);
      }
      at += length;
    }
    return inBlocks;
  }

  private static List<byte[]> frames(byte[] bytes) {
    List<byte[]> frames = new ArrayList<>();
    for (int at = 0; at < bytes.length; ) {
      int length = ArchiveEditor.frameLength(bytes, at);
      frames.add(Arrays.copyOfRange(bytes, at, at + length));
      at += length;
    }
    return frames;
  }
}
