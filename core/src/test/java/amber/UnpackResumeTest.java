package amber;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import amber.archive.ArchiveReader;
import amber.archive.Geometry;
import amber.block.Block;
import amber.block.VolumeRemains;
import amber.disk.PendingImageDirectory;
import amber.fixture.Archives;
import amber.fixture.Fault;
import amber.fixture.Faults;
import amber.fixture.GeneratedVolume;
import amber.fixture.MemoryStore;
import amber.image.Volume;
import amber.store.ArchiveSource;
import amber.task.TaskDirectory;
import amber.task.TaskJournal;
import amber.task.TaskStart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An unpack that ends before it is done goes on, and does nothing twice that was noted. */
class UnpackResumeTest {

  private static final List<GeneratedVolume> SOURCES =
      List.of(
          GeneratedVolume.full(1, 21L * Block.SIZE + 512),
          GeneratedVolume.absent(Block.SIZE),
          GeneratedVolume.full(2, 10L * Block.SIZE));

  private static byte[] archive;

  @TempDir Path directory;
  private TaskDirectory tasks;
  private Path image;
  private String task;

  @BeforeAll
  static void pack() throws IOException {
    archive = Archives.pack(Archives.options(1, new Geometry(1, 2)), SOURCES);
  }

  @BeforeEach
  void begin() throws IOException {
    tasks = new TaskDirectory(directory.resolve("tasks"));
    image = directory.resolve("image");
    TaskStart start =
        new TaskStart("unpack", "a", "image", List.of("unpack"), "/", Map.of(), "test");
    try (TaskJournal journal = tasks.create(start)) {
      task = journal.id();
      UnpackJournal.begin(
          journal,
          new UnpackJournal.Planned(Map.of("archive", "a"), Optional.empty(), Optional.empty()),
          this::broken);
    }
  }

  private void broken(IOException failure) {
    throw new AssertionError(failure);
  }

  private static ArchiveSource source() {
    return MemoryStore.source("a", archive);
  }

  /** One run, which reads so many bytes of the archive. */
  private long run(ArchiveSource source, int threads) throws IOException {
    ArchiveReader reader = ArchiveReader.open(source);
    long opening = reader.bytesRead();
    try (TaskJournal journal = tasks.open(task);
        PendingImageDirectory pending = PendingImageDirectory.keeping(image, false, false)) {
      UnpackJournal notes = UnpackJournal.goOn(tasks, journal, this::broken);
      new Unpacker(threads, new Progress())
          .unpack(reader, Verifier.allVolumes(reader), pending, notes);
      if (!notes.publishing().isPresent()) {
        pending.commit(notes.publishing(), notes::publishing);
      }
    }
    return reader.bytesRead() - opening;
  }

  private void assertWhole() throws IOException {
    for (int number = 0; number < SOURCES.size(); number++) {
      byte[] file = Files.readAllBytes(image.resolve(Volume.fileName(number)));
      GeneratedVolume source = SOURCES.get(number);
      assertThat(file).hasSize((int) source.sizeBytes());
      for (int index : source.listed().slice(0, source.listed().size())) {
        int at = index * Block.SIZE;
        int length = Block.length(index, source.sizeBytes());
        assertThat(
                java.util.Arrays.mismatch(file, at, at + length, source.content(index), 0, length))
            .as("block %d of volume %d", index, number)
            .isNegative();
      }
    }
    assertThat(pendings()).isEmpty();
  }

  private List<Path> pendings() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".pending")).toList();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void whateverReadFailsTheNextRunGoesOn(int threads) throws IOException {
    Fault none = Fault.never();
    run(Faults.onRead(source(), none), threads);
    assertWhole();
    int opening = openingReads();
    for (int call = opening + 1; call <= none.calls(); call++) {
      forgetAll();
      Fault fault = Fault.failing(call);
      assertThatThrownBy(() -> run(Faults.onRead(source(), fault), threads))
          .as("call %d of %d", call, none.calls())
          .hasMessageEndingWith("broke at call " + call);
      run(source(), threads);
      assertWhole();
    }
  }

  private int openingReads() throws IOException {
    Fault counting = Fault.never();
    ArchiveReader.open(Faults.onRead(source(), counting));
    return counting.calls();
  }

  private void forgetAll() throws IOException {
    if (Files.exists(image)) {
      try (Stream<Path> files = Files.list(image)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(image);
    }
    begin();
  }

  @Test
  void segmentsThatWereNotedAreNotReadAgain() throws IOException {
    long whole = run(source(), 1);
    forgetAll();
    int opening = openingReads();
    // Two thirds of the way: the first reads are those of the structure.
    assertThatThrownBy(() -> run(Faults.onRead(source(), Fault.failing(opening + 14)), 1));
    assertThat(UnpackJournal.read(tasks, task).orElseThrow().volumes()).hasSize(3);
    long again = run(source(), 1);
    assertThat(again).isBetween(1L, whole / 2);
    assertWhole();
  }

  @Test
  void runsThatEndAnywhereAnyNumberOfTimesComeToTheSameEnd() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int opening = openingReads();
    int runs = 0;
    while (!Files.exists(image)) {
      assertThat(++runs).as("seed %d", seed).isLessThan(200);
      Fault fault = Fault.failing(opening + 1 + random.nextInt(40));
      try {
        run(Faults.onRead(source(), fault), 1 + random.nextInt(3));
      } catch (IOException e) {
        assertThat(e).as("seed %d", seed).hasMessageContaining("broke at call");
      }
    }
    assertWhole();
  }

  @Test
  void volumeThatIsLostAfterAllWasCheckedIsReadAlone() throws IOException {
    long whole = run(source(), 1);
    // As if the run had ended before the directory got its name.
    Path pending = Path.of(noted(0).token()).getParent();
    Files.move(image, pending);
    Files.delete(pending.resolve(Volume.fileName(2)));
    try (TaskJournal journal = tasks.open(task)) {
      UnpackJournal.goOn(tasks, journal, this::broken).withdrawn();
    }
    Progress progress = new Progress();
    ArchiveReader reader = ArchiveReader.open(source());
    long opening = reader.bytesRead();
    try (TaskJournal journal = tasks.open(task);
        PendingImageDirectory again = PendingImageDirectory.keeping(image, false, false)) {
      UnpackJournal notes = UnpackJournal.goOn(tasks, journal, this::broken);
      new Unpacker(2, progress).unpack(reader, Verifier.allVolumes(reader), again, notes);
      again.commit();
    }
    assertThat(reader.bytesRead() - opening).isBetween(1L, whole / 2);
    assertThat(progress.snapshot().blocks()).isEqualTo(progress.snapshot().totalBlocks());
    assertThat(progress.snapshot().totalBlocks()).isEqualTo(32);
    assertWhole();
  }

  private VolumeRemains noted(int volume) throws IOException {
    return UnpackJournal.read(tasks, task).orElseThrow().volumes().get(volume);
  }

  @Test
  void discardLeavesNothing() throws IOException {
    assertThatThrownBy(() -> run(Faults.onRead(source(), Fault.failing(openingReads() + 10)), 2));
    assertThat(pendings()).hasSize(1);
    UnpackJournal.discard(
        PendingImageDirectory.leftOf(image),
        UnpackJournal.read(tasks, task).orElseThrow().volumes());
    assertThat(pendings()).isEmpty();
  }

  @Test
  void journalThatCannotBeWrittenKeepsNothing() throws IOException {
    int[] told = new int[1];
    TaskJournal closed = tasks.open(task);
    closed.close();
    UnpackJournal notes = UnpackJournal.goOn(tasks, closed, failure -> told[0]++);
    ArchiveReader reader = ArchiveReader.open(source());
    try (PendingImageDirectory pending = PendingImageDirectory.keeping(image, false, false)) {
      new Unpacker(1, new Progress()).unpack(reader, Verifier.allVolumes(reader), pending, notes);
      assertThat(told[0]).isEqualTo(1);
      assertThat(notes.keepsAny()).isFalse();
      notes.discard(pending);
    }
    assertThat(pendings()).isEmpty();
  }
}
