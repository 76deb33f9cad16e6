package amber.cli;

import amber.PackOptions;
import amber.frame.FrameEncoder;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the values of options, and says what they should be. */
final class Values {

  private static final List<String> SCHEMES = List.of("http", "https");

  private Values() {}

  /** A compression level. */
  static final class Level implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
      return between(value, FrameEncoder.MAX_LEVEL);
    }
  }

  /** A URL that services answer at. */
  static final class Endpoint implements ITypeConverter<URI> {
    @Override
    public URI convert(String value) {
      try {
        URI uri = new URI(value);
        if (SCHEMES.contains(String.valueOf(uri.getScheme())) && uri.getHost() != null) {
          return uri;
        }
      } catch (URISyntaxException e) {
        // Said below.
      }
      throw new TypeConversionException(
          "is '%s', should be a URL such as https://host:port".formatted(value));
    }
  }

  /** The id of an account. */
  static final class Account implements ITypeConverter<String> {
    @Override
    public String convert(String value) {
      if (value.matches("[0-9]{12}")) {
        return value;
      }
      throw new TypeConversionException(
          "is '%s', should be the 12 digits of an account".formatted(value));
    }
  }

  /** A number of threads. */
  static final class Threads implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
      return between(value, PackOptions.MAX_THREADS);
    }
  }

  /** An output format. */
  static final class Output implements ITypeConverter<OutputFormat> {
    @Override
    public OutputFormat convert(String value) {
      return oneOf(OutputFormat.class, value);
    }
  }

  /** A way to show progress. */
  static final class Style implements ITypeConverter<ProgressStyle> {
    @Override
    public ProgressStyle convert(String value) {
      return oneOf(ProgressStyle.class, value);
    }
  }

  private static <E extends Enum<E>> E oneOf(Class<E> type, String value) {
    for (E constant : type.getEnumConstants()) {
      if (constant.toString().equals(value)) {
        return constant;
      }
    }
    throw new TypeConversionException(
        "is '%s', should be one of %s"
            .formatted(
                value,
                Arrays.stream(type.getEnumConstants())
                    .map(Enum::toString)
                    .collect(Collectors.joining(", "))));
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
