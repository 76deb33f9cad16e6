package amber;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import amber.archive.Geometry;
import amber.block.Block;
import amber.block.BlockSink;
import amber.block.BlockSource;
import amber.block.SourceChangedException;
import amber.disk.PendingImageDirectory;
import amber.disk.RawDisk;
import amber.fixture.Archives;
import amber.fixture.Fault;
import amber.fixture.Faults;
import amber.fixture.GeneratedVolume;
import amber.fixture.LeakCheck;
import amber.fixture.MemoryStore;
import amber.fixture.MemoryVolumes;
import amber.store.ArchiveSink;
import amber.store.ArchiveSource;
import amber.store.FileStore;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.RandomAccessFile;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever fails, and whenever: the failure says where, and nothing is left behind. */
class FaultTest {

  private static final Geometry GEOMETRY = new Geometry(1, 2);

  private static final List<GeneratedVolume> SOURCES =
      List.of(
          GeneratedVolume.full(1, 3L * Block.SIZE + 512),
          GeneratedVolume.absent(Block.SIZE),
          GeneratedVolume.full(2, 2L * Block.SIZE));

  private static byte[] archive;

  @TempDir Path directory;
  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  private final MemoryStore store = leaks.watch(new MemoryStore());
  private final MemoryVolumes volumes = leaks.watch(new MemoryVolumes());

  @BeforeAll
  static void pack() throws IOException {
    archive = Archives.pack(Archives.options(1, GEOMETRY), SOURCES);
  }

  /** A flow to which a fault happens at one of its calls. */
  private interface Flow {
    void run(Fault fault) throws IOException;
  }

  /** Lets every call fail, one a run, and asserts what must hold whichever it was. */
  private void assertFailsAtEveryCall(String location, Flow flow) throws Exception {
    Fault none = Fault.never();
    flow.run(none);
    assertThat(none.calls()).isPositive();
    for (int call = 1; call <= none.calls(); call++) {
      int commits = store.commits();
      Fault fault = Fault.failing(call);
      assertThatThrownBy(() -> flow.run(fault))
          .as("call %d of %d", call, none.calls())
          .isExactlyInstanceOf(IOException.class)
          .hasMessageContaining(location)
          .hasMessageEndingWith("broke at call " + call);
      assertThat(store.commits()).isEqualTo(commits);
      leaks.requireNone();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void packLeavesNothingWhicheverReadFails(int threads) throws Exception {
    assertFailsAtEveryCall(
        "generated:",
        fault -> {
          List<BlockSource> sources = new ArrayList<>();
          SOURCES.forEach(source -> sources.add(Faults.onRead(source, fault)));
          Archives.pack(Archives.options(threads, GEOMETRY), sources, store.replacing(), "a");
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void packLeavesNothingWhicheverAppendFails(int threads) throws Exception {
    assertFailsAtEveryCall("a", fault -> pack(threads, Faults.onAppend(store.replacing(), fault)));
  }

  @Test
  void packLeavesNothingWhenTheCommitFails() throws Exception {
    assertFailsAtEveryCall("a", fault -> pack(2, Faults.onCommit(store.replacing(), fault)));
  }

  @Test
  void packLeavesNothingWhenASourceCannotSayWhetherItChanged() throws Exception {
    assertFailsAtEveryCall(
        "generated:",
        fault -> {
          List<BlockSource> sources = new ArrayList<>();
          SOURCES.forEach(source -> sources.add(Faults.onConfirm(source, fault)));
          Archives.pack(Archives.options(2, GEOMETRY), sources, store.replacing(), "a");
        });
  }

  @Test
  void packLeavesNoFileWhicheverAppendFails() throws Exception {
    String name = directory.resolve("a.bin").toString();
    assertFailsAtEveryCall(
        name,
        fault -> {
          ArchiveSink sink = Faults.onAppend(new FileStore(true, false), fault);
          try {
            Archives.pack(Archives.options(2, GEOMETRY), SOURCES, sink, name);
            Files.delete(Path.of(name));
          } finally {
            assertThat(names(directory)).isEmpty();
          }
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void unpackLeavesNothingWhicheverReadFails(int threads) throws Exception {
    assertFailsAtEveryCall(
        "memory:a",
        fault -> {
          ArchiveSource source = Faults.onRead(MemoryStore.source("a", archive), fault);
          assertNothingCommitted(sink -> Archives.unpack(source, threads, sink));
        });
  }

  @Test
  void verifyFailsWhicheverReadFails() throws Exception {
    assertFailsAtEveryCall(
        "memory:a",
        fault -> Archives.verify(Faults.onRead(MemoryStore.source("a", archive), fault), 2));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void unpackLeavesNothingWhicheverWriteFails(int threads) throws Exception {
    assertFailsAtEveryCall(
        "memory:volume-0",
        fault ->
            assertNothingCommitted(
                sink -> {
                  BlockSink faulty = Faults.onWrite(sink, fault);
                  Archives.unpack(MemoryStore.source("a", archive), threads, faulty);
                }));
  }

  @Test
  void unpackLeavesNothingWhicheverVolumeCannotBegin() throws Exception {
    assertFailsAtEveryCall(
        "volume ",
        fault ->
            assertNothingCommitted(
                sink -> {
                  BlockSink faulty = Faults.onBegin(sink, fault);
                  Archives.unpack(MemoryStore.source("a", archive), 2, faulty);
                }));
  }

  @Test
  void unpackLeavesNoDirectoryWhicheverCallFails() throws Exception {
    Path image = directory.resolve("image");
    List<Flow> flows =
        List.of(
            fault -> unpackToDirectory(image, sink -> Faults.onWrite(sink, fault)),
            fault -> unpackToDirectory(image, sink -> Faults.onCommit(sink, fault)),
            fault -> unpackToDirectory(image, sink -> Faults.onBegin(sink, fault)));
    for (Flow flow : flows) {
      assertFailsAtEveryCall(
          "",
          fault -> {
            try {
              flow.run(fault);
            } finally {
              assertThat(names(directory)).isEmpty();
            }
          });
    }
  }

  private interface SinkWrapper {
    BlockSink wrap(BlockSink sink);
  }

  private static void unpackToDirectory(Path image, SinkWrapper wrapper) throws IOException {
    try (PendingImageDirectory pending = PendingImageDirectory.begin(image, false, false)) {
      Archives.unpack(MemoryStore.source("a", archive), 2, wrapper.wrap(pending));
    }
  }

  @Test
  void bugInASourceIsNotHiddenAndLeavesNothing() throws Exception {
    Fault bug =
        Fault.before(
            3,
            location -> {
              throw new IllegalStateException("bug: at " + location);
            });
    List<BlockSource> sources = new ArrayList<>();
    SOURCES.forEach(source -> sources.add(Faults.onRead(source, bug)));
    assertThatThrownBy(() -> Archives.pack(Archives.options(2, GEOMETRY), sources, store, "a"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("bug: at generated:");
    assertThat(store.names()).isEmpty();
  }

  @Test
  void diskThatIsWrittenToWhileItIsPackedGivesNoArchive() throws Exception {
    Path disk = writeDisk();
    for (int call = 1; call <= 4; call++) {
      Files.setLastModifiedTime(disk, FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));
      Fault write =
          Fault.before(
              call,
              location -> {
                try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
                  file.write(1);
                }
              });
      try (BlockSource source = Faults.onRead(RawDisk.open(disk), write)) {
        assertThatThrownBy(
                () -> Archives.pack(Archives.options(2, GEOMETRY), List.of(source), store, "a"))
            .isInstanceOf(SourceChangedException.class)
            .hasMessageContaining(disk.toString());
      }
      assertThat(write.happened()).isTrue();
      assertThat(store.names()).isEmpty();
    }
  }

  @Test
  void diskThatShrinksWhileItIsPackedGivesNoArchive() throws Exception {
    Path disk = writeDisk();
    Fault shrink =
        Fault.before(
            2,
            location -> {
              try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
                file.setLength(512);
              }
            });
    try (BlockSource source = Faults.onRead(RawDisk.open(disk), shrink)) {
      assertThatThrownBy(
              () -> Archives.pack(Archives.options(1, GEOMETRY), List.of(source), store, "a"))
          .isInstanceOf(SourceChangedException.class)
          .hasMessageContaining(disk.toString());
    }
    assertThat(store.names()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void interruptedPackLeavesNothingAndKeepsTheInterrupt(long seed) throws Exception {
    Path disk = writeDisk();
    Path folder = Files.createDirectory(directory.resolve("archives"));
    String name = folder.resolve("a.bin").toString();
    Random random = new Random(seed);
    Thread packer = Thread.currentThread();
    Fault appends = Fault.never();
    try (BlockSource source = RawDisk.open(disk)) {
      Archives.pack(
          Archives.options(1, GEOMETRY), List.of(source), Faults.onAppend(store, appends), "a");
    }
    Fault onRead = Fault.before(random.nextInt(6), location -> packer.interrupt());
    Fault onAppend =
        Fault.before(1 + random.nextInt(appends.calls()), location -> packer.interrupt());
    Throwable failure;
    boolean interrupted;
    try (BlockSource source = Faults.onRead(RawDisk.open(disk), onRead)) {
      failure =
          catchThrowable(
              () ->
                  Archives.pack(
                      Archives.options(1 + random.nextInt(3), GEOMETRY),
                      List.of(source),
                      Faults.onAppend(new FileStore(false, false), onAppend),
                      name));
      interrupted = Thread.interrupted();
    }
    assertThat(failure)
        .as("seed %d", seed)
        .isInstanceOfAny(InterruptedIOException.class, ClosedByInterruptException.class);
    assertThat(interrupted).as("seed %d: interrupt kept", seed).isTrue();
    assertThat(names(folder)).as("seed %d", seed).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void interruptedUnpackLeavesNothingAndKeepsTheInterrupt(long seed) throws Exception {
    Path file = Files.write(directory.resolve("a.bin"), archive);
    Path folder = Files.createDirectory(directory.resolve("images"));
    Random random = new Random(seed);
    Thread unpacker = Thread.currentThread();
    Fault reads = Fault.never();
    Archives.verify(Faults.onRead(MemoryStore.source("a", archive), reads), 1);
    Fault onRead =
        Fault.before(1 + random.nextInt(reads.calls()), location -> unpacker.interrupt());
    Throwable failure;
    try (ArchiveSource source = FileStore.open(file);
        PendingImageDirectory pending =
            PendingImageDirectory.begin(folder.resolve("image"), false, false)) {
      int threads = 1 + random.nextInt(3);
      failure =
          catchThrowable(() -> Archives.unpack(Faults.onRead(source, onRead), threads, pending));
    }
    boolean interrupted = Thread.interrupted();
    assertThat(failure)
        .as("seed %d", seed)
        .isInstanceOfAny(InterruptedIOException.class, ClosedByInterruptException.class);
    assertThat(interrupted).as("seed %d: interrupt kept", seed).isTrue();
    assertThat(names(folder)).as("seed %d", seed).isEmpty();
  }

  private void pack(int threads, ArchiveSink sink) throws IOException {
    Archives.pack(Archives.options(threads, GEOMETRY), SOURCES, sink, "a");
  }

  private interface Unpack {
    void into(BlockSink sink) throws IOException;
  }

  private void assertNothingCommitted(Unpack unpack) throws IOException {
    MemoryVolumes target = leaks.watch(new MemoryVolumes());
    try {
      unpack.into(target);
    } catch (IOException e) {
      assertThat(target.committed()).isEmpty();
      throw e;
    }
    assertThat(target.differenceTo(SOURCES)).isEmpty();
    assertThat(volumes.committed()).isEmpty();
  }

  private Path writeDisk() throws IOException {
    Path disk = directory.resolve("disk.img");
    byte[] content = new byte[6 * Block.SIZE];
    new Random(3).nextBytes(content);
    return Files.write(disk, content);
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
