package amber.emulator.ec2;

import amber.emulator.http.FailureException;
import amber.emulator.state.Snapshot;
import amber.emulator.state.SnapshotLock;
import amber.emulator.state.SnapshotState;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** LockSnapshot, UnlockSnapshot and DescribeLockedSnapshots. */
final class SnapshotLocks {

  private static final String COMPLIANCE = "compliance";
  private static final int MOST_DAYS = 36_500;
  private static final int MOST_HOURS = 72;

  private SnapshotLocks() {}

  static void lock(Call call) throws IOException {
    Parameters parameters = call.parameters();
    String id = parameters.required("SnapshotId");
    SnapshotLookup.check(id);
    parameters.required("LockMode");
    boolean compliance =
        parameters
            .oneOf("LockMode", Set.of(COMPLIANCE, "governance"))
            .filter(COMPLIANCE::equals)
            .isPresent();
    Optional<Integer> days = range(parameters, "LockDuration", MOST_DAYS);
    Optional<Instant> until = parameters.time("ExpirationDate");
    Optional<Integer> hours = range(parameters, "CoolOffPeriod", MOST_HOURS);
    if (days.isPresent() == until.isPresent()) {
      throw Ec2Failures.combination(
          "Either LockDuration or ExpirationDate must be specified, and not both.");
    }
    if (hours.isPresent() && !compliance) {
      throw Ec2Failures.combination("CoolOffPeriod is for the compliance mode only.");
    }
    call.ready();
    Snapshot snapshot = SnapshotLookup.owned(call, id);
    checkLockable(call, snapshot);
    Instant now = call.now();
    Instant end = until.orElseGet(() -> now.plus(Duration.ofDays(days.orElseThrow())));
    if (end.isBefore(now.plus(Duration.ofDays(1)))) {
      throw Ec2Failures.of("InvalidTime", "A lock must last one day at least.");
    }
    SnapshotLock lock =
        new SnapshotLock(
            compliance,
            now,
            end,
            (int) Duration.between(now, end).toDays(),
            hours,
            hours.map(count -> now.plus(Duration.ofHours(count))));
    call.region().snapshots().updateLife(id, life -> life.withLock(Optional.of(lock)));
    write(call, call.xml(), id, lock);
  }

  static void unlock(Call call) throws IOException {
    String id = call.parameters().required("SnapshotId");
    SnapshotLookup.check(id);
    call.ready();
    SnapshotLookup.owned(call, id);
    Optional<SnapshotLock> lock = call.region().snapshots().life(id).lock();
    if (lock.isEmpty()) {
      throw Ec2Failures.wrongState("The snapshot " + id + " is not locked");
    }
    if (lock.get().holdsAt(call.now()) && !lock.get().removableAt(call.now())) {
      throw Ec2Failures.notPermitted(
          "The snapshot " + id + " is locked in compliance mode and cannot be unlocked");
    }
    call.region().snapshots().updateLife(id, life -> life.withLock(Optional.empty()));
    call.xml().text("snapshotId", id);
  }

  static void describe(Call call) throws IOException {
    List<String> ids = call.parameters().texts("SnapshotId");
    List<Filter> filters = Filter.read(call.parameters());
    Paging paging = Paging.read(call, Paging.Limits.USUAL);
    FilterSet<Snapshot> set =
        new FilterSet<Snapshot>(Snapshot::tags)
            .optional("lock-state", snapshot -> find(call, snapshot).map(l -> state(call, l)));
    set.check(filters);
    call.ready();
    for (String id : ids) {
      SnapshotLookup.visible(call, id);
    }
    List<Snapshot> found = new ArrayList<>();
    for (Snapshot snapshot : call.region().snapshots().all()) {
      if (snapshot.ownerId().equals(call.caller())
          && find(call, snapshot).isPresent()
          && (ids.isEmpty() || ids.contains(snapshot.id()))) {
        found.add(snapshot);
      }
    }
    Paging.Page<Snapshot> page =
        paging.cut(found, Snapshot::id, snapshot -> set.passes(filters, snapshot), false);
    call.xml()
        .list(
            "snapshotSet",
            page.items(),
            (xml, snapshot) -> {
              xml.text("ownerId", snapshot.ownerId());
              write(call, xml, snapshot.id(), find(call, snapshot).orElseThrow());
            });
    call.xml().text("nextToken", page.token());
  }

  /** Whether a lock forbids to delete a snapshot. */
  static boolean holds(Call call, String id) {
    return call.region()
        .snapshots()
        .life(id)
        .lock()
        .filter(lock -> lock.holdsAt(call.now()))
        .isPresent();
  }

  private static Optional<SnapshotLock> find(Call call, Snapshot snapshot) {
    return call.region().snapshots().life(snapshot.id()).lock();
  }

  private static void checkLockable(Call call, Snapshot snapshot) throws FailureException {
    if (snapshot.state() != SnapshotState.COMPLETED) {
      throw Ec2Failures.wrongState("The snapshot " + snapshot.id() + " is not completed");
    }
    Optional<SnapshotLock> old = find(call, snapshot);
    if (old.filter(lock -> lock.holdsAt(call.now()) && !lock.removableAt(call.now())).isPresent()) {
      throw Ec2Failures.notPermitted(
          "The snapshot " + snapshot.id() + " is locked in compliance mode");
    }
  }

  private static Optional<Integer> range(Parameters parameters, String name, int most)
      throws FailureException {
    Optional<Integer> value = parameters.integer(name);
    if (value.isPresent() && (value.get() < 1 || value.get() > most)) {
      throw Ec2Failures.invalid(name, value.get().toString(), "Expecting 1 to " + most);
    }
    return value;
  }

  private static String state(Call call, SnapshotLock lock) {
    if (!lock.holdsAt(call.now())) {
      return "expired";
    }
    if (!lock.compliance()) {
      return "governance";
    }
    return lock.removableAt(call.now()) ? "compliance-cooloff" : COMPLIANCE;
  }

  private static void write(Call call, Xml xml, String id, SnapshotLock lock) {
    xml.text("snapshotId", id)
        .text("lockState", state(call, lock))
        .text("lockDuration", lock.durationDays())
        .text("coolOffPeriod", lock.coolOffHours())
        .text("coolOffPeriodExpiresOn", Times.text(lock.coolOffUntil()))
        .text("lockCreatedOn", Times.text(lock.createdAt()))
        .text("lockDurationStartTime", Times.text(lock.createdAt()))
        .text("lockExpiresOn", Times.text(lock.expiresAt()));
  }
}
