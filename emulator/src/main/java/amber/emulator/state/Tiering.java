package amber.emulator.state;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The last move of a snapshot between the tiers.
 *
 * @param kind which way
 * @param before the tier that it was in when the move began
 * @param end when the move is done
 * @param archivedAt when it was last moved into the archive
 * @param days how long a temporary restore lasts once it is done; 0 for other moves
 */
public record Tiering(
    Kind kind,
    StorageTier before,
    Instant start,
    Instant end,
    Optional<Instant> archivedAt,
    int days) {

  /** What kind of move. */
  public enum Kind {
    /** Into the archive. */
    ARCHIVAL,
    /** Out of the archive for some days. */
    TEMPORARY_RESTORE,
    /** Out of the archive for good. */
    PERMANENT_RESTORE
  }

  /** Whether the move is done. */
  public boolean doneAt(Instant now) {
    return !now.isBefore(end);
  }

  /** When a temporary restore ends, and the snapshot is in the archive again. */
  public Optional<Instant> expiry() {
    return kind == Kind.TEMPORARY_RESTORE
        ? Optional.of(end.plus(Duration.ofDays(days)))
        : Optional.empty();
  }

  /** The tier that the snapshot is in. */
  public StorageTier tierAt(Instant now) {
    if (!doneAt(now)) {
      return before;
    }
    boolean over = expiry().filter(time -> !now.isBefore(time)).isPresent();
    return kind == Kind.ARCHIVAL || over ? StorageTier.ARCHIVE : StorageTier.STANDARD;
  }
}
