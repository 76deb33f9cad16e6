package amber.emulator.ec2;

import amber.emulator.state.Snapshot;
import amber.emulator.state.SnapshotState;
import amber.emulator.state.Tiering;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A snapshot as the caller sees it.
 *
 * @param tags the caller's tags, in order
 * @param tiering its last move between the tiers
 * @param flapping whether this answer is behind the times and says that it is pending
 */
record SnapshotView(
    Snapshot snapshot,
    boolean own,
    Map<String, String> tags,
    Optional<Tiering> tiering,
    boolean flapping) {

  static final FilterSet<SnapshotView> FILTERS =
      new FilterSet<>(SnapshotView::tags)
          .optional("description", view -> view.snapshot().description())
          .one("encrypted", view -> view.snapshot().encrypted())
          .optional("owner-alias", view -> Owners.alias(view.snapshot().ownerId()))
          .one("owner-id", view -> view.snapshot().ownerId())
          .one("progress", SnapshotView::progress)
          .one("snapshot-id", SnapshotView::id)
          .one("start-time", view -> Times.text(view.snapshot().startTime()))
          .one("status", view -> view.state().wire())
          .one("storage-tier", view -> view.snapshot().storageTier().wire())
          .one("transfer-type", view -> "standard")
          .one("volume-id", view -> view.snapshot().volumeId())
          .one("volume-size", view -> view.snapshot().volumeSizeGiB());

  static SnapshotView of(Call call, Snapshot snapshot) throws IOException {
    Optional<Instant> settled =
        snapshot.completedAt().map(time -> time.plus(call.rules().snapshotFlapsFor()));
    boolean behind = settled.filter(call.now()::isBefore).isPresent() && call.turn() % 2 == 1;
    return new SnapshotView(
        snapshot,
        snapshot.ownerId().equals(call.caller()),
        new TreeMap<>(SharedTags.of(call.region(), snapshot)),
        call.region().snapshots().life(snapshot.id()).tiering(),
        behind);
  }

  String id() {
    return snapshot.id();
  }

  SnapshotState state() {
    return flapping ? SnapshotState.PENDING : snapshot.state();
  }

  String progress() {
    return (flapping ? 99 : snapshot.progress()) + "%";
  }

  /** Writes all that DescribeSnapshots shows. */
  void write(Xml xml) {
    xml.text("snapshotId", snapshot.id())
        .text("volumeId", snapshot.volumeId())
        .text("status", state().wire());
    xml.text("statusMessage", snapshot.stateMessage())
        .text("startTime", Times.text(snapshot.startTime()));
    if (state() == SnapshotState.COMPLETED) {
      xml.text("completionTime", Times.text(snapshot.completedAt()));
    }
    xml.text("progress", progress())
        .text("ownerId", snapshot.ownerId())
        .text("ownerAlias", Owners.alias(snapshot.ownerId()))
        .text("volumeSize", snapshot.volumeSizeGiB())
        .text("description", snapshot.description().orElse(""));
    xml.tags(tags)
        .text("encrypted", snapshot.encrypted())
        .text("kmsKeyId", snapshot.kmsKeyArn())
        .text("dataEncryptionKeyId", snapshot.dataEncryptionKeyId())
        .text("outpostArn", snapshot.outpostArn())
        .text("storageTier", snapshot.storageTier().wire())
        .text("transferType", "standard");
    if (state() == SnapshotState.COMPLETED) {
      xml.text("fullSnapshotSizeInBytes", snapshot.fullSizeBytes());
    }
    xml.text("restoreExpiryTime", Times.text(tiering.flatMap(Tiering::expiry)));
  }
}
