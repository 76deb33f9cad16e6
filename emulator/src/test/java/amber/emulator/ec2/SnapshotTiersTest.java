package amber.emulator.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import amber.emulator.state.SnapshotState;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ec2.model.SnapshotTierStatus;

class SnapshotTiersTest extends Ec2TestCase {

  private static final Duration MOVE = Duration.ofHours(24);

  @BeforeEach
  void slowTiers() throws IOException {
    restart(Ec2Rules.DEFAULT.withTieringTakes(MOVE));
  }

  @Test
  void snapshotGoesIntoTheArchiveAndOutForGood() throws IOException {
    String id = snapshot();
    region().snapshots().update(id, old -> old.withSharedWith(List.of(OTHER)));
    assertThat(archive(id)).isEqualTo(clock.instant());
    assertThat(stored(id).sharedWith()).isEmpty();
    assertThat(tier(id)).isEqualTo("standard");
    assertThat(status(id).lastTieringOperationStatusAsString()).isEqualTo("archival-in-progress");
    refused("IncorrectState", () -> archive(id));
    clock.advance(MOVE);
    assertThat(tier(id)).isEqualTo("archive");
    assertThat(status(id).lastTieringOperationStatusAsString()).isEqualTo("archival-completed");
    assertThat(status(id).archivalCompleteTime()).isEqualTo(clock.instant());
    refused("IncorrectState", () -> archive(id));
    assertThat(
            ec2.restoreSnapshotTier(r -> r.snapshotId(id).permanentRestore(true))
                .isPermanentRestore())
        .isTrue();
    assertThat(tier(id)).isEqualTo("archive");
    clock.advance(MOVE);
    assertThat(tier(id)).isEqualTo("standard");
    assertThat(status(id).lastTieringOperationStatusAsString())
        .isEqualTo("permanent-restore-completed");
    refused(
        "IncorrectState",
        () -> ec2.restoreSnapshotTier(r -> r.snapshotId(id).permanentRestore(true)));
  }

  @Test
  void temporaryRestoreEndsByItselfUnlessItIsMadePermanent() throws IOException {
    String id = archived();
    ec2.restoreSnapshotTier(r -> r.snapshotId(id).temporaryRestoreDays(3));
    clock.advance(MOVE);
    assertThat(tier(id)).isEqualTo("standard");
    assertThat(status(id).lastTieringOperationStatusAsString())
        .isEqualTo("temporary-restore-completed");
    assertThat(status(id).restoreExpiryTime()).isEqualTo(clock.instant().plus(Duration.ofDays(3)));
    assertThat(ec2.describeSnapshots(r -> r.snapshotIds(id)).snapshots().get(0).restoreExpiryTime())
        .isEqualTo(clock.instant().plus(Duration.ofDays(3)));
    clock.advance(Duration.ofDays(3));
    assertThat(tier(id)).isEqualTo("archive");
    ec2.restoreSnapshotTier(r -> r.snapshotId(id).temporaryRestoreDays(3));
    clock.advance(MOVE);
    ec2.restoreSnapshotTier(r -> r.snapshotId(id).permanentRestore(true));
    clock.advance(Duration.ofDays(9));
    assertThat(tier(id)).isEqualTo("standard");
  }

  @Test
  void tiersSurviveARestart() throws IOException {
    String id = archived();
    restart(Ec2Rules.DEFAULT);
    assertThat(tier(id)).isEqualTo("archive");
  }

  @Test
  void onlyCompletedSnapshotsOfNoImageThatIsEnabledAreArchived() throws IOException {
    String pending = snapshot(SELF, SnapshotState.PENDING, false);
    refused("IncorrectState", () -> archive(pending));
    String id = snapshot();
    String imageId = image("web", id);
    refused("InvalidSnapshot.InUse", () -> archive(id));
    ec2.disableImage(r -> r.imageId(imageId));
    archive(id);
  }

  @Test
  void imageIsEnabledOnlyWhenItsSnapshotsAreBackForGood() throws IOException {
    String id = snapshot();
    String imageId = image("web", id);
    ec2.disableImage(r -> r.imageId(imageId));
    archive(id);
    clock.advance(MOVE);
    refused("IncorrectState", () -> ec2.enableImage(r -> r.imageId(imageId)));
    ec2.restoreSnapshotTier(r -> r.snapshotId(id).temporaryRestoreDays(10));
    clock.advance(MOVE);
    refused("IncorrectState", () -> ec2.enableImage(r -> r.imageId(imageId)));
    ec2.restoreSnapshotTier(r -> r.snapshotId(id).permanentRestore(true));
    ec2.enableImage(r -> r.imageId(imageId));
  }

  @Test
  void restoreNeedsOneOfTwoAndADecentTime() throws IOException {
    String id = archived();
    refused("InvalidParameterCombination", () -> ec2.restoreSnapshotTier(r -> r.snapshotId(id)));
    refused(
        "InvalidParameterCombination",
        () ->
            ec2.restoreSnapshotTier(
                r -> r.snapshotId(id).permanentRestore(true).temporaryRestoreDays(3)));
    refused(
        "InvalidParameterValue",
        () -> ec2.restoreSnapshotTier(r -> r.snapshotId(id).temporaryRestoreDays(181)));
    refused(
        "InvalidParameterValue",
        () -> ec2.modifySnapshotTier(r -> r.snapshotId(id).storageTier("ice")));
  }

  @Test
  void statusIsFilteredByTheLastMove() throws IOException {
    String id = archived();
    snapshot();
    assertThat(
            ec2.describeSnapshotTierStatus(
                    r -> r.filters(filter("last-tiering-operation", "archival-completed")))
                .snapshotTierStatuses())
        .extracting(SnapshotTierStatus::snapshotId)
        .containsExactly(id);
    assertThat(ec2.describeSnapshotTierStatus(r -> {}).snapshotTierStatuses()).hasSize(2);
    refused(
        "InvalidParameterValue",
        () -> ec2.describeSnapshotTierStatus(r -> r.filters(filter("colour", "red"))));
  }

  @Test
  void lockedSnapshotIsNotDeleted() throws IOException {
    String id = snapshot();
    assertThat(
            ec2.lockSnapshot(r -> r.snapshotId(id).lockMode("governance").lockDuration(2))
                .lockStateAsString())
        .isEqualTo("governance");
    refused("OperationNotPermitted", () -> ec2.deleteSnapshot(r -> r.snapshotId(id)));
    assertThat(ec2.describeLockedSnapshots(r -> {}).snapshots())
        .extracting(s -> s.snapshotId() + " " + s.lockStateAsString())
        .containsExactly(id + " governance");
    ec2.unlockSnapshot(r -> r.snapshotId(id));
    ec2.deleteSnapshot(r -> r.snapshotId(id));
  }

  @Test
  void complianceLockIsTakenOffOnlyWhileItCoolsOff() throws IOException {
    String id = snapshot();
    ec2.lockSnapshot(r -> r.snapshotId(id).lockMode("compliance").lockDuration(2).coolOffPeriod(1));
    assertThat(lockState(id)).isEqualTo("compliance-cooloff");
    clock.advance(Duration.ofHours(1));
    assertThat(lockState(id)).isEqualTo("compliance");
    refused("OperationNotPermitted", () -> ec2.unlockSnapshot(r -> r.snapshotId(id)));
    refused(
        "OperationNotPermitted",
        () -> ec2.lockSnapshot(r -> r.snapshotId(id).lockMode("governance").lockDuration(1)));
    clock.advance(Duration.ofDays(2));
    assertThat(lockState(id)).isEqualTo("expired");
    ec2.deleteSnapshot(r -> r.snapshotId(id));
  }

  private String archived() throws IOException {
    String id = snapshot();
    archive(id);
    clock.advance(MOVE);
    return id;
  }

  private Instant archive(String id) {
    return ec2.modifySnapshotTier(r -> r.snapshotId(id).storageTier("archive")).tieringStartTime();
  }

  private String tier(String id) {
    return ec2.describeSnapshots(r -> r.snapshotIds(id)).snapshots().get(0).storageTierAsString();
  }

  private SnapshotTierStatus status(String id) {
    return ec2.describeSnapshotTierStatus(r -> r.filters(filter("snapshot-id", id)))
        .snapshotTierStatuses()
        .get(0);
  }

  private String lockState(String id) {
    return ec2.describeLockedSnapshots(r -> r.snapshotIds(id))
        .snapshots()
        .get(0)
        .lockStateAsString();
  }
}
