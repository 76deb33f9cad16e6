package amber.cli;

import amber.PackOptions;
import amber.frame.FrameEncoder;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads numbers that have limits. */
final class Numbers {

  private Numbers() {}

  /** A compression level. */
  static final class Level implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
      return between(value, FrameEncoder.MAX_LEVEL);
    }
  }

  /** A number of threads. */
  static final class Threads implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
      return between(value, PackOptions.MAX_THREADS);
    }
  }

  private static int between(String value, int most) {
    try {
      int number = Integer.parseInt(value);
      if (number >= 1 && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new TypeConversionException(
        "is '%s', should be a whole number from 1 to %d".formatted(value, most));
  }
}
