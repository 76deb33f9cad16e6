package amber.emulator.ebs;

import amber.emulator.http.FailureException;
import amber.emulator.http.Request;
import amber.emulator.state.Region;
import amber.emulator.state.Snapshot;
import amber.emulator.state.SnapshotState;
import amber.emulator.state.StorageTier;
import java.io.IOException;

/** Finds snapshots, and refuses those that cannot be read or written just now. */
final class Access {

  private Access() {}

  /** A snapshot whose blocks may be read. */
  static Snapshot readable(Region region, String id, Request request) throws IOException {
    Snapshot snapshot = visible(region, id, request);
    if (snapshot.state() != SnapshotState.COMPLETED) {
      throw wrongState(snapshot, "completed");
    }
    if (snapshot.storageTier() == StorageTier.ARCHIVE) {
      throw EbsFailures.invalid(
          EbsFailures.INVALID_SNAPSHOT_ID,
          "The snapshot '" + id + "' is archived. Restore it before you read it.");
    }
    return snapshot;
  }

  /** A snapshot that blocks may be put into, or that may be completed. */
  static Snapshot writable(Region region, String id, Request request) throws IOException {
    Snapshot snapshot = own(region, id, request);
    if (snapshot.state() == SnapshotState.PENDING
        && region.clock().instant().isBefore(snapshot.writing().writableFrom())) {
      throw EbsFailures.snapshotNotFound(id);
    }
    return snapshot;
  }

  static FailureException wrongState(Snapshot snapshot, String wanted) {
    return EbsFailures.invalid(
        EbsFailures.INVALID_SNAPSHOT_ID,
        "The snapshot '%s' is in the '%s' state, and not in the '%s' state."
            .formatted(snapshot.id(), snapshot.state().wire(), wanted));
  }

  private static Snapshot own(Region region, String id, Request request) throws IOException {
    Snapshot snapshot = visible(region, id, request);
    if (!snapshot.ownerId().equals(region.accountId())) {
      throw EbsFailures.denied("The snapshot '" + id + "' belongs to another account.");
    }
    return snapshot;
  }

  private static Snapshot visible(Region region, String id, Request request) throws IOException {
    Snapshot snapshot =
        region
            .snapshots()
            .find(Parameters.snapshotId(id))
            .filter(found -> found.state() != SnapshotState.RECOVERABLE)
            .filter(found -> request.sees(found.startTime()))
            .orElseThrow(() -> EbsFailures.snapshotNotFound(id));
    if (snapshot.sharedWith().contains(Snapshot.EVERYBODY) || snapshot.outpostArn().isPresent()) {
      throw EbsFailures.invalid(
          EbsFailures.INVALID_SNAPSHOT_ID,
          "The snapshot '" + id + "' is public or on an Outpost, which is not supported.");
    }
    if (!snapshot.ownerId().equals(region.accountId())
        && !snapshot.sharedWith().contains(region.accountId())) {
      throw EbsFailures.denied("You may not use the snapshot '" + id + "'.");
    }
    return snapshot;
  }
}
