package amber.ec2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import amber.Progress;
import amber.UnpackJournal;
import amber.Unpacker;
import amber.archive.ArchiveReader;
import amber.emulator.state.Snapshot;
import amber.emulator.state.SnapshotState;
import amber.store.ArchiveSource;
import amber.store.FileStore;
import amber.task.TaskDirectory;
import amber.task.TaskJournal;
import amber.task.TaskStart;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.ec2.model.DescribeImagesResponse;
import software.amazon.awssdk.services.ec2.model.Filter;

/** Whole unpacks into new snapshots that end before they are done, and go on. */
class ResumedUnpackTest {

  private static final int BLOCKS = 40;
  private static final String NAME = "resumed";

  @TempDir Path directory;

  private TestAws emulator;
  private Ec2Connection aws;
  private TaskDirectory tasks;
  private String task;
  private Path archive;
  private final Set<String> originals = new TreeSet<>();
  private Killing killing = () -> {};

  /** Ends a run as if its process had died. */
  private interface Killing {
    void afterRegistration();
  }

  @BeforeEach
  void pack() throws IOException {
    emulator = TestAws.start(directory.resolve("aws"));
    Ec2Settings settings = emulator.settings(TestAws.EAST);
    aws =
        Ec2Connection.open(
            settings.withWaits(
                settings.blockRetry(),
                settings.poll(),
                settings.snapshotLimit(),
                Duration.ofMillis(300)));
    Map<Integer, Integer> one = new TreeMap<>();
    Map<Integer, Integer> two = new TreeMap<>();
    for (int i = 0; i < BLOCKS; i++) {
      one.put(3 * i, i + 1);
      two.put(2 * i, 1000 + i);
    }
    String first = snapshot(one);
    String second = snapshot(two);
    String imageId =
        aws.await(
                "test",
                () ->
                    aws.ec2()
                        .registerImage(
                            r ->
                                r.name("original")
                                    .architecture("x86_64")
                                    .virtualizationType("hvm")
                                    .rootDeviceName("/dev/xvda")
                                    .enaSupport(true)
                                    .blockDeviceMappings(
                                        TestRuns.device("/dev/xvda", first),
                                        TestRuns.device("/dev/sdf", second))))
            .imageId();
    archive = directory.resolve("a.bin");
    TestRuns.pack(aws, imageId, archive);
    tasks = new TaskDirectory(directory.resolve("tasks"));
    TaskStart start =
        new TaskStart("unpack", "a", "ami:x", List.of("unpack"), "/", Map.of(), "test");
    try (TaskJournal journal = tasks.create(start)) {
      task = journal.id();
      UnpackJournal.begin(
          journal,
          new UnpackJournal.Planned(Map.of(), Optional.empty(), Optional.empty()),
          this::broken);
    }
  }

  @AfterEach
  void stop() throws IOException {
    assertThat(aws.writeSlots().freeCount()).isEqualTo(8);
    aws.close();
    emulator.close();
  }

  private void broken(IOException failure) {
    throw new AssertionError(failure);
  }

  private String snapshot(Map<Integer, Integer> seeds) throws IOException {
    String id =
        TestAws.snapshot(aws, 1L << 30, seeds, TestAws.request(Map.of("k", "v"), Optional.empty()));
    originals.add(id);
    return id;
  }

  private List<Snapshot> made() throws IOException {
    return emulator.region(TestAws.EAST).snapshots().all().stream()
        .filter(snapshot -> !originals.contains(snapshot.id()))
        .toList();
  }

  private DescribeImagesResponse images() throws IOException {
    Filter named = Filter.builder().name("name").values(NAME).build();
    return aws.await("test", () -> aws.ec2().describeImages(r -> r.owners("self").filters(named)));
  }

  private long puts() {
    return emulator.faults().calls("ebs", "PutSnapshotBlock");
  }

  /** One run, as a command makes it. */
  private RegisteredImage run() throws IOException {
    try (TaskJournal journal = tasks.open(task);
        ArchiveSource source = FileStore.open(archive)) {
      UnpackJournal notes = UnpackJournal.goOn(tasks, journal, this::broken);
      ArchiveReader reader = ArchiveReader.open(source);
      Map<Integer, SnapshotRequest> requests = new HashMap<>();
      for (int number = 0; number < 2; number++) {
        requests.put(
            number,
            SnapshotRequest.of(
                    reader.image(), number, Optional.empty(), "test-" + UUID.randomUUID())
                .withTaskTag());
      }
      try (SnapshotWriter writer = new SnapshotWriter(aws, requests::get)) {
        new Unpacker(2, new Progress()).unpack(reader, new TreeSet<>(Set.of(0, 1)), writer, notes);
        writer.awaitCompleted();
        RegisteredImage registered =
            new ImageRegistrar(aws, false)
                .register(reader.image(), NAME, writer.snapshotIds(), log(notes));
        writer.keep();
        writer.untag();
        return registered;
      }
    }
  }

  private RegistrationLog log(UnpackJournal notes) {
    return new RegistrationLog() {
      @Override
      public boolean mayHaveWorked() {
        return notes.publishing().isPresent();
      }

      @Override
      public void registering() {
        notes.publishing(NAME);
      }

      @Override
      public void registered(String imageId) {
        killing.afterRegistration();
        notes.published(imageId);
      }

      @Override
      public void withdrawn() {
        notes.withdrawn();
      }
    };
  }

  private void failing(String fault) {
    emulator.faults().add(fault);
    assertThatThrownBy(this::run).isInstanceOf(IOException.class);
    emulator.faults().clear();
  }

  private void assertWhole(RegisteredImage registered) throws IOException {
    assertThat(images().images()).hasSize(1);
    assertThat(images().images().get(0).imageId()).isEqualTo(registered.imageId());
    assertThat(registered.differences()).isEmpty();
    assertThat(made()).hasSize(2).allMatch(each -> each.state() == SnapshotState.COMPLETED);
    assertThat(made()).allSatisfy(each -> assertThat(each.tags()).isEqualTo(Map.of("k", "v")));
    SortedMap<Integer, String> ids = new TreeMap<>();
    images()
        .images()
        .get(0)
        .blockDeviceMappings()
        .forEach(
            device ->
                ids.put(
                    device.deviceName().equals("/dev/xvda") ? 0 : 1, device.ebs().snapshotId()));
    var first = emulator.blocks(TestAws.EAST, ids.get(0));
    var second = emulator.blocks(TestAws.EAST, ids.get(1));
    assertThat(first).hasSize(BLOCKS);
    assertThat(second).hasSize(BLOCKS);
    for (int i = 0; i < BLOCKS; i++) {
      assertThat(first.get(3 * i)).isEqualTo(ByteBuffer.wrap(TestAws.block(i + 1)));
      assertThat(second.get(2 * i)).isEqualTo(ByteBuffer.wrap(TestAws.block(1000 + i)));
    }
  }

  @Test
  void blocksThatEbsHasAreNotPutAgain() throws IOException {
    failing("ebs:PutSnapshotBlock:after=50:error=AccessDeniedException:status=403");
    assertThat(made()).hasSize(2).allMatch(each -> each.state() == SnapshotState.PENDING);
    emulator.faults().clear();
    long before = puts();
    RegisteredImage registered = run();
    // 80 in all: 50 have arrived, of which those may be put again whose segment had not, of four
    // blocks in each of at most four that were under way.
    assertThat(puts() - before).isBetween(30L, 46L);
    assertWhole(registered);
  }

  @Test
  void volumesThatAreDoneStayAndOneThatIsLostIsDoneAlone() throws IOException {
    failing("ec2:RegisterImage:error=UnauthorizedOperation:status=403");
    assertThat(made()).hasSize(2).allMatch(each -> each.state() == SnapshotState.COMPLETED);
    String lost = noted(1);
    String kept = noted(0);
    emulator
        .region(TestAws.EAST)
        .snapshots()
        .update(lost, each -> each.withState(SnapshotState.ERROR));
    long before = puts();
    RegisteredImage registered = run();
    assertThat(puts() - before).isEqualTo(BLOCKS);
    assertThat(made()).extracting(Snapshot::id).contains(kept).doesNotContain(lost);
    assertWhole(registered);
  }

  private String noted(int volume) throws IOException {
    UnpackJournal.Noted noted = UnpackJournal.read(tasks, task).orElseThrow();
    return SnapshotToken.read(noted.volumes().get(volume).token()).snapshotId().orElseThrow();
  }

  @Test
  void imageWhoseRegistrationNobodyLearntOfIsFound() throws IOException {
    killing =
        () -> {
          throw new IllegalStateException("killed");
        };
    assertThatThrownBy(this::run).hasMessage("killed");
    killing = () -> {};
    assertThat(images().images()).hasSize(1);
    long before = puts();
    RegisteredImage registered = run();
    assertThat(puts()).isEqualTo(before);
    assertWhole(registered);
    // And once more, as if that run had ended before it could say that it was done.
    assertThat(run().imageId()).isEqualTo(registered.imageId());
    assertWhole(registered);
  }

  @Test
  void registrationWhoseAnswerIsLostIsOneImage() throws IOException {
    emulator.faults().add("ec2:RegisterImage:nth=1:cut-after");
    assertWhole(run());
  }

  @Test
  void registrationThatWasNotedAndNeverSentIsDone() throws IOException {
    failing("ec2:RegisterImage:cut-before");
    assertThat(UnpackJournal.read(tasks, task).orElseThrow().publishing()).hasValue(NAME);
    assertThat(images().images()).isEmpty();
    assertWhole(run());
  }

  @Test
  void whateverIsLeftCanBeDiscarded() throws IOException {
    killing =
        () -> {
          throw new IllegalStateException("killed");
        };
    assertThatThrownBy(this::run).hasMessage("killed");
    UnpackJournal.Noted noted = UnpackJournal.read(tasks, task).orElseThrow();
    new ImageRegistrar(aws, false)
        .withdraw(NAME, SnapshotWriter.snapshotIds(noted.volumes().values()));
    try (SnapshotWriter writer = SnapshotWriter.ofNone(aws)) {
      UnpackJournal.discard(writer, noted.volumes());
    }
    assertThat(images().images()).isEmpty();
    assertThat(made()).isEmpty();
  }
}
