package amber.emulator.state;

import java.time.Instant;
import java.util.Optional;

/**
 * What happened to a snapshot since it was made, for those that anything happened to.
 *
 * @param recycledAt when it was deleted into the Recycle Bin
 * @param recycledUntil when the Recycle Bin forgets it
 * @param tiering its last move into the archive or out of it
 * @param lock what forbids to delete it
 * @param billing what an image is billed as whose root volume starts from it
 */
public record SnapshotLife(
    String id,
    Optional<Instant> recycledAt,
    Optional<Instant> recycledUntil,
    Optional<Tiering> tiering,
    Optional<SnapshotLock> lock,
    Optional<Billing> billing) {

  static SnapshotLife quiet(String id) {
    return new SnapshotLife(
        id,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** The same in the Recycle Bin. */
  public SnapshotLife recycled(Instant from, Instant until) {
    return new SnapshotLife(id, Optional.of(from), Optional.of(until), tiering, lock, billing);
  }

  /** The same, back from the Recycle Bin. */
  public SnapshotLife recovered() {
    return new SnapshotLife(id, Optional.empty(), Optional.empty(), tiering, lock, billing);
  }

  /** The same with another last move between the tiers. */
  public SnapshotLife withTiering(Tiering move) {
    return Records.with(this, "tiering", Optional.of(move));
  }

  /** The same with a lock, or with none. */
  public SnapshotLife withLock(Optional<SnapshotLock> newLock) {
    return Records.with(this, "lock", newLock);
  }

  /** The same billed as something else than Linux. */
  public SnapshotLife withBilling(Billing newBilling) {
    return Records.with(this, "billing", Optional.of(newBilling));
  }
}
