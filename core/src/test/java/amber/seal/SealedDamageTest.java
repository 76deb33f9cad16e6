package amber.seal;

import static org.assertj.core.api.Assertions.assertThat;

import amber.archive.CorruptArchiveException;
import amber.archive.Geometry;
import amber.block.Block;
import amber.fixture.ArchiveEditor;
import amber.fixture.Archives;
import amber.fixture.Authority;
import amber.fixture.GeneratedVolume;
import amber.fixture.MemoryStore;
import amber.fixture.MemoryVolumes;
import amber.fixture.Seals;
import amber.fixture.Seals.Piece;
import amber.store.ArchiveSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whatever happens to a sealed archive's bytes: it is noticed, and no other bytes come out. */
class SealedDamageTest {

  private static final Authority OPS = Seals.holder("ops", "P-256");
  private static final Authority OTHER = Seals.holder("other", "P-384");

  private static final List<GeneratedVolume> SOURCES =
      List.of(new GeneratedVolume(1, 3L * Block.SIZE, GeneratedVolume.blocks(0, 3), 2, 60));

  private static byte[] archive;

  @BeforeAll
  static void pack() throws IOException {
    archive = packed(Seals.to(Seals.recipient(OPS), Seals.recipient(OTHER)));
    assertThat(problem(archive)).isNull();
  }

  private static byte[] packed(Sealing sealing) throws IOException {
    MemoryStore store = new MemoryStore();
    Archives.pack(
        Archives.options(1, new Geometry(2, 2)), SOURCES, new SealedSink(store, sealing), "sealed");
    return store.bytes("sealed").orElseThrow();
  }

  /** What is wrong with an archive; or null if it unpacks, which has to be to what was packed. */
  private static Exception problem(byte[] sealed) throws IOException {
    MemoryVolumes image = new MemoryVolumes();
    try (ArchiveSource opened = Seals.open(sealed, Seals.bareIdentity(OPS))) {
      Archives.unpack(opened, 1, image);
    } catch (BrokenSealException
        | NoIdentityException
        | UnsupportedSealException
        | CorruptArchiveException e) {
      return e;
    } catch (IOException e) {
      // The end is no sealed archive's any more, and without an end there is none at all.
      assertThat(e).hasMessage("is not sealed");
      return e;
    }
    assertThat(image.differenceTo(SOURCES)).isEmpty();
    return null;
  }

  private static void assertNoticed(byte[] damaged, String what) throws IOException {
    assertThat(problem(damaged)).as(what).isNotNull();
  }

  @Test
  void anyFlippedByteIsNoticed() throws IOException {
    for (int at = 0; at < archive.length; at++) {
      byte[] damaged = archive.clone();
      damaged[at] ^= (byte) (1 << at % 8);
      assertNoticed(damaged, "byte %d of %d".formatted(at, archive.length));
    }
  }

  @Test
  void anyTruncationIsNoticed() throws IOException {
    for (int length = 0; length < archive.length; length++) {
      assertNoticed(Arrays.copyOf(archive, length), "cut to %d bytes".formatted(length));
    }
  }

  @Test
  void whatIsAddedIsNoticed() throws IOException {
    assertNoticed(ArchiveEditor.concat(archive, new byte[1]), "a byte behind");
    assertNoticed(ArchiveEditor.concat(new byte[1], archive), "a byte before");
    assertNoticed(ArchiveEditor.concat(archive, archive), "twice");
  }

  @Test
  void framesLeftOutDoubledOrSwappedAreNoticed() throws IOException {
    byte[] several = several(Seals.to(Seals.recipient(OPS)));
    List<byte[]> frames = frames(several);
    assertThat(frames).hasSizeGreaterThan(9);
    for (int i = 0; i + 1 < frames.size(); i++) {
      List<byte[]> without = new ArrayList<>(frames);
      without.remove(i);
      assertBroken(without, "frame %d left out".formatted(i));
      List<byte[]> doubled = new ArrayList<>(frames);
      doubled.add(i, frames.get(i));
      assertBroken(doubled, "frame %d doubled".formatted(i));
      for (int j = i + 1; j < frames.size(); j++) {
        List<byte[]> swapped = new ArrayList<>(frames);
        swapped.set(i, frames.get(j));
        swapped.set(j, frames.get(i));
        assertBroken(swapped, "frames %d and %d swapped".formatted(i, j));
      }
    }
  }

  @Test
  void framesOfAnotherArchiveToTheSameRecipientsAreNoticed() throws IOException {
    Recipient ops = Seals.recipient(OPS);
    List<byte[]> frames = frames(several(Seals.to(ops)));
    List<byte[]> others = frames(several(Seals.to(ops)));
    for (int i = 0; i < frames.size(); i++) {
      List<byte[]> spliced = new ArrayList<>(frames);
      spliced.set(i, others.get(i));
      assertBroken(spliced, "frame %d is another archive's".formatted(i));
    }
  }

  @Test
  void segmentsLeftOutDoubledOrSwappedAreNoticedWhoeverMendsTheLocator() throws IOException {
    Sealing sealing = Seals.to(Seals.recipient(OPS));
    byte[] bytes = new byte[3000];
    new Random(3).nextBytes(bytes);
    List<Piece> pieces = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      pieces.add(new Piece(Arrays.copyOfRange(bytes, i * 700, i * 700 + 700), true));
    }
    byte[] sealed = Seals.seal(sealing, pieces);
    List<byte[]> frames = frames(sealed);
    assertThat(frames).as("envelope, four segments, map, locator").hasSize(7);
    List<byte[]> swapped = new ArrayList<>(frames);
    swapped.set(1, frames.get(2));
    swapped.set(2, frames.get(1));
    assertBroken(swapped, "two segments of one length are swapped");
    List<byte[]> doubled = new ArrayList<>(frames);
    doubled.set(2, frames.get(1));
    assertBroken(doubled, "a segment stands in another's place");
    List<byte[]> fewer = new ArrayList<>(frames);
    fewer.remove(4);
    byte[] cut = joined(fewer);
    mendLocator(cut, frames.get(4).length, 700);
    assertNoticedHere(cut, "the last segment is left out, and the locator says so");
  }

  /** What somebody without the key can do about the locator. */
  private static void mendLocator(byte[] sealed, int less, int plainLess) {
    int at = sealed.length - SealedLocator.FRAME_BYTES;
    ByteBuffer locator =
        ByteBuffer.wrap(sealed, at, SealedLocator.FRAME_BYTES)
            .slice()
            .order(ByteOrder.LITTLE_ENDIAN);
    locator.putLong(48, locator.getLong(48) - less);
    locator.putLong(56, locator.getLong(56) - plainLess);
    byte[] frame = new byte[SealedLocator.FRAME_BYTES];
    locator.get(0, frame);
    locator.put(224, SealedLocator.sha256(frame, 8, 224));
  }

  private static void assertNoticedHere(byte[] sealed, String what) throws IOException {
    Exception found = null;
    try (ArchiveSource opened = Seals.open(sealed, Seals.identity(OPS))) {
      Seals.all(opened);
    } catch (BrokenSealException e) {
      found = e;
    }
    assertThat(found).as(what).isNotNull();
  }

  /** Several crypt segments, some of several frames. */
  private static byte[] several(Sealing sealing) throws IOException {
    byte[] bytes = new byte[Layout.CHUNK_BYTES * 2 + 5];
    new Random(3).nextBytes(bytes);
    List<Piece> pieces = new ArrayList<>();
    pieces.add(new Piece(Arrays.copyOf(bytes, 100), false));
    pieces.add(new Piece(bytes, true));
    pieces.add(new Piece(bytes, true));
    pieces.add(new Piece(Arrays.copyOf(bytes, 100), false));
    return Seals.seal(sealing, pieces);
  }

  private static void assertBroken(List<byte[]> frames, String what) throws IOException {
    byte[] sealed = joined(frames);
    Exception found = null;
    try (ArchiveSource opened = Seals.open(sealed, Seals.identity(OPS))) {
      Seals.all(opened);
    } catch (BrokenSealException | NoIdentityException e) {
      found = e;
    } catch (IOException e) {
      assertThat(e).as(what).hasMessage("is not sealed");
      found = e;
    }
    assertThat(found).as(what).isNotNull();
  }

  private static byte[] joined(List<byte[]> frames) {
    byte[] all = new byte[0];
    for (byte[] frame : frames) {
      all = ArchiveEditor.concat(all, frame);
    }
    return all;
  }

  static List<byte[]> frames(byte[] sealed) {
    ByteBuffer bytes = ByteBuffer.wrap(sealed).order(ByteOrder.LITTLE_ENDIAN);
    List<byte[]> frames = new ArrayList<>();
    while (bytes.hasRemaining()) {
      byte[] frame = new byte[8 + bytes.getInt(bytes.position() + 4)];
      bytes.get(frame);
      frames.add(frame);
    }
    return frames;
  }
}
