package amber.emulator.state;

import java.util.Locale;

/** How an image is. */
public enum ImageState {
  /** Being made. */
  PENDING,
  /** Ready to launch. */
  AVAILABLE,
  /** Made wrongly. */
  INVALID,
  /** Gone, except when the Recycle Bin keeps it. */
  DEREGISTERED,
  /** Being taken from one state to another. */
  TRANSIENT,
  /** Could not be made. */
  FAILED,
  /** Broken. */
  ERROR,
  /** Not to be launched until it is enabled again. */
  DISABLED;

  /** The word that AWS has for it. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
