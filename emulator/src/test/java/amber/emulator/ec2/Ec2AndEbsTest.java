package amber.emulator.ec2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import amber.emulator.Clients;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.ebs.EbsClient;
import software.amazon.awssdk.services.ebs.model.EbsException;
import software.amazon.awssdk.services.ec2.model.Snapshot;

/** Both services look at the same snapshots. */
class Ec2AndEbsTest extends Ec2TestCase {

  private static final int BLOCK = 512 << 10;
  private static final String ZERO_SUM = "B4VNL+8pega6gWheZgwzLeNtXRjVRpJ9MNqtbX/aFUE=";

  private EbsClient ebs;

  @BeforeEach
  void connect() {
    ebs = Clients.ebs(emulator.endpoint(), REGION);
  }

  @AfterEach
  void disconnect() {
    ebs.close();
  }

  @Test
  void snapshotWrittenBlockByBlockBecomesAnImage() {
    String id = ebs.startSnapshot(r -> r.volumeSize(1L).description("by blocks")).snapshotId();
    assertThat(described(id).stateAsString()).isEqualTo("pending");
    refused("IncorrectState", () -> image("too early", id));
    write(id);
    Snapshot snapshot = described(id);
    assertThat(snapshot.stateAsString()).isEqualTo("completed");
    assertThat(snapshot.description()).isEqualTo("by blocks");
    assertThat(snapshot.fullSnapshotSizeInBytes()).isEqualTo(BLOCK);
    assertThat(describe(image("web", id)).platformDetails()).isEqualTo("Linux/UNIX");
  }

  @Test
  void encryptionByDefaultOfEc2IsThatOfEbsDirect() {
    ec2.enableEbsEncryptionByDefault(r -> {});
    String key = ec2.modifyEbsDefaultKmsKeyId(r -> r.kmsKeyId("alias/mine")).kmsKeyId();
    String id = ebs.startSnapshot(r -> r.volumeSize(1L)).snapshotId();
    assertThat(described(id).encrypted()).isTrue();
    assertThat(described(id).kmsKeyId()).isEqualTo(key);
  }

  @Test
  void archivedOrDeletedSnapshotCannotBeRead() throws Exception {
    String id = ebs.startSnapshot(r -> r.volumeSize(1L)).snapshotId();
    write(id);
    ec2.modifySnapshotTier(r -> r.snapshotId(id).storageTier("archive"));
    assertThatThrownBy(() -> list(id)).isInstanceOf(EbsException.class).hasMessageContaining(id);
    ec2.restoreSnapshotTier(r -> r.snapshotId(id).temporaryRestoreDays(1));
    assertThat(list(id)).isEqualTo(1);
    region().updateSettings(settings -> settings.withRecycleDays(0, 1));
    ec2.deleteSnapshot(r -> r.snapshotId(id));
    assertThatThrownBy(() -> list(id)).hasMessageContaining("does not exist");
    ec2.restoreSnapshotFromRecycleBin(r -> r.snapshotId(id));
    assertThat(list(id)).isEqualTo(1);
  }

  private void write(String id) {
    ebs.putSnapshotBlock(
        r ->
            r.snapshotId(id)
                .blockIndex(7)
                .dataLength(BLOCK)
                .checksum(ZERO_SUM)
                .checksumAlgorithm("SHA256"),
        RequestBody.fromBytes(new byte[BLOCK]));
    ebs.completeSnapshot(r -> r.snapshotId(id).changedBlocksCount(1));
  }

  private int list(String id) {
    return ebs.listSnapshotBlocks(r -> r.snapshotId(id)).blocks().size();
  }

  private Snapshot described(String id) {
    return ec2.describeSnapshots(r -> r.snapshotIds(id)).snapshots().get(0);
  }
}
