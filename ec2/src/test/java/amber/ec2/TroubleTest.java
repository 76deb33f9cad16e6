package amber.ec2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import amber.block.Block;
import amber.block.BlockDigest;
import amber.block.BlockReader;
import amber.block.PendingVolume;
import amber.emulator.ebs.EbsRules;
import amber.emulator.ec2.Ec2Rules;
import amber.emulator.http.CutException;
import amber.emulator.http.FailureException;
import amber.emulator.http.Interference;
import amber.emulator.http.Response;
import amber.emulator.http.Trouble;
import amber.emulator.state.Snapshot;
import amber.emulator.state.StorageTier;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What AWS may answer when it does not just work. */
class TroubleTest {

  private static final Map<Integer, Integer> SEEDS = Map.of(0, 1, 1, 2, 2, 0, 5, 4, 900, 6);

  @TempDir Path directory;

  private TestAws emulator;
  private Ec2Connection aws;

  @AfterEach
  void stop() throws IOException {
    assertThat(aws.readSlots().freeCount()).isEqualTo(8);
    assertThat(aws.writeSlots().freeCount()).isEqualTo(8);
    aws.close();
    emulator.close();
  }

  private void start(EbsRules rules, Interference interference) throws IOException {
    emulator = TestAws.start(directory, rules, Ec2Rules.DEFAULT, interference);
    aws = emulator.connect(TestAws.EAST);
  }

  private String snapshot() throws IOException {
    return TestAws.snapshot(aws, 1L << 30, SEEDS, TestAws.request(Map.of(), Optional.empty()));
  }

  private void assertReads(String snapshotId) throws IOException {
    try (SnapshotBlocks source = SnapshotBlocks.open(aws, snapshotId)) {
      assertReads(source);
    }
  }

  private void assertReads(SnapshotBlocks source) throws IOException {
    int[] all = source.listed().slice(0, SEEDS.size());
    ByteBuffer slot = ByteBuffer.allocate(Block.SIZE);
    try (BlockReader reader = source.read(all)) {
      for (int index : all) {
        byte[] digest = reader.next(slot);
        assertThat(slot.array()).isEqualTo(TestAws.block(SEEDS.get(index)));
        assertThat(digest).isEqualTo(BlockDigest.newSha256().digest(slot.array()));
      }
    }
  }

  /** Every first request for the same thing fails in this way. */
  private static Interference firstFails(Trouble trouble) {
    ConcurrentHashMap<String, Boolean> seen = new ConcurrentHashMap<>();
    return (service, operation, request, call) -> {
      String what = operation + request.target().rawPath();
      if (service.name().equals("ebs") && seen.putIfAbsent(what, true) == null) {
        throw new FailureException(service.failure(trouble));
      }
      return call.run();
    };
  }

  @ParameterizedTest
  @EnumSource(
      value = Trouble.class,
      names = {"THROTTLED", "INTERNAL", "UNAVAILABLE", "EXPIRED_SIGNATURE"})
  void passingRefusalsAreTriedAgain(Trouble trouble) throws IOException {
    start(EbsRules.DEFAULT, firstFails(trouble));
    String snapshotId = snapshot();
    assertReads(snapshotId);
    assertThat(aws.counts().retries()).isGreaterThanOrEqualTo(SEEDS.size());
    assertThat(aws.counts().throttled() > 0).isEqualTo(trouble == Trouble.THROTTLED);
  }

  @Test
  void cutConnectionsAreTriedAgain() throws IOException {
    ConcurrentHashMap<String, Boolean> seen = new ConcurrentHashMap<>();
    start(
        EbsRules.DEFAULT,
        (service, operation, request, call) -> {
          String what = operation + request.target().rawPath();
          if (operation.endsWith("SnapshotBlock") && seen.putIfAbsent(what, true) == null) {
            throw new CutException("test");
          }
          return call.run();
        });
    assertReads(snapshot());
    assertThat(aws.counts().retries()).isGreaterThanOrEqualTo(SEEDS.size());
  }

  @Test
  void damagedBlocksAreReadAgain() throws IOException {
    AtomicInteger damaged = new AtomicInteger();
    start(
        EbsRules.DEFAULT,
        (service, operation, request, call) -> {
          Response answer = call.run();
          if (operation.equals("GetSnapshotBlock") && damaged.getAndIncrement() < 3) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            answer.body().writeTo(bytes);
            byte[] flipped = bytes.toByteArray();
            flipped[12345] ^= 4;
            return answer.withBody(flipped.length, out -> out.write(flipped));
          }
          return answer;
        });
    assertReads(snapshot());
    assertThat(aws.counts().retries()).isEqualTo(3);
  }

  @Test
  void tokensThatANewListTakesOutOfUseAreListedAgain() throws IOException {
    start(EbsRules.DEFAULT.withRelistInvalidatesTokens(true), Interference.NONE);
    String snapshotId = snapshot();
    try (SnapshotBlocks source = SnapshotBlocks.open(aws, snapshotId)) {
      assertThat(source.listed().size()).isEqualTo(SEEDS.size());
      aws.await(
          "another list",
          aws.ebs().listSnapshotBlocks(r -> r.snapshotId(snapshotId)),
          Duration.ofSeconds(20));
      int[] indexes = {0, 5, 900};
      ByteBuffer slot = ByteBuffer.allocate(Block.SIZE);
      try (BlockReader reader = source.read(indexes)) {
        for (int index : indexes) {
          assertThat(reader.next(slot)).isNotNull();
          assertThat(slot.array()).isEqualTo(TestAws.block(SEEDS.get(index)));
        }
      }
      // One list at first, and one more when the first block's token was refused.
      assertThat(aws.counts().lists()).isEqualTo(2);
    }
  }

  @Test
  void emptyPagesDoNotEndAList() throws IOException {
    start(EbsRules.DEFAULT.withEmptyPageEvery(2), Interference.NONE);
    assertReads(snapshot());
    assertReads(emulator.region(TestAws.EAST).snapshots().all().get(0).id());
  }

  @Test
  void listGoesOnWithoutAPageTokenThatExpired() throws IOException {
    start(EbsRules.DEFAULT.withEmptyPageEvery(2), Interference.NONE);
    String snapshotId = snapshot();
    assertReads(snapshotId);
    // Of the list that comes now, the first page is empty, and the second is asked for by token.
    String fault =
        "ebs:ListSnapshotBlocks:nth=2:error=ValidationException:reason=INVALID_PAGE_TOKEN";
    emulator.faults().add(fault);
    assertReads(snapshotId);
    assertThat(emulator.faults().met(fault)).isEqualTo(1);
  }

  @Test
  void lostAnswerOfACompletionThatIsNotThroughYetIsRecognized() throws IOException {
    start(EbsRules.DEFAULT.withCompletionDelay(Duration.ofMillis(500)), Interference.NONE);
    emulator.faults().add("ebs:CompleteSnapshot:nth=1:cut-after");
    // EBS may say of a second completion that the snapshot is not one to be completed.
    emulator
        .faults()
        .add("ebs:CompleteSnapshot:nth=2:error=ValidationException:reason=INVALID_SNAPSHOT_ID");
    assertReads(snapshot());
    assertThat(aws.counts().starts()).isEqualTo(3);
  }

  @Test
  void freshSnapshotThatIsNotYetKnownIsWaitedFor() throws IOException {
    start(
        EbsRules.DEFAULT
            .withNotFoundWindow(Duration.ofMillis(1500))
            .withCompletionDelay(Duration.ofMillis(300)),
        Interference.NONE);
    assertReads(snapshot());
  }

  @Test
  void lostAnswerOfACompletionIsRecognized() throws IOException {
    AtomicInteger lost = new AtomicInteger();
    start(
        EbsRules.DEFAULT,
        (service, operation, request, call) -> {
          Response answer = call.run();
          if (operation.equals("CompleteSnapshot") && lost.getAndIncrement() == 0) {
            throw new CutException("test");
          }
          return answer;
        });
    assertReads(snapshot());
    assertThat(lost).hasValue(1);
  }

  @Test
  void refusalOfABlockFailsTheVolumeAndDeletesTheSnapshot() throws IOException {
    start(
        EbsRules.DEFAULT,
        (service, operation, request, call) -> {
          if (operation.equals("PutSnapshotBlock") && request.target().rawPath().endsWith("/5")) {
            throw new FailureException(service.failure(Trouble.DENIED));
          }
          return call.run();
        });
    assertThatThrownBy(this::snapshot)
        .isInstanceOf(AccessDeniedException.class)
        .hasMessageContaining("block 5 of snap-");
    assertThat(emulator.region(TestAws.EAST).snapshots().all()).isEmpty();
  }

  @Test
  void wrongDigestIsRefusedByEbsAndNotTriedAgain() throws IOException {
    start(EbsRules.DEFAULT, Interference.NONE);
    SnapshotWriter writer =
        new SnapshotWriter(aws, number -> TestAws.request(Map.of(), Optional.empty()));
    try (PendingVolume volume = writer.begin(0, 1L << 30)) {
      volume.write(3, ByteBuffer.wrap(TestAws.block(1)), BlockDigest.zeroBlock());
      assertThatThrownBy(volume::commit)
          .isInstanceOf(AwsException.class)
          .hasMessageContaining("block 3 of snap-")
          .hasMessageContaining("INVALID_PARAMETER_VALUE");
    }
    assertThat(aws.counts().retries()).isZero();
  }

  @Test
  void snapshotsThatCannotBeReadAreRefusedWithTheRemedy() throws IOException {
    start(EbsRules.DEFAULT, Interference.NONE);
    assertRefused(s -> s.withStorageTier(StorageTier.ARCHIVE), "restore-snapshot-tier");
    assertRefused(s -> s.withSharedWith(List.of(Snapshot.EVERYBODY)), "copy-snapshot");
    assertRefused(s -> s.withOutpostArn("arn:aws:outposts:x"), "Outpost");
    assertThatThrownBy(() -> SnapshotBlocks.open(aws, "snap-0123456789abcdef0"))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("snap-0123456789abcdef0");
    SnapshotWriter writer =
        new SnapshotWriter(aws, number -> TestAws.request(Map.of(), Optional.empty()));
    try (PendingVolume volume = writer.begin(0, 1L << 30)) {
      assertThatThrownBy(() -> SnapshotBlocks.open(aws, volume.location()))
          .isInstanceOf(UnreadableSnapshotException.class)
          .hasMessageContaining("is pending");
    }
  }

  private void assertRefused(UnaryOperator<Snapshot> change, String remedy) throws IOException {
    String snapshotId = snapshot();
    emulator.region(TestAws.EAST).snapshots().update(snapshotId, change);
    assertThatThrownBy(() -> SnapshotBlocks.open(aws, snapshotId))
        .isInstanceOf(UnreadableSnapshotException.class)
        .hasMessageStartingWith(snapshotId)
        .hasMessageContaining(remedy);
  }

  @Test
  void snapshotsSharedByAnotherAccountAreRead() throws IOException {
    start(EbsRules.DEFAULT, Interference.NONE);
    String snapshotId = snapshot();
    String self = emulator.region(TestAws.EAST).accountId();
    emulator
        .region(TestAws.EAST)
        .snapshots()
        .update(snapshotId, s -> s.withOwnerId("999999999999").withSharedWith(List.of(self)));
    assertReads(snapshotId);
  }
}
