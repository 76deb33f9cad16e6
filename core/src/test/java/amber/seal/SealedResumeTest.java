package amber.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import amber.ArchiveJournal;
import amber.PackJournal;
import amber.Packer;
import amber.Progress;
import amber.archive.ArchiveStamp;
import amber.archive.Geometry;
import amber.archive.Plan;
import amber.block.Block;
import amber.fixture.Archives;
import amber.fixture.Authority;
import amber.fixture.GeneratedVolume;
import amber.fixture.KeepingStore;
import amber.fixture.MemoryStore;
import amber.fixture.Seals;
import amber.image.Manifest;
import amber.store.ArchiveSource;
import amber.task.TaskDirectory;
import amber.task.TaskJournal;
import amber.task.TaskStart;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sealed pack that is stopped and goes on with the key that its envelope holds. */
class SealedResumeTest {

  private static final Authority OPS = Seals.holder("ops", "P-384");
  private static final Geometry GEOMETRY = new Geometry(2, 4);
  private static final List<GeneratedVolume> SOURCES =
      List.of(
          new GeneratedVolume(1, 23L * Block.SIZE, GeneratedVolume.blocks(0, 23), 3, 400_000),
          new GeneratedVolume(2, 6L * Block.SIZE, GeneratedVolume.blocks(1, 5), 0, 100));

  @TempDir private Path directory;

  private final List<Long> resumedAt = new ArrayList<>();

  private final class Listener implements ArchiveJournal.Listener {
    @Override
    public void broken(IOException failure) {
      throw new UncheckedIOException(failure);
    }

    @Override
    public void resumedAt(long keptBytes, long notedBytes) {
      resumedAt.add(keptBytes);
    }
  }

  private static Packer packer() {
    return new Packer(Archives.options(2, GEOMETRY), new Progress());
  }

  private static Plan plan(Packer packer) throws IOException {
    byte[] manifest = Manifest.write(Archives.image(SOURCES));
    return packer.plan(
        Archives.image(SOURCES),
        manifest,
        SOURCES,
        listed -> new ArchiveStamp(Seals.ID, Archives.CREATED, Archives.TOOL));
  }

  private TaskDirectory tasks() {
    return new TaskDirectory(directory.resolve("tasks"));
  }

  private static TaskStart start() {
    return new TaskStart("pack", "a", "b", List.of("pack"), "/", Map.of(), "test");
  }

  /** The first run. It fails, or it does not. */
  private String begin(KeepingStore store, Crypto crypto) throws IOException {
    Packer packer = packer();
    Plan plan = plan(packer);
    try (TaskJournal journal = tasks().create(start());
        Sealing sealing = Sealing.to(Seals.ID, List.of(Seals.recipient(OPS)), crypto)) {
      PackJournal notes =
          PackJournal.begin(
              tasks(),
              journal,
              Map.of(),
              plan,
              Optional.of(sealing.envelopeFrame()),
              new Listener());
      try {
        packer.pack(plan, SOURCES, SealedSink.of(store, sealing, notes), "kept", notes);
      } catch (IOException e) {
        assertThat(e).hasMessageContaining("fails at byte");
      }
      return journal.id();
    }
  }

  /** A later one. */
  private void goOn(String id, KeepingStore store, Crypto crypto) throws IOException {
    PackJournal.Noted noted = PackJournal.read(tasks(), id).orElseThrow();
    Packer packer = packer();
    try (TaskJournal journal = tasks().open(id);
        Sealing sealing =
            Sealing.of(noted.envelope().orElseThrow(), List.of(Seals.identity(OPS)), crypto, "task")
                .orElseThrow()) {
      PackJournal notes = PackJournal.goOn(tasks(), journal, noted, new Listener());
      packer.pack(plan(packer), SOURCES, SealedSink.of(store, sealing, notes), "kept", notes);
    }
  }

  private static void assertIsThePlainArchive(byte[] sealed) throws IOException {
    Packer packer = packer();
    MemoryStore plain = new MemoryStore();
    packer.pack(plan(packer), SOURCES, plain, "plain");
    try (ArchiveSource opened = Seals.open(sealed, Seals.identity(OPS))) {
      assertThat(Seals.all(opened)).isEqualTo(plain.bytes("plain").orElseThrow());
    }
    try (ArchiveSource opened = Seals.open(sealed, Seals.identity(OPS))) {
      Archives.verify(opened, 2);
    }
  }

  private int sealedSize() throws IOException {
    KeepingStore store = new KeepingStore(1 << 30);
    begin(store, Seals.CRYPTO);
    return store.archive().length;
  }

  @Test
  void wherePackStopsThereItGoesOnAndMakesTheSameArchive() throws IOException {
    int size = sealedSize();
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int gone = 0;
    for (int round = 0; round < 6; round++) {
      int piece = 50_000 + random.nextInt(900_000);
      KeepingStore store = new KeepingStore(piece);
      long failsAt = 1L + random.nextInt(size - 1);
      String id = begin(store.failingAt(failsAt), Seals.CRYPTO);
      resumedAt.clear();
      goOn(id, store.failingAt(Long.MAX_VALUE), Seals.CRYPTO);
      assertThat(resumedAt).as("seed %d", seed).isNotEmpty();
      gone += resumedAt.get(0) > 0 ? 1 : 0;
      assertIsThePlainArchive(store.archive());
    }
    assertThat(gone).as("runs that went on behind the beginning, seed %d", seed).isPositive();
  }

  @Test
  void whatWasSealedAgainIsNeverTakenForWhatWasThereBefore() throws IOException {
    int size = sealedSize();
    // Stopped three times, and each time the store loses what it had told last.
    KeepingStore store = new KeepingStore(300_000);
    String id = begin(store.failingAt(size * 2L / 3), Seals.CRYPTO);
    for (int again = 0; again < 2; again++) {
      store.losing(again + 1).failingAt(size * 5L / 6);
      assertThatThrownBy(() -> goOn(id, store, Seals.CRYPTO)).hasMessageContaining("fails at byte");
    }
    goOn(id, store.losing(1).failingAt(Long.MAX_VALUE), Seals.CRYPTO);

    assertThat(resumedAt).allSatisfy(at -> assertThat(at).isPositive());
    assertIsThePlainArchive(store.archive());
  }

  @Test
  void noKeyAndNonceSealTwiceWhenItGoesOn() throws IOException {
    Crypto recording = NonceTest.recording();
    KeepingStore store = new KeepingStore(250_000);
    String id = begin(store.failingAt(2_000_000), recording);
    goOn(id, store.failingAt(Long.MAX_VALUE), recording);

    List<String> used = NonceTest.used();
    assertThat(resumedAt.get(0)).isPositive();
    assertThat(used).hasSizeGreaterThan(50);
    assertThat(Set.copyOf(used)).hasSameSizeAs(used);
  }

  /** Bytes that the first run has stored stay as they are; all of it is as long as it would be. */
  @Test
  void keptBytesAreThoseOfTheFirstRun() throws IOException {
    KeepingStore store = new KeepingStore(250_000);
    String id = begin(store.failingAt(3_000_000), Seals.CRYPTO);
    byte[] first = store.kept();
    int size = sealedSize();
    goOn(id, store.failingAt(Long.MAX_VALUE), Seals.CRYPTO);

    byte[] archive = store.archive();
    int same = Math.toIntExact(resumedAt.get(0));
    assertThat(same).isPositive();
    assertThat(Arrays.mismatch(archive, 0, same, first, 0, same)).isEqualTo(-1);
    assertThat(archive.length).isEqualTo(size);
  }

  @Test
  void journalAndNotesHoldNothingThatOpensTheArchive() throws IOException {
    KeepingStore store = new KeepingStore(250_000);
    String id;
    byte[] secret;
    Packer packer = packer();
    Plan plan = plan(packer);
    try (TaskJournal journal = tasks().create(start());
        Sealing sealing = Sealing.to(Seals.ID, List.of(Seals.recipient(OPS)), Seals.CRYPTO)) {
      id = journal.id();
      secret = sealing.key().copy();
      PackJournal notes =
          PackJournal.begin(
              tasks(),
              journal,
              Map.of(),
              plan,
              Optional.of(sealing.envelopeFrame()),
              new Listener());
      store.failingAt(2_000_000);
      assertThatThrownBy(
              () -> packer.pack(plan, SOURCES, SealedSink.of(store, sealing, notes), "kept", notes))
          .hasMessageContaining("fails at byte");
    }
    String inBase64 = Base64.getEncoder().withoutPadding().encodeToString(secret);
    String inHex = HexFormat.of().formatHex(secret);
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file)).doesNotContain(inBase64).doesNotContain(inHex);
      }
    }
    assertThat(PackJournal.read(tasks(), id).orElseThrow().envelope()).isPresent();
  }

  @Test
  void otherIdentitiesDoNotOpenWhatWasBegun() throws IOException {
    KeepingStore store = new KeepingStore(250_000);
    String id = begin(store.failingAt(2_000_000), Seals.CRYPTO);
    byte[] envelope = PackJournal.read(tasks(), id).orElseThrow().envelope().orElseThrow();

    assertThat(Sealing.of(envelope, List.of(Seals.knowing("no")), Seals.CRYPTO, "task")).isEmpty();
    envelope[45] ^= 1;
    assertThatThrownBy(
            () -> Sealing.of(envelope, List.of(Seals.identity(OPS)), Seals.CRYPTO, "task"))
        .isInstanceOf(BrokenSealException.class)
        .hasMessageContaining("is not of the key that it holds");
  }
}
