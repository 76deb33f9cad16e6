package amber;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import amber.archive.Geometry;
import amber.block.Block;
import amber.block.BlockSource;
import amber.disk.PendingImageDirectory;
import amber.fixture.Fault;
import amber.fixture.Faults;
import amber.fixture.GeneratedVolume;
import amber.image.Volume;
import amber.task.TaskDirectory;
import amber.task.TaskJournal;
import amber.task.TaskStart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The copy of an image that ends before it is done goes on, and does nothing twice. */
class ImageCopyResumeTest {

  private static final int PER_SEGMENT = Geometry.DEFAULT.blocksPerSegment();
  private static final List<GeneratedVolume> SOURCES =
      List.of(
          GeneratedVolume.full(1, (2L * PER_SEGMENT + 3) * Block.SIZE + 512),
          GeneratedVolume.absent(Block.SIZE),
          GeneratedVolume.zero((PER_SEGMENT + 1L) * Block.SIZE));
  private static final long BLOCKS =
      SOURCES.stream().mapToLong(source -> source.listed().size()).sum();

  @TempDir private Path directory;
  private TaskDirectory tasks;
  private String task;

  @BeforeEach
  void begin() throws IOException {
    tasks = new TaskDirectory(directory.resolve("tasks"));
    begin(true);
  }

  private void begin(boolean keeps) throws IOException {
    TaskStart start = new TaskStart("copy", "a", "image", List.of("copy"), "/", Map.of(), "test");
    UnpackJournal.Planned planned =
        new UnpackJournal.Planned(
            Map.of("source", "a"), Optional.of(new byte[] {1, 2}), Optional.empty());
    try (TaskJournal journal = tasks.create(start)) {
      task = journal.id();
      if (keeps) {
        UnpackJournal.begin(journal, planned, this::broken);
      }
    }
  }

  private void broken(IOException failure) {
    throw new AssertionError(failure);
  }

  private static List<BlockSource> failing(Fault fault) {
    List<BlockSource> sources = new ArrayList<>();
    SOURCES.forEach(source -> sources.add(Faults.onRead(source, fault)));
    return sources;
  }

  private Path image() {
    return directory.resolve("image");
  }

  private Progress run(List<? extends BlockSource> sources, int threads) throws IOException {
    List<Volume> volumes = new ArrayList<>();
    for (BlockSource source : sources) {
      volumes.add(new Volume(volumes.size(), source.sizeBytes(), Optional.empty()));
    }
    Progress progress = new Progress();
    try (TaskJournal journal = tasks.open(task);
        PendingImageDirectory pending = PendingImageDirectory.keeping(image(), false, false)) {
      UnpackJournal notes = UnpackJournal.goOn(tasks, journal, this::broken);
      new ImageCopier(threads, progress)
          .copy(ReadPlan.of(volumes, sources), sources, pending, notes);
      pending.commit(notes.publishing(), notes::publishing);
    }
    return progress;
  }

  private void assertWhole() throws IOException {
    for (int number = 0; number < SOURCES.size(); number++) {
      byte[] file = Files.readAllBytes(image().resolve(Volume.fileName(number)));
      GeneratedVolume source = SOURCES.get(number);
      assertThat(file).hasSize((int) source.sizeBytes());
      for (int index : source.listed().slice(0, source.listed().size())) {
        int at = index * Block.SIZE;
        int length = Block.length(index, source.sizeBytes());
        assertThat(Arrays.mismatch(file, at, at + length, source.content(index), 0, length))
            .as("block %d of volume %d", index, number)
            .isNegative();
      }
    }
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.filter(file -> file.toString().endsWith(".pending"))).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void whateverReadFailsTheNextRunGoesOn(int threads) throws IOException {
    for (int call : new int[] {1, PER_SEGMENT + 1, 2 * PER_SEGMENT + 2, (int) BLOCKS}) {
      clear();
      Fault fault = Fault.failing(call);
      assertThatThrownBy(() -> run(failing(fault), threads))
          .hasMessageEndingWith("broke at call " + call);
      Fault counting = Fault.never();
      Progress progress = run(failing(counting), threads);
      assertThat(counting.calls())
          .as("blocks read after call %d", call)
          .isLessThanOrEqualTo((int) BLOCKS - call + 1 + threads * PER_SEGMENT);
      assertThat(progress.snapshot().blocks()).isEqualTo(BLOCKS);
      assertThat(progress.snapshot().zeroBlocks()).isEqualTo(PER_SEGMENT + 1L);
      assertWhole();
    }
  }

  private void clear() throws IOException {
    if (Files.exists(image())) {
      try (Stream<Path> files = Files.list(image())) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(image());
    }
    begin(true);
  }

  @Test
  void manifestIsTheFirstRuns() throws IOException {
    assertThat(UnpackJournal.read(tasks, task).orElseThrow().manifest())
        .hasValueSatisfying(bytes -> assertThat(bytes).containsExactly(1, 2));
    assertThat(UnpackJournal.isOf(tasks, task)).isTrue();
    begin(false);
    assertThat(UnpackJournal.isOf(tasks, task)).isFalse();
  }

  @Test
  void traceTellsWhatIsLeftAndKeepsNothing() throws IOException {
    begin(false);
    UnpackJournal.Planned planned =
        new UnpackJournal.Planned(Map.of(), Optional.empty(), Optional.empty());
    try (TaskJournal journal = tasks.open(task);
        PendingImageDirectory pending = PendingImageDirectory.keeping(image(), false, false)) {
      UnpackJournal trace = UnpackJournal.trace(journal, planned, this::broken);
      List<Volume> volumes = List.of(new Volume(0, SOURCES.get(0).sizeBytes(), Optional.empty()));
      List<BlockSource> sources = failing(Fault.failing(PER_SEGMENT + 2)).subList(0, 1);
      assertThatThrownBy(
              () ->
                  new ImageCopier(1, new Progress())
                      .copy(ReadPlan.of(volumes, sources), sources, pending, trace))
          .isInstanceOf(IOException.class);
      assertThat(trace.keepsAny()).isFalse();
    }
    assertThat(tasks.find(task)).hasValueSatisfying(left -> assertThat(left.left()).isTrue());
    assertThat(tasks.find(task)).hasValueSatisfying(left -> assertThat(left.resumable()).isFalse());
    UnpackJournal.discard(
        PendingImageDirectory.leftOf(image()),
        UnpackJournal.read(tasks, task).orElseThrow().volumes());
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.filter(file -> file.toString().endsWith(".pending"))).isEmpty();
    }
  }
}
