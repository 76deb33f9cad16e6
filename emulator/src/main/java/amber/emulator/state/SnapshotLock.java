package amber.emulator.state;

import java.time.Instant;
import java.util.Optional;

/**
 * What forbids to delete a snapshot.
 *
 * @param compliance whether nobody may take it off, once the cool-off period is over
 * @param durationDays how long it lasts, counted from its start
 * @param coolOffHours how long a lock in compliance mode may still be taken off
 */
public record SnapshotLock(
    boolean compliance,
    Instant createdAt,
    Instant expiresAt,
    int durationDays,
    Optional<Integer> coolOffHours,
    Optional<Instant> coolOffUntil) {

  /** Whether the snapshot may not be deleted. */
  public boolean holdsAt(Instant now) {
    return now.isBefore(expiresAt);
  }

  /** Whether the lock may be taken off. */
  public boolean removableAt(Instant now) {
    return !compliance || coolOffUntil.filter(now::isBefore).isPresent();
  }
}
