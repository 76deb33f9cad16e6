package amber;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import amber.archive.ArchiveReader;
import amber.archive.ArchiveStamp;
import amber.archive.CorruptArchiveException;
import amber.archive.Geometry;
import amber.archive.Plan;
import amber.block.Block;
import amber.fixture.ArchiveEditor;
import amber.fixture.ArchiveEditor.Kind;
import amber.fixture.ArchiveEditor.Piece;
import amber.fixture.Archives;
import amber.fixture.Authority;
import amber.fixture.GeneratedVolume;
import amber.fixture.KeyFiles;
import amber.fixture.MemoryStore;
import amber.fixture.MemoryVolumes;
import amber.seal.KeyFile;
import amber.seal.KeyFileException;
import amber.seal.PassphraseSource;
import amber.seal.SealSignature;
import amber.seal.Signer;
import amber.seal.SignerTrust;
import amber.seal.UntrustedArchiveException;
import amber.task.TaskDirectory;
import amber.task.TaskJournal;
import amber.task.TaskStart;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever changes a signed archive is noticed, also if all digests are made to agree. */
class SignedArchiveTest {

  private static final PackOptions OPTIONS = Archives.options(2, new Geometry(1, 2));

  private static final List<GeneratedVolume> SOURCES =
      List.of(
          new GeneratedVolume(1, 5L * Block.SIZE, GeneratedVolume.blocks(0, 5), 30, 300),
          new GeneratedVolume(2, 1536, GeneratedVolume.blocks(0, 1), 0, 1200));

  private static final List<GeneratedVolume> OTHERS =
      List.of(
          new GeneratedVolume(3, 5L * Block.SIZE, GeneratedVolume.blocks(0, 5), 30, 300),
          new GeneratedVolume(2, 1536, GeneratedVolume.blocks(0, 1), 0, 1200));

  @TempDir private static Path directory;

  private static Authority root;
  private static Signer signer;
  private static Signer mallory;
  private static Optional<SignerTrust> trust;
  private static byte[] archive;

  @BeforeAll
  static void pack() throws IOException {
    root = Authority.root("Root");
    signer = signer(root.signer("Signer", "P-256"));
    mallory = signer(Authority.root("Root").signer("Signer", "P-256"));
    trust = trustIn(root);
    archive = Archives.packSigned(OPTIONS, SOURCES, signer);
  }

  private static Signer signer(Authority whose) throws IOException {
    Path file = KeyFiles.pem(directory.resolve("signer.pem"), whose);
    return Signer.of(KeyFile.read(file, PassphraseSource.NONE));
  }

  private static Optional<SignerTrust> trustIn(Authority authority) throws IOException {
    Path file = KeyFiles.bundle(directory.resolve("trust.pem"), authority.certificate());
    return Optional.of(SignerTrust.inStore(KeyFile.read(file, PassphraseSource.NONE)));
  }

  private static ArchiveReader open(byte[] bytes) throws IOException {
    return ArchiveReader.open(MemoryStore.source("a", bytes), trust);
  }

  /** What opening, and checking and restoring everything, ends in; null if all went well. */
  private static Throwable use(byte[] bytes) {
    MemoryVolumes volumes = new MemoryVolumes();
    Throwable failure =
        catchThrowable(
            () -> {
              ArchiveReader reader = open(bytes);
              new Unpacker(1, new Progress()).unpack(reader, volumes);
            });
    if (failure != null) {
      assertThat(volumes.committed()).isEmpty();
    }
    return failure;
  }

  private static void assertRefused(byte[] bytes, String what, Object... details) {
    assertThat(use(bytes))
        .as(what, details)
        .isInstanceOfAny(CorruptArchiveException.class, UntrustedArchiveException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"P-256", "P-384", "RSA", "Ed25519"})
  void signedArchiveIsOpenedAndRestored(String kind) throws IOException {
    Signer of = signer(root.signer("Somebody", kind));
    byte[] bytes = Archives.packSigned(OPTIONS, SOURCES, of);
    ArchiveReader reader = open(bytes);
    SealSignature signature = reader.signature().orElseThrow();
    assertThat(signature.signer()).isEqualTo(of.certificate());
    assertThat(signature.time()).isEqualTo(Archives.CREATED);
    assertThat(reader.isTrusted()).isTrue();
    MemoryVolumes volumes = new MemoryVolumes();
    new Unpacker(2, new Progress()).unpack(reader, volumes);
    assertThat(volumes.differenceTo(SOURCES)).isEmpty();
    new Verifier(2, new Progress()).verifyEnds(reader);
  }

  @Test
  void sameSignerMakesTheSameBytes() throws IOException {
    assertThat(Archives.packSigned(OPTIONS, SOURCES, signer)).isEqualTo(archive);
  }

  @Test
  void withoutItsSignatureItIsTheUnsignedArchive() throws IOException {
    byte[] unsigned = new ArchiveEditor(archive).signature(seal -> new byte[0]).build();
    assertThat(unsigned).isEqualTo(Archives.pack(OPTIONS, SOURCES));
    assertThatThrownBy(() -> open(unsigned))
        .isInstanceOf(UntrustedArchiveException.class)
        .hasMessageContaining("is not signed, should be signed by whom");
  }

  @Test
  void noOneElseNeedsToAskForTheSignature() throws IOException {
    ArchiveReader reader = ArchiveReader.open(MemoryStore.source("a", archive));
    assertThat(reader.isTrusted()).isFalse();
    assertThat(reader.signature()).isPresent();
  }

  @Test
  void eachFlippedByteIsNoticed() throws IOException {
    List<GeneratedVolume> one =
        List.of(new GeneratedVolume(2, 512, GeneratedVolume.blocks(0, 1), 0, 100));
    byte[] small = Archives.packSigned(OPTIONS, one, signer);
    for (int at = 0; at < small.length; at++) {
      byte[] flipped = small.clone();
      flipped[at] ^= (byte) (1 << at % 8);
      assertRefused(flipped, "byte %d of %d", at, small.length);
    }
  }

  @Test
  void eachCutIsNoticed() {
    for (int length = 0; length < archive.length; length++) {
      assertRefused(Arrays.copyOf(archive, length), "cut to %d bytes", length);
    }
  }

  /** What an attacker may do who makes all digests agree. */
  static Map<String, Consumer<ArchiveEditor>> changes() {
    Map<String, Consumer<ArchiveEditor>> changes = new LinkedHashMap<>();
    changes.put(
        "another manifest",
        editor ->
            editor.manifest(
                new String(editor.manifest(), StandardCharsets.UTF_8)
                    .replace("\"test\"", "\"evil\"")
                    .getBytes(StandardCharsets.UTF_8)));
    changes.put("another tool", editor -> editor.seal(text -> text.replace("amber", "Amber")));
    changes.put("a blank in the seal", editor -> editor.seal(text -> text + " "));
    changes.put(
        "another UUID in the index", editor -> editor.index(index -> index.put(24, (byte) 1)));
    changes.put(
        "segments swapped",
        editor -> {
          int first = editor.place(Kind.SEGMENT, 0);
          int second = editor.place(Kind.SEGMENT, 1);
          Piece moved = editor.pieces().get(first);
          editor.pieces().set(first, editor.pieces().get(second));
          editor.pieces().set(second, moved);
        });
    changes.put(
        "segment twice",
        editor -> {
          byte[] again = editor.segment(0);
          editor.replace(Kind.SEGMENT, 1, bytes -> again);
        });
    changes.put(
        "another segment header",
        editor -> editor.segmentHeader(0, header -> header.putLong(96, 1)));
    changes.put("another block", editor -> editor.dataFrame(0, 0, frame -> otherFrame()));
    return changes;
  }

  private static byte[] otherFrame() {
    try {
      byte[] segment = new ArchiveEditor(Archives.pack(OPTIONS, OTHERS)).segment(0);
      int header = 8 + ArchiveEditor.little(segment).getInt(4);
      int lengths = header - 32 - 4 * ArchiveEditor.little(segment).getInt(60);
      return Arrays.copyOfRange(
          segment, header, header + ArchiveEditor.little(segment).getInt(lengths));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<String> kinds() {
    return List.copyOf(changes().keySet());
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void changeWithAllDigestsMadeToAgreeIsNoticed(String kind) throws IOException {
    ArchiveEditor kept = new ArchiveEditor(archive);
    changes().get(kind).accept(kept);
    byte[] bytes = kept.build();
    assertThatThrownBy(() -> open(bytes))
        .isInstanceOf(CorruptArchiveException.class)
        .hasMessageContaining("a: its signature");

    ArchiveEditor stripped = new ArchiveEditor(archive);
    changes().get(kind).accept(stripped);
    byte[] unsigned = stripped.signature(seal -> new byte[0]).build();
    assertThatThrownBy(() -> open(unsigned)).isInstanceOf(UntrustedArchiveException.class);

    ArchiveEditor again = new ArchiveEditor(archive);
    changes().get(kind).accept(again);
    byte[] theirs = again.signature(SignedArchiveTest::signedByMallory).build();
    assertThatThrownBy(() -> open(theirs))
        .isInstanceOf(UntrustedArchiveException.class)
        .hasMessageContaining("is signed by CN=Signer (SHA-256 ")
        .hasMessageContaining("vouches for it");
  }

  private static byte[] signedByMallory(byte[] seal) {
    try {
      return mallory.sign(seal, Archives.CREATED);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void signatureOfAnotherArchiveIsNoticed() throws IOException {
    byte[] other = new ArchiveEditor(Archives.packSigned(OPTIONS, OTHERS, signer)).signature();
    byte[] spliced = new ArchiveEditor(archive).signature(seal -> other).build();
    assertThatThrownBy(() -> open(spliced))
        .isInstanceOf(CorruptArchiveException.class)
        .hasMessageContaining("its signature");
  }

  @Test
  void locatorThatLiesOfTheSignatureIsNoticed() {
    for (int[] lie : new int[][] {{0, 1}, {1, 0}, {-1, 5}, {5, -1}, {1 << 30, 5}, {5, 1 << 20}}) {
      byte[] bytes =
          new ArchiveEditor(archive)
              .locator(locator -> locator.putInt(160, lie[0]).putInt(164, lie[1]))
              .build();
      assertRefused(bytes, "%d stored, %d bytes", lie[0], lie[1]);
    }
  }

  @Test
  void runThatGoesOnKeepsTheSignatureThatWasNoted() throws IOException {
    // Of RSA-PSS each signature is another one.
    Signer rsa = signer(root.signer("Somebody", "RSA"));
    byte[] seal = {1, 2, 3};
    TaskDirectory tasks = new TaskDirectory(directory.resolve("tasks"));
    TaskStart start = new TaskStart("pack", "a", "b", List.of("pack"), "/", Map.of(), "test");
    String id;
    byte[] first;
    Plan plan =
        new Packer(OPTIONS, new Progress())
            .plan(
                Archives.image(SOURCES),
                new byte[0],
                SOURCES,
                listed -> new ArchiveStamp(new UUID(1, 2), Archives.CREATED, "test"));
    try (TaskJournal journal = tasks.create(start)) {
      id = journal.id();
      PackJournal notes =
          PackJournal.begin(tasks, journal, Map.of(), plan, Optional.empty(), new Silent());
      first = new NotedSigning(rsa, Archives.CREATED, Optional.of(notes)).sign(seal);
    }
    PackJournal.Noted noted = PackJournal.read(tasks, id).orElseThrow();
    try (TaskJournal journal = tasks.open(id)) {
      PackJournal notes = PackJournal.goOn(tasks, journal, noted, new Silent());
      NotedSigning again = new NotedSigning(rsa, Archives.CREATED, Optional.of(notes));
      assertThat(again.sign(seal)).isEqualTo(first);
      assertThat(again.sign(new byte[] {4})).isNotEqualTo(first);
    }
    assertThat(rsa.sign(seal, Archives.CREATED)).isNotEqualTo(first);
  }

  /** Nobody to be told. */
  private static final class Silent implements ArchiveJournal.Listener {
    @Override
    public void broken(IOException failure) {
      throw new UncheckedIOException(failure);
    }

    @Override
    public void resumedAt(long keptBytes, long notedBytes) {}
  }

  @Test
  void refusesToSignOutOfTheCertificatesTime() throws IOException {
    Signer late =
        signer(
            root.issue(
                "Late",
                Authority.keyPair("P-256"),
                new Authority.Says(
                    Archives.CREATED.plusSeconds(1),
                    Authority.UNTIL,
                    KeyUsage.digitalSignature,
                    null)));
    assertThatThrownBy(() -> Archives.packSigned(OPTIONS, SOURCES, late))
        .isInstanceOf(KeyFileException.class)
        .hasMessageContaining("its certificate is valid from 2026-01-02T03:04:06Z");
  }
}
