package amber.emulator.state;

import java.util.Locale;

/** How far a snapshot is. */
public enum SnapshotState {
  /** Being written, or on its way to completed. */
  PENDING,
  /** Whole; it does not change any more. */
  COMPLETED,
  /** Given up: not written to for too long, or not whole. */
  ERROR,
  /** Deleted, and kept by the Recycle Bin for a while. */
  RECOVERABLE,
  /** On its way back from the Recycle Bin. */
  RECOVERING;

  /** The word that AWS has for it. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
