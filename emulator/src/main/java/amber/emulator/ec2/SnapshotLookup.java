package amber.emulator.ec2;

import amber.emulator.http.FailureException;
import amber.emulator.state.Image;
import amber.emulator.state.Region;
import amber.emulator.state.Snapshot;
import amber.emulator.state.SnapshotState;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Pattern;

/** A region's snapshots by id, and who may do what with them. */
final class SnapshotLookup {

  private static final Pattern ID = Pattern.compile("snap-([0-9a-f]{8}|[0-9a-f]{17})");

  private SnapshotLookup() {}

  /** Refuses what cannot be the id of a snapshot. */
  static void check(String id) throws FailureException {
    if (!ID.matcher(id).matches()) {
      throw Ec2Failures.snapshotMalformed(id);
    }
  }

  static boolean recycled(Snapshot snapshot) {
    return snapshot.state() == SnapshotState.RECOVERABLE;
  }

  /** Whether the caller owns it, or it was shared with the caller or with everybody. */
  static boolean visible(Call call, Snapshot snapshot) {
    return call.sees(snapshot.startTime())
        && (snapshot.ownerId().equals(call.caller())
            || snapshot.sharedWith().contains(call.caller())
            || snapshot.sharedWith().contains(Snapshot.EVERYBODY));
  }

  /** A snapshot that the caller may see; one in the Recycle Bin is not there. */
  static Snapshot visible(Call call, String id) throws IOException {
    check(id);
    return call.region()
        .snapshots()
        .find(id)
        .filter(snapshot -> !recycled(snapshot))
        .filter(snapshot -> visible(call, snapshot))
        .orElseThrow(() -> Ec2Failures.snapshotNotFound(id));
  }

  /** A snapshot of the caller's own. */
  static Snapshot owned(Call call, String id) throws IOException {
    Snapshot snapshot = visible(call, id);
    if (!snapshot.ownerId().equals(call.caller())) {
      throw Ec2Failures.notYourSnapshot(id);
    }
    return snapshot;
  }

  /** A snapshot in the Recycle Bin. */
  static Snapshot recycled(Region region, String id) throws IOException {
    check(id);
    return region
        .snapshots()
        .find(id)
        .filter(SnapshotLookup::recycled)
        .filter(snapshot -> snapshot.ownerId().equals(region.accountId()))
        .orElseThrow(() -> Ec2Failures.snapshotNotFound(id));
  }

  /** A registered image with a device that starts from this snapshot, other than one. */
  static Optional<Image> user(Images images, String id, String exceptImage) throws IOException {
    return images.registered().stream()
        .filter(image -> !image.id().equals(exceptImage))
        .filter(image -> Images.snapshotIds(image).contains(id))
        .findFirst();
  }
}
