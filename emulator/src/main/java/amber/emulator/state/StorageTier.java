package amber.emulator.state;

import java.util.Locale;

/** Where a snapshot's blocks are: at hand, or archived and not readable. */
public enum StorageTier {
  /** At hand. */
  STANDARD,
  /** Archived: must be restored before anything can read it. */
  ARCHIVE;

  /** The word that AWS has for it. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
