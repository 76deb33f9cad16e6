package amber.cli;

import java.util.Locale;

/** How progress is shown. */
enum ProgressStyle {
  AUTO,
  BAR,
  LINES,
  JSON,
  NONE;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
