package amber.emulator.ec2;

import amber.emulator.http.FailureException;
import amber.emulator.state.Image;
import amber.emulator.state.Snapshot;
import amber.emulator.state.SnapshotLife;
import amber.emulator.state.SnapshotState;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** DeleteSnapshot, and the snapshots in the Recycle Bin. */
final class SnapshotBin {

  private SnapshotBin() {}

  static void delete(Call call) throws IOException {
    String id = call.parameters().required("SnapshotId");
    SnapshotLookup.check(id);
    call.ready();
    Snapshot snapshot = SnapshotLookup.owned(call, id);
    Optional<Image> user = SnapshotLookup.user(Images.of(call), id, "");
    if (user.isPresent()) {
      throw Ec2Failures.snapshotInUse(id, user.get().id());
    }
    if (SnapshotLocks.holds(call, id)) {
      throw Ec2Failures.notPermitted("The snapshot " + id + " is locked and cannot be deleted");
    }
    delete(call, snapshot);
    call.yes();
  }

  /** Deletes a snapshot into the Recycle Bin, if the account has one and it was completed. */
  static void delete(Call call, Snapshot snapshot) throws IOException {
    int days = call.region().settings().recycleSnapshotsDays();
    if (days == 0 || snapshot.state() != SnapshotState.COMPLETED) {
      call.region().snapshots().delete(snapshot.id());
      return;
    }
    Instant until = call.now().plus(Duration.ofDays(days));
    call.region().snapshots().updateLife(snapshot.id(), life -> life.recycled(call.now(), until));
    call.region()
        .snapshots()
        .update(snapshot.id(), old -> old.withState(SnapshotState.RECOVERABLE));
  }

  static void list(Call call) throws IOException {
    List<String> ids = call.parameters().texts("SnapshotId");
    Paging paging = Paging.read(call, Paging.Limits.USUAL);
    call.ready();
    for (String id : ids) {
      SnapshotLookup.recycled(call.region(), id);
    }
    List<Snapshot> found = new ArrayList<>();
    for (Snapshot snapshot : call.region().snapshots().all()) {
      if (SnapshotLookup.recycled(snapshot)
          && snapshot.ownerId().equals(call.caller())
          && (ids.isEmpty() || ids.contains(snapshot.id()))) {
        found.add(snapshot);
      }
    }
    Paging.Page<Snapshot> page = paging.cut(found, Snapshot::id, snapshot -> true, false);
    call.xml().list("snapshotSet", page.items(), (xml, snapshot) -> write(call, xml, snapshot));
    call.xml().text("nextToken", page.token());
  }

  private static void write(Call call, Xml xml, Snapshot snapshot) {
    SnapshotLife life = call.region().snapshots().life(snapshot.id());
    xml.text("snapshotId", snapshot.id())
        .text("recycleBinEnterTime", Times.text(life.recycledAt()))
        .text("recycleBinExitTime", Times.text(life.recycledUntil()))
        .text("description", snapshot.description())
        .text("volumeId", snapshot.volumeId());
  }

  static void restore(Call call) throws IOException {
    String id = call.parameters().required("SnapshotId");
    call.ready();
    SnapshotLookup.recycled(call.region(), id);
    call.region().snapshots().updateLife(id, SnapshotLife::recovered);
    Snapshot back =
        call.region()
            .snapshots()
            .update(id, old -> old.withState(SnapshotState.COMPLETED))
            .orElseThrow(() -> gone(id));
    call.xml()
        .text("snapshotId", id)
        .text("outpostArn", back.outpostArn())
        .text("description", back.description())
        .text("encrypted", back.encrypted())
        .text("ownerId", back.ownerId())
        .text("progress", back.progress() + "%")
        .text("startTime", Times.text(back.startTime()))
        .text("status", back.state().wire())
        .text("volumeId", back.volumeId())
        .text("volumeSize", back.volumeSizeGiB());
  }

  private static FailureException gone(String id) {
    return Ec2Failures.snapshotNotFound(id);
  }
}
