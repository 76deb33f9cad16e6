package amber.emulator.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import amber.emulator.state.SnapshotState;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.ec2.model.CreateVolumePermission;
import software.amazon.awssdk.services.ec2.model.Snapshot;

class SnapshotsTest extends Ec2TestCase {

  private static final String MISSING = "snap-00000000000000001";
  private static final CreateVolumePermission EVERYBODY =
      CreateVolumePermission.builder().group("all").build();

  @Test
  void everythingIsDescribed() throws IOException {
    Snapshot plain = one(snapshot());
    assertThat(plain.stateAsString()).isEqualTo("completed");
    assertThat(plain.progress()).isEqualTo("100%");
    assertThat(plain.volumeId()).isEqualTo("vol-ffffffff");
    assertThat(plain.volumeSize()).isEqualTo(8);
    assertThat(plain.ownerId()).isEqualTo(SELF);
    assertThat(plain.description()).isEqualTo("of a test");
    assertThat(plain.startTime()).isEqualTo(clock.instant());
    assertThat(plain.completionTime()).isEqualTo(clock.instant());
    assertThat(plain.encrypted()).isFalse();
    assertThat(plain.kmsKeyId()).isNull();
    assertThat(plain.storageTierAsString()).isEqualTo("standard");
    assertThat(plain.fullSnapshotSizeInBytes()).isEqualTo(512 << 10);
    Snapshot encrypted = one(encryptedSnapshot());
    assertThat(encrypted.encrypted()).isTrue();
    assertThat(encrypted.kmsKeyId()).startsWith("arn:aws:kms:us-east-1:" + SELF + ":key/");
    assertThat(encrypted.dataEncryptionKeyId()).isEqualTo("a lineage");
    Snapshot pending = one(snapshot(SELF, SnapshotState.PENDING, false));
    assertThat(pending.stateAsString()).isEqualTo("pending");
    assertThat(pending.fullSnapshotSizeInBytes()).isNull();
    assertThat(pending.completionTime()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "status, completed",
    "description, of*",
    "owner-id, 111111111111",
    "progress, 100%",
    "volume-id, vol-ffffffff",
    "volume-size, 8",
    "encrypted, false",
    "storage-tier, standard",
    "start-time, 2026-03-01*",
    "tag:team, infra",
    "tag-key, team"
  })
  void filterFindsTheOneSnapshot(String name, String value) throws IOException {
    String id = snapshot();
    ec2.createTags(r -> r.resources(id).tags(tag("team", "infra")));
    assertThat(ids(name, value)).containsExactly(id);
    assertThat(ids(name, "nothing-has-this")).isEmpty();
    refused("InvalidParameterValue", () -> ids("colour", "red"));
  }

  @Test
  void snapshotsOfOthersAreSeenOnlyWhenSharedOrPublic() throws IOException {
    String own = snapshot();
    String hidden = snapshot(OTHER, SnapshotState.COMPLETED, false);
    String shared = snapshot(OTHER, SnapshotState.COMPLETED, false);
    String open = snapshot(OTHER, SnapshotState.COMPLETED, false);
    region().snapshots().update(shared, old -> old.withSharedWith(List.of(SELF)));
    region().snapshots().update(open, old -> old.withSharedWith(List.of("all")));
    assertThat(all()).containsExactlyInAnyOrder(own, shared, open);
    assertThat(ids(ec2.describeSnapshots(r -> r.ownerIds("self")).snapshots()))
        .containsExactly(own);
    assertThat(ids(ec2.describeSnapshots(r -> r.ownerIds(OTHER)).snapshots()))
        .containsExactlyInAnyOrder(shared, open);
    assertThat(ids(ec2.describeSnapshots(r -> r.restorableByUserIds("all")).snapshots()))
        .containsExactly(open);
    refused("InvalidSnapshot.NotFound", () -> ec2.describeSnapshots(r -> r.snapshotIds(hidden)));
  }

  @Test
  void idsAreCheckedAndThenLookedUp() throws IOException {
    String id = snapshot();
    assertThat(one(id).snapshotId()).isEqualTo(id);
    refused(
        "InvalidSnapshotID.Malformed", () -> ec2.describeSnapshots(r -> r.snapshotIds("snap-x")));
    String message =
        refused(
            "InvalidSnapshot.NotFound", () -> ec2.describeSnapshots(r -> r.snapshotIds(MISSING)));
    assertThat(message).isEqualTo("The snapshot '" + MISSING + "' does not exist.");
    refused(
        "InvalidParameterCombination",
        () -> ec2.describeSnapshots(r -> r.snapshotIds(id).maxResults(5)));
  }

  @Test
  void pagesFollowEachOther() throws IOException {
    for (int i = 0; i < 11; i++) {
      snapshot();
    }
    assertThat(ec2.describeSnapshots(r -> r.maxResults(5)).snapshots()).hasSize(5);
    assertThat(ec2.describeSnapshotsPaginator(r -> r.maxResults(5)).snapshots().stream().distinct())
        .hasSize(11);
  }

  @Test
  void completedSnapshotLooksPendingNowAndThenForAWhile() throws IOException {
    restart(Ec2Rules.DEFAULT.withSnapshotFlapsFor(Duration.ofSeconds(10)));
    String id = snapshot();
    List<String> states =
        List.of(one(id).stateAsString(), one(id).stateAsString(), one(id).stateAsString());
    assertThat(states).contains("pending", "completed");
    clock.advance(Duration.ofSeconds(10));
    assertThat(List.of(one(id).stateAsString(), one(id).stateAsString())).containsOnly("completed");
  }

  @Test
  void deletedSnapshotIsGone() throws IOException {
    String id = snapshot();
    ec2.deleteSnapshot(r -> r.snapshotId(id));
    refused("InvalidSnapshot.NotFound", () -> one(id));
    refused("InvalidSnapshot.NotFound", () -> ec2.deleteSnapshot(r -> r.snapshotId(id)));
    String pending = snapshot(SELF, SnapshotState.PENDING, false);
    ec2.deleteSnapshot(r -> r.snapshotId(pending));
    assertThat(all()).isEmpty();
  }

  @Test
  void snapshotOfAnImageCannotBeDeletedUntilTheImageIsGone() throws IOException {
    String id = snapshot();
    String imageId = image("web", id);
    String message =
        refused("InvalidSnapshot.InUse", () -> ec2.deleteSnapshot(r -> r.snapshotId(id)));
    assertThat(message).isEqualTo("The snapshot " + id + " is currently in use by " + imageId);
    ec2.disableImage(r -> r.imageId(imageId));
    refused("InvalidSnapshot.InUse", () -> ec2.deleteSnapshot(r -> r.snapshotId(id)));
    ec2.deregisterImage(r -> r.imageId(imageId));
    ec2.deleteSnapshot(r -> r.snapshotId(id));
  }

  @Test
  void sharedSnapshotBelongsToItsOwner() throws IOException {
    String id = snapshot(OTHER, SnapshotState.COMPLETED, false);
    region().snapshots().update(id, old -> old.withSharedWith(List.of(SELF)));
    refused(403, "AuthFailure", () -> ec2.deleteSnapshot(r -> r.snapshotId(id)));
    refused(403, "AuthFailure", () -> share(id, "add", SELF));
    refused(
        403,
        "AuthFailure",
        () ->
            ec2.describeSnapshotAttribute(
                r -> r.snapshotId(id).attribute("createVolumePermission")));
  }

  @Test
  void sharingIsAddedRemovedAndReset() throws IOException {
    String id = snapshot();
    share(id, "add", OTHER);
    ec2.modifySnapshotAttribute(
        r -> r.snapshotId(id).createVolumePermission(c -> c.add(EVERYBODY)));
    assertThat(
            ec2.describeSnapshotAttribute(r -> r.snapshotId(id).attribute("createVolumePermission"))
                .createVolumePermissions())
        .extracting(p -> p.userId() + " " + p.groupAsString())
        .containsExactly(OTHER + " null", "null all");
    assertThat(stored(id).sharedWith()).containsExactly(OTHER, "all");
    share(id, "remove", OTHER);
    assertThat(stored(id).sharedWith()).containsExactly("all");
    ec2.resetSnapshotAttribute(r -> r.snapshotId(id).attribute("createVolumePermission"));
    assertThat(stored(id).sharedWith()).isEmpty();
    assertThat(
            ec2.describeSnapshotAttribute(r -> r.snapshotId(id).attribute("productCodes"))
                .productCodes())
        .isEmpty();
  }

  @Test
  void sharingIsRefusedWhenItMakesNoSense() throws IOException {
    String id = encryptedSnapshot();
    refused("InvalidUserID.Malformed", () -> share(id, "add", "me"));
    refused(
        "InvalidParameterCombination", () -> ec2.modifySnapshotAttribute(r -> r.snapshotId(id)));
    refused(
        "OperationNotPermitted",
        () ->
            ec2.modifySnapshotAttribute(
                r -> r.snapshotId(id).operationType("add").groupNames("all")));
    share(id, "add", OTHER);
  }

  private void share(String id, String operation, String account) {
    ec2.modifySnapshotAttribute(
        r ->
            r.snapshotId(id)
                .attribute("createVolumePermission")
                .operationType(operation)
                .userIds(account));
  }

  private Snapshot one(String id) {
    return ec2.describeSnapshots(r -> r.snapshotIds(id)).snapshots().get(0);
  }

  private List<String> all() {
    return ids(ec2.describeSnapshots(r -> {}).snapshots());
  }

  private List<String> ids(String name, String value) {
    return ids(ec2.describeSnapshots(r -> r.filters(filter(name, value))).snapshots());
  }

  private static List<String> ids(List<Snapshot> snapshots) {
    return snapshots.stream().map(Snapshot::snapshotId).toList();
  }
}
