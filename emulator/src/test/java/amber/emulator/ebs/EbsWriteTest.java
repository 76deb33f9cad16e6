package amber.emulator.ebs;

import static org.assertj.core.api.Assertions.assertThat;

import amber.emulator.state.Snapshot;
import amber.emulator.state.SnapshotState;
import java.io.IOException;
import java.time.Duration;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.ebs.model.Block;
import software.amazon.awssdk.services.ebs.model.ConcurrentLimitExceededException;
import software.amazon.awssdk.services.ebs.model.ConflictException;
import software.amazon.awssdk.services.ebs.model.EbsException;
import software.amazon.awssdk.services.ebs.model.ResourceNotFoundException;
import software.amazon.awssdk.services.ebs.model.ServiceQuotaExceededException;
import software.amazon.awssdk.services.ebs.model.StartSnapshotResponse;
import software.amazon.awssdk.services.ebs.model.Tag;

class EbsWriteTest extends EbsTestCase {

  @BeforeEach
  void start() throws IOException {
    start(RULES);
  }

  @Test
  void startTellsWhatWasAskedFor() throws Exception {
    StartSnapshotResponse answer =
        ebs.startSnapshot(
            r ->
                r.volumeSize(8L)
                    .description("für alle, 日本")
                    .tags(Tag.builder().key("Name").value("café").build()));
    assertThat(answer.snapshotId()).matches("snap-[0-9a-f]{17}");
    assertThat(answer.ownerId()).isEqualTo("111111111111");
    assertThat(answer.statusAsString()).isEqualTo("pending");
    assertThat(answer.startTime()).isEqualTo(clock.instant());
    assertThat(answer.volumeSize()).isEqualTo(8);
    assertThat(answer.blockSize()).isEqualTo(BLOCK);
    assertThat(answer.description()).isEqualTo("für alle, 日本");
    assertThat(answer.tags()).extracting(Tag::value).containsExactly("café");
    assertThat(answer.kmsKeyArn()).isNull();
  }

  @Test
  void putEchoesTheChecksumAndAWrongOneIsRefused() throws Exception {
    String id = started();
    assertThat(put(id, 0, block(1)).checksum()).isEqualTo(sha256(block(1)));
    assertRefused(() -> put(id, 0, block(1), sha256(block(2))), "INVALID_PARAMETER_VALUE");
    assertRefused(() -> put(id, 0, new byte[512]), "INVALID_PARAMETER_VALUE");
    assertRefused(() -> put(id, 2048, block(1)), "INVALID_BLOCK");
  }

  @Test
  void lengthHeaderThatDoesNotFitTheBodyIsTheErrorWorthARetry() throws Exception {
    String id = started();
    EbsException refused =
        catchEbs(
            () ->
                ebs.putSnapshotBlock(
                    r ->
                        r.snapshotId(id)
                            .blockIndex(0)
                            .dataLength(BLOCK)
                            .checksum(sha256(new byte[9]))
                            .checksumAlgorithm("SHA256"),
                    RequestBody.fromBytes(new byte[9])),
            EbsException.class);
    assertThat(refused.awsErrorDetails().errorMessage()).isEqualTo("Failed to read block data");
  }

  @Test
  void blockPutTwiceCountsOnceAndTheLastWins() throws Exception {
    String id = started();
    TreeMap<Integer, byte[]> blocks = new TreeMap<>();
    blocks.put(4, new byte[BLOCK]);
    blocks.put(7, block(7));
    put(id, 4, block(1));
    putAll(id, blocks);
    complete(id, blocks);
    assertThat(get(id, list(id).get(0))).isEqualTo(new byte[BLOCK]);
    Snapshot snapshot = emulator.region(REGION).snapshots().find(id).orElseThrow();
    assertThat(snapshot.state()).isEqualTo(SnapshotState.COMPLETED);
    assertThat(snapshot.fullSizeBytes()).isEqualTo(2L * BLOCK);
  }

  @Test
  void completionIsRefusedWithAWrongCountOrChecksum() throws Exception {
    String id = started();
    put(id, 0, block(0));
    TreeMap<Integer, byte[]> other = new TreeMap<>();
    other.put(0, block(1));
    assertRefused(
        () -> ebs.completeSnapshot(r -> r.snapshotId(id).changedBlocksCount(2)),
        "INVALID_PARAMETER_VALUE");
    assertRefused(() -> complete(id, other), "INVALID_PARAMETER_VALUE");
    ebs.completeSnapshot(r -> r.snapshotId(id).changedBlocksCount(1));
    assertThat(list(id)).hasSize(1);
  }

  @Test
  void completionTakesItsTimeAndEndsWriting() throws Exception {
    restart(RULES.withCompletionDelay(Duration.ofSeconds(30)));
    String id = started();
    TreeMap<Integer, byte[]> blocks = new TreeMap<>();
    blocks.put(0, block(0));
    putAll(id, blocks);
    complete(id, blocks);
    assertRefused(() -> put(id, 1, block(1)), "INVALID_SNAPSHOT_ID");
    assertRefused(() -> list(id), "INVALID_SNAPSHOT_ID");
    complete(id, blocks);
    clock.advance(Duration.ofSeconds(30));
    assertThat(list(id)).hasSize(1);
    assertRefused(() -> put(id, 1, block(1)), "INVALID_SNAPSHOT_ID");
    assertRefused(() -> complete(id, blocks), "INVALID_SNAPSHOT_ID");
  }

  @Test
  void newSnapshotMayNotBeFoundForAWhile() throws Exception {
    restart(RULES.withNotFoundWindow(Duration.ofSeconds(56)));
    String id = started();
    catchEbs(() -> put(id, 0, block(0)), ResourceNotFoundException.class);
    clock.advance(Duration.ofSeconds(56));
    put(id, 0, block(0));
  }

  @Test
  void snapshotLeftAloneForItsTimeoutIsInError() throws Exception {
    String id = ebs.startSnapshot(r -> r.volumeSize(1L).timeout(10)).snapshotId();
    clock.advance(Duration.ofMinutes(10));
    put(id, 0, block(0));
    clock.advance(Duration.ofMinutes(11));
    assertRefused(() -> put(id, 1, block(1)), "INVALID_SNAPSHOT_ID");
    assertThat(emulator.region(REGION).snapshots().find(id).orElseThrow().state())
        .isEqualTo(SnapshotState.ERROR);
  }

  @Test
  void clientTokenGivesTheSameSnapshotAgainAndRefusesOtherParameters() throws Exception {
    StartSnapshotResponse one = ebs.startSnapshot(r -> r.volumeSize(1L).clientToken("token/1"));
    restart(RULES);
    StartSnapshotResponse again = ebs.startSnapshot(r -> r.volumeSize(1L).clientToken("token/1"));
    assertThat(again.snapshotId()).isEqualTo(one.snapshotId());
    ConflictException refused =
        catchEbs(
            () -> ebs.startSnapshot(r -> r.volumeSize(2L).clientToken("token/1")),
            ConflictException.class);
    assertThat(refused.statusCode()).isEqualTo(409);
    assertRefused(
        () -> ebs.startSnapshot(r -> r.volumeSize(1L).clientToken("x".repeat(65))),
        "INVALID_PARAMETER_VALUE");
  }

  @Test
  void pendingSnapshotsHaveAQuota() throws Exception {
    restart(RULES.withQuotas(new Quotas(0, 0, 0, 0, 0, 0, 3, 0)));
    IntStream.range(0, 3).forEach(i -> started());
    ConcurrentLimitExceededException refused =
        catchEbs(this::started, ConcurrentLimitExceededException.class);
    assertThat(refused.statusCode()).isEqualTo(400);
  }

  @Test
  void allSnapshotsHaveAQuotaToo() throws Exception {
    restart(RULES.withQuotas(new Quotas(0, 0, 0, 0, 0, 0, 0, 2)));
    started();
    started();
    ServiceQuotaExceededException refused =
        catchEbs(this::started, ServiceQuotaExceededException.class);
    assertThat(refused.statusCode()).isEqualTo(402);
    assertThat(refused.reasonAsString()).isEqualTo("DEPENDENCY_SERVICE_QUOTA_EXCEEDED");
  }

  @Test
  void manyWritersAtOnceLoseNothing() throws Exception {
    String id = started();
    TreeMap<Integer, byte[]> blocks = new TreeMap<>();
    IntStream.range(0, 64).forEach(index -> blocks.put(index * 31, block(index)));
    blocks.entrySet().parallelStream().forEach(each -> put(id, each.getKey(), each.getValue()));
    complete(id, blocks);
    for (Block block : list(id)) {
      assertThat(get(id, block)).isEqualTo(blocks.get(block.blockIndex()));
    }
  }

  @Test
  void childHasTheContentOfItsParent() throws Exception {
    String parent = completed(1, 2);
    String child = ebs.startSnapshot(r -> r.volumeSize(2L).parentSnapshotId(parent)).snapshotId();
    TreeMap<Integer, byte[]> changes = new TreeMap<>();
    changes.put(2, new byte[BLOCK]);
    changes.put(4000, block(4000));
    putAll(child, changes);
    complete(child, changes);
    emulator.region(REGION).snapshots().delete(parent);
    assertThat(get(child, list(child).get(0))).isEqualTo(block(1));
    assertThat(get(child, list(child).get(1))).isEqualTo(new byte[BLOCK]);
    assertThat(get(child, list(child).get(2))).isEqualTo(block(4000));
  }

  @Test
  void parentMustBeCompletedAndNotLarger() throws Exception {
    String pending = started();
    assertRefused(
        () -> ebs.startSnapshot(r -> r.volumeSize(1L).parentSnapshotId(pending)),
        "INVALID_SNAPSHOT_ID");
    String large = ebs.startSnapshot(r -> r.volumeSize(2L)).snapshotId();
    ebs.completeSnapshot(r -> r.snapshotId(large).changedBlocksCount(0));
    assertRefused(
        () -> ebs.startSnapshot(r -> r.volumeSize(1L).parentSnapshotId(large)),
        "INVALID_VOLUME_SIZE");
    catchEbs(
        () -> ebs.startSnapshot(r -> r.volumeSize(1L).parentSnapshotId("snap-0")),
        ResourceNotFoundException.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 65_537, -1})
  void volumeSizeHasBounds(long size) {
    assertRefused(() -> ebs.startSnapshot(r -> r.volumeSize(size)), "INVALID_VOLUME_SIZE");
  }

  @Test
  void largestVolumeTakesItsLastBlockWithoutFillingTheDisk() throws Exception {
    String id = ebs.startSnapshot(r -> r.volumeSize(65_536L)).snapshotId();
    TreeMap<Integer, byte[]> blocks = new TreeMap<>();
    blocks.put(134_217_727, block(1));
    putAll(id, blocks);
    complete(id, blocks);
    assertThat(get(id, list(id).get(0))).isEqualTo(block(1));
  }

  @Test
  void otherParametersHaveBoundsToo() {
    assertRefused(
        () -> ebs.startSnapshot(r -> r.volumeSize(1L).timeout(9)), "INVALID_PARAMETER_VALUE");
    assertRefused(
        () -> ebs.startSnapshot(r -> r.volumeSize(1L).timeout(4321)), "INVALID_PARAMETER_VALUE");
    assertRefused(
        () -> ebs.startSnapshot(r -> r.volumeSize(1L).description("")), "INVALID_PARAMETER_VALUE");
    assertRefused(
        () ->
            ebs.startSnapshot(
                r -> r.volumeSize(1L).tags(Tag.builder().key("aws:x").value("y").build())),
        "INVALID_TAG");
    assertRefused(
        () ->
            ebs.startSnapshot(
                r ->
                    r.volumeSize(1L)
                        .tags(
                            IntStream.range(0, 51)
                                .mapToObj(i -> Tag.builder().key("k" + i).value("").build())
                                .toList())),
        "INVALID_TAG");
  }
}
