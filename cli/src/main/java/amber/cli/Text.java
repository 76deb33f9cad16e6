package amber.cli;

import java.time.Duration;
import java.util.Locale;

/** How values are written for people. No locale has a say in it. */
final class Text {

  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};

  private Text() {}

  /** Bytes with one decimal, such as 1.9 GiB. */
  static String bytes(long bytes) {
    double value = (double) bytes;
    int unit = 0;
    // What would be rounded to 1024.0 is written in the next unit.
    while (value >= (unit == 0 ? 1024 : 1023.95) && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    return format(unit == 0 ? "%.0f %s" : "%.1f %s", value, UNITS[unit]);
  }

  /** A number with its thousands apart, such as 3,812. */
  static String count(long number) {
    return format("%,d", number);
  }

  /** A number and what it counts, such as 1 volume or 2 volumes. */
  static String count(long number, String noun) {
    return count(number) + " " + noun + (number == 1 ? "" : "s");
  }

  /** How many times smaller it became. */
  static String ratio(long plainBytes, long storedBytes) {
    return plainBytes == 0 || storedBytes == 0
        ? "-"
        : format("%.2f", (double) plainBytes / storedBytes);
  }

  /** A time that something took or will take. */
  static String duration(Duration duration) {
    double seconds = duration.toMillis() / 1000.0;
    if (seconds < 99.95) {
      return format("%.1f s", seconds);
    }
    long minutes = duration.toMinutes();
    return minutes < 100
        ? format("%d min %d s", minutes, duration.toSecondsPart())
        : format("%d h %d min", duration.toHours(), duration.toMinutesPart());
  }

  static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  /**
   * The text with every character that a terminal could obey, or that could hide or reorder what
   * stands around it, written as its number. Names and manifests come from anywhere.
   */
  static String safe(String text) {
    StringBuilder safe = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            character -> {
              if (isSafe(character)) {
                safe.appendCodePoint(character);
              } else {
                for (char half : Character.toChars(character)) {
                  safe.append(format("\\u%04x", (int) half));
                }
              }
            });
    return safe.toString();
  }

  private static boolean isSafe(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
