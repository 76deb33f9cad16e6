package amber.emulator.ec2;

import amber.emulator.http.FailureException;
import amber.emulator.state.Image;
import amber.emulator.state.ImageState;
import amber.emulator.state.Snapshot;
import amber.emulator.state.SnapshotState;
import amber.emulator.state.StorageTier;
import amber.emulator.state.Tiering;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** ModifySnapshotTier, RestoreSnapshotTier and DescribeSnapshotTierStatus. */
final class SnapshotTiers {

  private static final int MOST_DAYS = 180;

  private SnapshotTiers() {}

  static void archive(Call call) throws IOException {
    String id = id(call);
    call.parameters().oneOf("StorageTier", Set.of("archive"));
    call.ready();
    Snapshot snapshot = SnapshotLookup.owned(call, id);
    if (snapshot.state() != SnapshotState.COMPLETED) {
      throw Ec2Failures.wrongState(
          "The snapshot %s is %s, and must be completed".formatted(id, snapshot.state().wire()));
    }
    Optional<Tiering> last = call.region().snapshots().life(id).tiering();
    if (snapshot.storageTier() == StorageTier.ARCHIVE || moving(call, last)) {
      throw Ec2Failures.wrongState("The snapshot " + id + " is archived or on its way there");
    }
    checkUnused(call, id);
    Instant end = call.now().plus(call.rules().tieringTakes());
    move(
        call,
        id,
        new Tiering(
            Tiering.Kind.ARCHIVAL, StorageTier.STANDARD, call.now(), end, Optional.of(end), 0));
    // Nobody else may use an archived snapshot.
    call.region().snapshots().update(id, old -> old.withSharedWith(List.of()));
    call.xml().text("snapshotId", id).text("tieringStartTime", Times.text(call.now()));
  }

  static void restore(Call call) throws IOException {
    String id = id(call);
    Optional<Integer> days = call.parameters().integer("TemporaryRestoreDays");
    boolean forGood = call.parameters().flag("PermanentRestore");
    if (days.isPresent() == forGood) {
      throw Ec2Failures.combination(
          "Either TemporaryRestoreDays or PermanentRestore must be specified, and not both.");
    }
    if (days.isPresent() && (days.get() < 1 || days.get() > MOST_DAYS)) {
      throw Ec2Failures.invalid(
          "TemporaryRestoreDays", days.get().toString(), "Expecting 1 to " + MOST_DAYS);
    }
    call.ready();
    Snapshot snapshot = SnapshotLookup.owned(call, id);
    Optional<Tiering> last = call.region().snapshots().life(id).tiering();
    boolean temporary = last.flatMap(Tiering::expiry).filter(call.now()::isBefore).isPresent();
    boolean archived = snapshot.storageTier() == StorageTier.ARCHIVE;
    if (moving(call, last) || !(archived || temporary)) {
      throw Ec2Failures.wrongState("The snapshot " + id + " is not archived");
    }
    Instant end = temporary ? call.now() : call.now().plus(call.rules().tieringTakes());
    Tiering.Kind kind = forGood ? Tiering.Kind.PERMANENT_RESTORE : Tiering.Kind.TEMPORARY_RESTORE;
    Optional<Instant> archivedAt = last.flatMap(Tiering::archivedAt);
    move(
        call,
        id,
        new Tiering(kind, snapshot.storageTier(), call.now(), end, archivedAt, days.orElse(0)));
    call.xml()
        .text("snapshotId", id)
        .text("restoreStartTime", Times.text(call.now()))
        .text("restoreDuration", days)
        .text("isPermanentRestore", forGood);
  }

  static void status(Call call) throws IOException {
    List<Filter> filters = Filter.read(call.parameters());
    Paging paging = Paging.read(call, Paging.Limits.USUAL);
    FilterSet<SnapshotView> set = filters(call);
    set.check(filters);
    call.ready();
    List<SnapshotView> all = new ArrayList<>();
    for (Snapshot snapshot : call.region().snapshots().all()) {
      if (snapshot.ownerId().equals(call.caller()) && !SnapshotLookup.recycled(snapshot)) {
        all.add(SnapshotView.of(call, snapshot));
      }
    }
    Paging.Page<SnapshotView> page =
        paging.cut(
            all, SnapshotView::id, view -> set.passes(filters, view), call.rules().shortPages());
    call.xml().list("snapshotTierStatusSet", page.items(), (xml, view) -> write(call, xml, view));
    call.xml().text("nextToken", page.token());
  }

  private static FilterSet<SnapshotView> filters(Call call) {
    return new FilterSet<>(SnapshotView::tags)
        .one("snapshot-id", SnapshotView::id)
        .one("volume-id", view -> view.snapshot().volumeId())
        .optional("last-tiering-operation", view -> view.tiering().map(move -> status(call, move)));
  }

  private static void write(Call call, Xml xml, SnapshotView view) {
    Snapshot snapshot = view.snapshot();
    xml.text("snapshotId", snapshot.id())
        .text("volumeId", snapshot.volumeId())
        .text("status", snapshot.state().wire())
        .text("ownerId", snapshot.ownerId())
        .tags(view.tags())
        .text("storageTier", snapshot.storageTier().wire());
    if (view.tiering().isPresent()) {
      Tiering move = view.tiering().get();
      xml.text("lastTieringStartTime", Times.text(move.start()))
          .text("lastTieringProgress", move.doneAt(call.now()) ? 100 : 0)
          .text("lastTieringOperationStatus", status(call, move))
          .text(
              "archivalCompleteTime",
              Times.text(move.archivedAt().filter(time -> !call.now().isBefore(time))))
          .text("restoreExpiryTime", Times.text(move.expiry()));
    }
  }

  private static String status(Call call, Tiering move) {
    String kind = move.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
    return kind + (move.doneAt(call.now()) ? "-completed" : "-in-progress");
  }

  private static String id(Call call) throws FailureException {
    String id = call.parameters().required("SnapshotId");
    SnapshotLookup.check(id);
    return id;
  }

  private static boolean moving(Call call, Optional<Tiering> last) {
    return last.filter(move -> !move.doneAt(call.now())).isPresent();
  }

  /** A snapshot of an image can be archived only while the image is disabled. */
  private static void checkUnused(Call call, String id) throws IOException {
    for (Image image : Images.of(call).registered()) {
      if (image.life().state() != ImageState.DISABLED && Images.snapshotIds(image).contains(id)) {
        throw Ec2Failures.snapshotInUse(id, image.id());
      }
    }
  }

  private static void move(Call call, String id, Tiering move) throws IOException {
    call.region().snapshots().updateLife(id, life -> life.withTiering(move));
  }
}
