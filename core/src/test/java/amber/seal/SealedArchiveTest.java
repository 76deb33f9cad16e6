package amber.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import amber.archive.Geometry;
import amber.block.Block;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealedArchiveTest {

  private static final int CHUNK = Layout.CHUNK_BYTES;
  private static final Authority OPS = Seals.holder("ops", "P-256");

  private static final List<GeneratedVolume> SOURCES =
      List.of(
          GeneratedVolume.absent(3L * Block.SIZE),
          new GeneratedVolume(1, 9L * Block.SIZE - 1024, GeneratedVolume.blocks(0, 9), 2, 700),
          new GeneratedVolume(2, 4L * Block.SIZE, GeneratedVolume.blocks(1, 3), 0, 100));

  private final Random random = new Random(5);

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] sealed(int threads) throws IOException {
    MemoryStore store = new MemoryStore();
    Archives.pack(
        Archives.options(threads, new Geometry(2, 4)),
        SOURCES,
        new SealedSink(store, Seals.to(Seals.recipient(OPS))),
        "sealed");
    return store.bytes("sealed").orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void openedItIsThePlainArchiveByteForByte(int threads) throws IOException {
    byte[] plain = Archives.pack(Archives.options(1, new Geometry(2, 4)), SOURCES);

    try (ArchiveSource opened = Seals.open(sealed(threads), Seals.identity(OPS))) {
      assertThat(Seals.all(opened)).isEqualTo(plain);
    }
  }

  @Test
  void verifiesAndUnpacksLikeAPlainOne() throws IOException {
    byte[] sealed = sealed(2);
    try (ArchiveSource opened = Seals.open(sealed, Seals.identity(OPS))) {
      Archives.verify(opened, 2);
    }
    MemoryVolumes image = new MemoryVolumes();
    try (ArchiveSource opened = Seals.open(sealed, Seals.identity(OPS))) {
      Archives.unpack(opened, 2, image);
    }
    assertThat(image.differenceTo(SOURCES)).isEmpty();
  }

  @Test
  void boundaryLengthsComeBackWhateverRangeIsRead() throws IOException {
    int[] lengths = {1, 2, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 7};
    for (int length : lengths) {
      List<Piece> pieces = new ArrayList<>();
      pieces.add(new Piece(bytes(7), false));
      pieces.add(new Piece(bytes(length), true));
      pieces.add(new Piece(bytes(length), false));
      pieces.add(new Piece(bytes(1), false));
      pieces.add(new Piece(bytes(length), true));
      pieces.add(new Piece(bytes(length), true));
      assertComesBack(pieces);
      assertComesBack(List.of(new Piece(bytes(length), true)));
      assertComesBack(List.of(new Piece(bytes(length), false)));
    }
  }

  private void assertComesBack(List<Piece> pieces) throws IOException {
    byte[] sealed = Seals.seal(Seals.to(Seals.recipient(OPS)), pieces);
    byte[] plain = plain(pieces);
    try (ArchiveSource opened = Seals.open(sealed, Seals.identity(OPS))) {
      assertThat(opened.sizeBytes()).isEqualTo(plain.length);
      assertThat(Seals.all(opened)).isEqualTo(plain);
      for (int i = 0; i < 30; i++) {
        int from = random.nextInt(plain.length);
        int length = random.nextInt(plain.length - from + 1);
        ByteBuffer target = ByteBuffer.allocate(i % 2 == 0 ? length : opened.capacityFor(length));
        target.limit(length);
        opened.readRoomily(from, target);
        assertThat(target.flip()).isEqualTo(ByteBuffer.wrap(plain, from, length));
      }
    }
  }

  static byte[] plain(List<Piece> pieces) {
    ByteBuffer all = ByteBuffer.allocate(pieces.stream().mapToInt(p -> p.bytes().length).sum());
    pieces.forEach(piece -> all.put(piece.bytes()));
    return all.array();
  }

  @Test
  void nothingOfThePlainArchiveIsInIt() throws IOException {
    byte[] manifest = "ami-0123456789abcdef0".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    assertThat(contains(sealed(1), manifest)).isFalse();
    assertThat(contains(sealed(1), "AMBERSEG".getBytes(java.nio.charset.StandardCharsets.US_ASCII)))
        .isFalse();
  }

  private static boolean contains(byte[] bytes, byte[] wanted) {
    for (int at = 0; at + wanted.length <= bytes.length; at++) {
      if (Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
        return true;
      }
    }
    return false;
  }

  @Test
  void openingTakesTwoReadsAndASegmentOne() throws IOException {
    List<Piece> pieces = new ArrayList<>();
    pieces.add(new Piece(bytes(5_000_000), true));
    pieces.add(new Piece(bytes(100), false));
    byte[] sealed = Seals.seal(Seals.to(Seals.recipient(OPS)), pieces);
    Counting counting = new Counting(MemoryStore.source("sealed", sealed));

    try (ArchiveSource opened = Seals.open(counting, Seals.identity(OPS))) {
      assertThat(counting.reads).as("opening").isEqualTo(2);
      opened.read(5_000_000, ByteBuffer.allocate(100));
      assertThat(counting.reads).as("the end").isEqualTo(2);
      assertThat(opened.atHand()).isBetween(100, 5_000_100);
      opened.readRoomily(0, ByteBuffer.allocate(opened.capacityFor(4_000_000)).limit(4_000_000));
      assertThat(counting.reads).as("a segment").isEqualTo(3);
    }
  }

  @Test
  void lookingAtAPlainArchiveCostsNoRead() throws IOException {
    byte[] plain = Archives.pack(Archives.options(1, new Geometry(2, 4)), SOURCES);
    Counting before = new Counting(MemoryStore.source("plain", plain));
    Archives.verify(before, 1);
    Counting looked = new Counting(MemoryStore.source("plain", plain));

    Archives.verify(SealedArchive.look(looked).source(), 1);

    assertThat(looked.reads).isEqualTo(before.reads);
  }

  private static final class Counting implements ArchiveSource {
    private final ArchiveSource source;
    private int reads;

    Counting(ArchiveSource source) {
      this.source = source;
    }

    @Override
    public String location() {
      return source.location();
    }

    @Override
    public long sizeBytes() {
      return source.sizeBytes();
    }

    @Override
    public void read(long position, ByteBuffer target) throws IOException {
      reads++;
      source.read(position, target);
    }

    @Override
    public void close() throws IOException {
      source.close();
    }
  }

  @Test
  void boundHoldsForIncompressibleImages() throws IOException {
    List<Piece> pieces = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      pieces.add(new Piece(bytes(CHUNK + 1), true));
    }
    pieces.add(new Piece(bytes(1000), false));
    byte[] sealed = Seals.seal(Seals.to(Seals.recipient(OPS)), pieces);
    var bound =
        SealedSink.boundOf(new amber.store.ArchiveBound(plain(pieces).length, pieces.size()));
    assertThat((long) sealed.length).isLessThanOrEqualTo(bound.bytes());
  }

  @Test
  void moreRecipientsThanAnybodyWouldTryAreRefused() throws IOException {
    Recipient ops = Seals.recipient(OPS);
    byte[] sealed = Seals.seal(Seals.to(ops), List.of(new Piece(bytes(9), false)));
    SealedArchive archive = SealedArchive.look(MemoryStore.source("sealed", sealed)).sealed();
    List<Identity> identities = List.of(Seals.identity(OPS));
    List<Recipient> passphrases = Collections.nCopies(34, Seals.passphrase("open"));

    assertThatThrownBy(() -> archive.adding(identities, passphrases, Seals.CRYPTO))
        .isInstanceOf(TooManyRecipientsException.class)
        .hasMessageContaining("would have passphrases that take more than 20,000,000 rounds");
    assertThatThrownBy(() -> Sealing.to(Seals.ID, passphrases, Seals.CRYPTO))
        .isInstanceOf(TooManyRecipientsException.class)
        .hasMessageContaining("would have passphrases that take more than 20,000,000 rounds");
    assertThatThrownBy(
            () -> archive.adding(identities, Collections.nCopies(1000, ops), Seals.CRYPTO))
        .isInstanceOf(TooManyRecipientsException.class)
        .hasMessageContaining("would have 1,001 recipients, should have 1 to 1,000");
    archive.adding(identities, passphrases.subList(0, 1), Seals.CRYPTO).close();
  }

  @Test
  void otherIdentityIsToldToWhomItIsEncrypted() throws IOException {
    byte[] sealed = Seals.seal(Seals.to(Seals.recipient(OPS)), List.of(new Piece(bytes(9), false)));
    Authority other = Seals.holder("other", "P-256");

    assertThatThrownBy(() -> Seals.open(sealed, Seals.identity(other)))
        .isInstanceOf(NoIdentityException.class)
        .hasMessageContaining("is encrypted to certificate")
        .hasMessageContaining("of CN=recipients")
        .hasMessageContaining("is not opened by key.pem");
    assertThatThrownBy(() -> Seals.open(sealed, Seals.bareIdentity(other)))
        .isInstanceOf(NoIdentityException.class);
    assertThatThrownBy(() -> Seals.open(sealed))
        .isInstanceOf(NoIdentityException.class)
        .hasMessageContaining("an identity should be given");
  }
}
