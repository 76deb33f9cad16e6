package amber.emulator.ebs;

import static org.assertj.core.api.Assertions.assertThat;

import amber.emulator.Clients;
import amber.emulator.state.Snapshot;
import amber.emulator.state.StorageTier;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.services.ebs.model.AccessDeniedException;
import software.amazon.awssdk.services.ebs.model.Block;
import software.amazon.awssdk.services.ebs.model.ChangedBlock;
import software.amazon.awssdk.services.ebs.model.GetSnapshotBlockResponse;
import software.amazon.awssdk.services.ebs.model.ListSnapshotBlocksResponse;
import software.amazon.awssdk.services.ebs.model.ResourceNotFoundException;

class EbsReadTest extends EbsTestCase {

  @BeforeEach
  void start() throws IOException {
    start(RULES);
  }

  @Test
  void listsOnlyWrittenBlocksInAscendingOrderAndReadsThem() throws Exception {
    String id = completed(2047, 0, 5);
    assertThat(list(id)).extracting(Block::blockIndex).containsExactly(0, 5, 2047);
    for (Block block : list(id)) {
      assertThat(get(id, block)).isEqualTo(block(block.blockIndex()));
    }
  }

  @Test
  void blockComesWithItsLengthAndChecksum() throws Exception {
    String id = completed(3);
    String token = list(id).get(0).blockToken();
    ResponseBytes<GetSnapshotBlockResponse> got =
        ebs.getSnapshotBlockAsBytes(r -> r.snapshotId(id).blockIndex(3).blockToken(token));
    assertThat(got.response().dataLength()).isEqualTo(BLOCK);
    assertThat(got.response().checksum()).isEqualTo(sha256(block(3)));
    assertThat(got.response().checksumAlgorithmAsString()).isEqualTo("SHA256");
  }

  @Test
  void pagesHaveAtLeastAHundredBlocksAndAtMostTenThousand() throws Exception {
    String id = started();
    byte[] zero = new byte[BLOCK];
    TreeMap<Integer, byte[]> blocks = new TreeMap<>();
    IntStream.range(0, 101).forEach(index -> blocks.put(index, zero));
    putAll(id, blocks);
    complete(id, blocks);
    ListSnapshotBlocksResponse first = ebs.listSnapshotBlocks(r -> r.snapshotId(id).maxResults(7));
    assertThat(first.blocks()).hasSize(100);
    assertThat(first.volumeSize()).isEqualTo(1);
    assertThat(first.blockSize()).isEqualTo(BLOCK);
    assertThat(first.expiryTime()).isEqualTo(clock.instant().plus(Duration.ofDays(7)));
    assertThat(first.nextToken()).matches("[A-Za-z0-9+/=]{1,256}");
    // The token wins over a starting block.
    ListSnapshotBlocksResponse second =
        ebs.listSnapshotBlocks(
            r -> r.snapshotId(id).nextToken(first.nextToken()).startingBlockIndex(3));
    assertThat(second.blocks()).extracting(Block::blockIndex).containsExactly(100);
    assertThat(second.nextToken()).isNull();
    assertRefused(
        () -> ebs.listSnapshotBlocks(r -> r.snapshotId(id).maxResults(10_001)),
        "INVALID_PARAMETER_VALUE");
  }

  @Test
  void listStartsAtTheBlockAskedFor() throws Exception {
    String id = completed(1, 2, 3);
    assertThat(ebs.listSnapshotBlocks(r -> r.snapshotId(id).startingBlockIndex(2)).blocks())
        .extracting(Block::blockIndex)
        .containsExactly(2, 3);
    assertRefused(
        () -> ebs.listSnapshotBlocks(r -> r.snapshotId(id).startingBlockIndex(2048)),
        "INVALID_PARAMETER_VALUE");
  }

  @Test
  void changedBlocksAreThoseWrittenAfterTheFirstSnapshot() throws Exception {
    String first = completed(1, 2);
    String second = ebs.startSnapshot(r -> r.volumeSize(1L).parentSnapshotId(first)).snapshotId();
    TreeMap<Integer, byte[]> changes = new TreeMap<>();
    changes.put(2, block(22));
    changes.put(9, block(9));
    putAll(second, changes);
    complete(second, changes);
    assertThat(list(second)).extracting(Block::blockIndex).containsExactly(1, 2, 9);
    List<ChangedBlock> changed =
        ebs.listChangedBlocks(r -> r.firstSnapshotId(first).secondSnapshotId(second))
            .changedBlocks();
    assertThat(changed).extracting(ChangedBlock::blockIndex).containsExactly(2, 9);
    assertThat(changed.get(1).firstBlockToken()).isNull();
    assertThat(get(first, 2, changed.get(0).firstBlockToken())).isEqualTo(block(2));
    assertThat(get(second, 2, changed.get(0).secondBlockToken())).isEqualTo(block(22));
    // The other way round, what only the later one has is gone.
    List<ChangedBlock> back =
        ebs.listChangedBlocks(r -> r.firstSnapshotId(second).secondSnapshotId(first))
            .changedBlocks();
    assertThat(back.get(1).secondBlockToken()).isNull();
  }

  @Test
  void unrelatedSnapshotsCannotBeCompared() throws Exception {
    String one = completed(1);
    String other = completed(1);
    assertRefused(
        () -> ebs.listChangedBlocks(r -> r.firstSnapshotId(one).secondSnapshotId(other)),
        "UNRELATED_SNAPSHOTS");
  }

  @Test
  void tokenIsGoodForItsBlockAndSnapshotOnly() throws Exception {
    String id = completed(1, 2);
    String other = completed(1, 2);
    String token = list(id).get(0).blockToken();
    assertRefused(() -> get(id, 2, token), "INVALID_BLOCK_TOKEN");
    assertRefused(() -> get(other, 1, token), "INVALID_BLOCK_TOKEN");
    assertRefused(() -> get(id, 1, "bm9uc2Vuc2U="), "INVALID_BLOCK_TOKEN");
  }

  @Test
  void blockTokensLiveSevenDays() {
    String id = completed(1);
    String blockToken = list(id).get(0).blockToken();
    clock.advance(Duration.ofDays(7).minusSeconds(1));
    assertThat(get(id, 1, blockToken)).isEqualTo(block(1));
    clock.advance(Duration.ofSeconds(1));
    assertRefused(() -> get(id, 1, blockToken), "INVALID_BLOCK_TOKEN");
  }

  @Test
  void pageTokensExpireAfterAnHour() throws Exception {
    restart(RULES.withEmptyPageEvery(1));
    String id = completed(1);
    String token = ebs.listSnapshotBlocks(r -> r.snapshotId(id)).nextToken();
    clock.advance(Duration.ofMinutes(60));
    assertRefused(
        () -> ebs.listSnapshotBlocks(r -> r.snapshotId(id).nextToken(token)), "INVALID_PAGE_TOKEN");
    assertRefused(
        () -> ebs.listSnapshotBlocks(r -> r.snapshotId(id).nextToken("abcd")),
        "INVALID_PAGE_TOKEN");
  }

  @Test
  void pagesMayBeEmptyButForTheirToken() throws Exception {
    restart(RULES.withEmptyPageEvery(2));
    String id = completed(1, 2);
    assertThat(ebs.listSnapshotBlocks(r -> r.snapshotId(id)).blocks()).hasSize(2);
    ListSnapshotBlocksResponse empty = ebs.listSnapshotBlocks(r -> r.snapshotId(id));
    assertThat(empty.blocks()).isEmpty();
    assertThat(empty.nextToken()).isNotNull();
    assertThat(ebs.listSnapshotBlocks(r -> r.snapshotId(id).nextToken(empty.nextToken())).blocks())
        .hasSize(2);
  }

  @Test
  void newListMakesOlderBlockTokensUselessOnlyWhenToldSo() throws Exception {
    String id = completed(1);
    String first = list(id).get(0).blockToken();
    assertThat(list(id).get(0).blockToken()).isNotEqualTo(first);
    assertThat(get(id, 1, first)).isEqualTo(block(1));
    restart(RULES.withRelistInvalidatesTokens(true));
    String older = list(id).get(0).blockToken();
    String newer = list(id).get(0).blockToken();
    assertRefused(() -> get(id, 1, older), "INVALID_BLOCK_TOKEN");
    assertThat(get(id, 1, newer)).isEqualTo(block(1));
  }

  @Test
  void tokensSurviveARestart() throws Exception {
    String id = completed(1);
    String token = list(id).get(0).blockToken();
    restart(RULES);
    assertThat(get(id, 1, token)).isEqualTo(block(1));
  }

  @Test
  void pendingSnapshotCannotBeRead() throws Exception {
    String id = started();
    assertRefused(() -> list(id), "INVALID_SNAPSHOT_ID");
  }

  @Test
  void archivedAndPublicSnapshotsCannotBeRead() throws Exception {
    String archived = completed(1);
    String open = completed(1);
    update(archived, snapshot -> snapshot.withStorageTier(StorageTier.ARCHIVE));
    update(open, snapshot -> snapshot.withSharedWith(List.of(Snapshot.EVERYBODY)));
    assertRefused(() -> list(archived), "INVALID_SNAPSHOT_ID");
    assertRefused(() -> list(open), "INVALID_SNAPSHOT_ID");
  }

  @Test
  void snapshotOfAnotherAccountCanBeReadOnceItIsShared() throws Exception {
    String id = completed(1);
    update(id, snapshot -> snapshot.withOwnerId("444444444444"));
    AccessDeniedException refused = catchEbs(() -> list(id), AccessDeniedException.class);
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.reasonAsString()).isEqualTo("UNAUTHORIZED_ACCOUNT");
    update(id, snapshot -> snapshot.withSharedWith(List.of("111111111111")));
    assertThat(get(id, list(id).get(0))).isEqualTo(block(1));
  }

  @Test
  void snapshotsDoNotCrossRegions() throws Exception {
    String id = completed(1);
    ebs = Clients.ebs(emulator.endpoint(), "us-gov-west-1");
    ResourceNotFoundException refused = catchEbs(() -> list(id), ResourceNotFoundException.class);
    assertThat(refused.statusCode()).isEqualTo(404);
    assertThat(refused.reasonAsString()).isEqualTo("SNAPSHOT_NOT_FOUND");
    assertThat(refused.awsErrorDetails().errorMessage())
        .isEqualTo("The snapshot '" + id + "' does not exist.");
    assertThat(ebs.startSnapshot(r -> r.volumeSize(1L)).ownerId()).isEqualTo("222222222222");
  }

  @Test
  void blockPastTheEndIsRefused() throws Exception {
    String id = completed(1);
    String token = list(id).get(0).blockToken();
    assertRefused(() -> get(id, 2048, token), "INVALID_BLOCK");
  }

  @ParameterizedTest
  @ValueSource(strings = {"snap-XYZ", "vol-0123", "snap-"})
  void malformedIdIsRefused(String id) {
    assertRefused(() -> list(id), "INVALID_SNAPSHOT_ID");
  }

  private void update(String id, UnaryOperator<Snapshot> change) throws IOException {
    emulator.region(REGION).snapshots().update(id, change);
  }
}
