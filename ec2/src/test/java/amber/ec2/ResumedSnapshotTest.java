package amber.ec2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import amber.block.Block;
import amber.block.BlockDigest;
import amber.block.BlockNotes;
import amber.block.PendingVolume;
import amber.block.ResumableBlockSink;
import amber.block.ResumableBlockSink.Kept;
import amber.block.ResumableBlockSinkContract;
import amber.emulator.state.Snapshot;
import amber.emulator.state.SnapshotState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots that stay pending when a run ends, over HTTP. */
class ResumedSnapshotTest extends ResumableBlockSinkContract {

  private static final long GIB = 1L << 30;

  @TempDir Path directory;

  private TestAws emulator;
  private Ec2Connection aws;
  private final List<SnapshotWriter> writers = new ArrayList<>();
  private boolean fillHoles;

  @BeforeEach
  void start() throws IOException {
    emulator = TestAws.start(directory);
    Ec2Settings settings = emulator.settings(TestAws.EAST);
    // What is gone is looked for as long as AWS may deny that it is there.
    aws =
        Ec2Connection.open(
            settings.withWaits(
                settings.blockRetry(),
                settings.poll(),
                settings.snapshotLimit(),
                Duration.ofMillis(300)));
  }

  @AfterEach
  void stop() throws IOException {
    for (SnapshotWriter writer : writers) {
      writer.close();
    }
    assertThat(aws.writeSlots().freeCount()).isEqualTo(8);
    aws.close();
    emulator.close();
  }

  @Override
  protected ResumableBlockSink sink() {
    SnapshotWriter writer =
        new SnapshotWriter(
            aws,
            number -> {
              SnapshotRequest request =
                  TestAws.request(Map.of("a", "b"), Optional.empty()).withTaskTag();
              return fillHoles ? request.withHolesFilled() : request;
            });
    writers.add(writer);
    return writer;
  }

  private SnapshotWriter last() {
    return writers.get(writers.size() - 1);
  }

  @Override
  protected Optional<byte[]> committed(int number) throws IOException {
    String snapshotId = last().snapshotIds().get(number);
    if (snapshotId == null) {
      return Optional.empty();
    }
    last().awaitCompleted();
    SortedMap<Integer, ByteBuffer> blocks = emulator.blocks(TestAws.EAST, snapshotId);
    ByteBuffer bytes = ByteBuffer.allocate(8 * Block.SIZE);
    blocks.forEach((index, block) -> bytes.put(index * Block.SIZE, block, 0, Block.SIZE));
    return Optional.of(java.util.Arrays.copyOf(bytes.array(), (int) SIZE_BYTES));
  }

  @Override
  protected int things() throws IOException {
    return snapshots().size();
  }

  private static String clientToken(BlockNotes notes) throws IOException {
    return SnapshotToken.read(notes.remains().token()).clientToken();
  }

  private List<Snapshot> snapshots() throws IOException {
    return emulator.region(TestAws.EAST).snapshots().all();
  }

  private void write(PendingVolume volume, BlockNotes notes, int index) throws IOException {
    byte[] block = TestAws.block(index);
    volume.write(
        index, ByteBuffer.wrap(block), BlockDigest.newSha256().digest(block), notes.arrival(index));
  }

  private BlockNotes written(int... indexes) throws Exception {
    BlockNotes notes = new BlockNotes();
    try (PendingVolume volume = sink().begin(0, GIB, notes)) {
      for (int index : indexes) {
        write(volume, notes, index);
      }
      notes.await(indexes.length);
    }
    return notes;
  }

  private void written(PendingVolume volume, int index) throws IOException {
    volume.written(index, BlockDigest.newSha256().digest(TestAws.block(index)));
  }

  @Test
  void blocksThatArrivedAreNotPutAgain() throws Exception {
    BlockNotes notes = written(1, 5, 9);
    long puts = emulator.faults().calls("ebs", "PutSnapshotBlock");
    var resumed = sink().resume(0, GIB, notes.remains(), new BlockNotes(notes));
    try (PendingVolume volume = resumed.volume()) {
      for (int index : notes.arrived()) {
        written(volume, index);
      }
      write(volume, notes, 7);
      volume.commit();
    }
    assertThat(emulator.faults().calls("ebs", "PutSnapshotBlock") - puts).isEqualTo(1);
    last().awaitCompleted();
    assertThat(emulator.blocks(TestAws.EAST, last().snapshotIds().get(0)))
        .containsOnlyKeys(1, 5, 7, 9);
  }

  @Test
  void snapshotThatEbsGaveUpIsBegunAnew() throws Exception {
    BlockNotes notes = written(1, 5);
    String given = snapshots().get(0).id();
    emulator
        .region(TestAws.EAST)
        .snapshots()
        .update(given, snapshot -> snapshot.withState(SnapshotState.ERROR));
    BlockNotes later = new BlockNotes(notes);
    var resumed = sink().resume(0, GIB, notes.remains(), later);
    try (PendingVolume volume = resumed.volume()) {
      assertThat(resumed.kept()).isEqualTo(Kept.NOTHING);
      assertThat(volume.location()).isNotEqualTo(given);
      write(volume, later, 1);
      volume.commit();
    }
    assertThat(snapshots()).extracting(Snapshot::id).hasSize(1).doesNotContain(given);
  }

  @Test
  void startOfWhichNoAnswerCameIsOneSnapshot() throws Exception {
    BlockNotes notes = written();
    // As noted before the answer.
    BlockNotes early = new BlockNotes();
    early.begun(clientToken(notes));
    BlockNotes later = new BlockNotes(early);
    var resumed = sink().resume(0, GIB, early.remains(), later);
    assertThat(resumed.volume().location()).isEqualTo(snapshots().get(0).id());
    assertThat(later.remains().token()).isEqualTo(notes.remains().token());
    resumed.volume().close();
    assertThat(snapshots()).hasSize(1);
  }

  @Test
  void completionWhoseAnswerWasLostIsRecognised() throws Exception {
    BlockNotes notes = written(1, 5);
    emulator.faults().add("ebs:CompleteSnapshot:nth=1:cut-after");
    BlockNotes later = new BlockNotes(notes);
    var resumed = sink().resume(0, GIB, notes.remains(), later);
    try (PendingVolume volume = resumed.volume()) {
      written(volume, 1);
      written(volume, 5);
      volume.commit();
    }
    last().awaitCompleted();
    // The process may have ended before it learnt of it, at any time.
    var again = sink().resume(0, GIB, later.remains(), new BlockNotes(later));
    assertThat(again.kept()).isEqualTo(Kept.ALL);
    again.volume().commit();
    again.volume().close();
    assertThat(last().snapshotIds()).hasSize(1);
    assertThat(snapshots()).hasSize(1);
  }

  @Test
  void blocksThatAreNotThereAfterAllAreNoticedAndTheVolumeIsBegunAnew() throws Exception {
    BlockNotes notes = written(1, 5);
    BlockNotes later = new BlockNotes(notes);
    var resumed = sink().resume(0, GIB, notes.remains(), later);
    try (PendingVolume volume = resumed.volume()) {
      written(volume, 1);
      written(volume, 5);
      written(volume, 6);
      assertThatThrownBy(volume::commit)
          .isInstanceOf(AwsException.class)
          .hasMessageContaining(volume.location());
    }
    assertThat(later.losses()).isEqualTo(1);
    assertThat(snapshots()).isEmpty();
  }

  @Test
  void holesAreFilledOfAVolumeThatIsGoneOnWith() throws Exception {
    fillHoles = true;
    BlockNotes notes = written(1, 5);
    var resumed = sink().resume(0, GIB, notes.remains(), new BlockNotes(notes));
    try (PendingVolume volume = resumed.volume()) {
      written(volume, 1);
      written(volume, 5);
      volume.commit();
    }
    last().awaitCompleted();
    SortedMap<Integer, ByteBuffer> blocks =
        emulator.blocks(TestAws.EAST, last().snapshotIds().get(0));
    assertThat(blocks).hasSize(2048);
    assertThat(blocks.get(5)).isEqualTo(ByteBuffer.wrap(TestAws.block(5)));
    assertThat(blocks.get(6)).isEqualTo(ByteBuffer.allocate(Block.SIZE));
  }

  @Test
  void tagIsThereWhileASnapshotIsMade() throws Exception {
    BlockNotes notes = written(1);
    String token = clientToken(notes);
    assertThat(snapshots().get(0).tags())
        .containsEntry(TaskTag.NAME, token)
        .containsEntry("a", "b");
    var resumed = sink().resume(0, GIB, notes.remains(), new BlockNotes(notes));
    try (PendingVolume volume = resumed.volume()) {
      written(volume, 1);
      volume.commit();
    }
    last().awaitCompleted();
    last().untag();
    assertThat(snapshots().get(0).tags()).isEqualTo(Map.of("a", "b"));
  }
}
