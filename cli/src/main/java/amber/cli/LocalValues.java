package amber.cli;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the values of the options of {@code amber local}. */
final class LocalValues {

  private static final int MAX_PORT = 65_535;
  private static final Set<String> BOOT_MODES =
      new TreeSet<>(Set.of("legacy-bios", "uefi", "uefi-preferred"));
  private static final Set<String> ARCHITECTURES =
      new TreeSet<>(Set.of("i386", "x86_64", "arm64", "x86_64_mac", "arm64_mac"));

  private LocalValues() {}

  /** A port to listen at; 0 for any. */
  static final class Port implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
      if (value.matches("\\d{1,5}") && Integer.parseInt(value) <= MAX_PORT) {
        return Integer.parseInt(value);
      }
      throw new TypeConversionException(
          "is '%s', should be a whole number from 0 to %d".formatted(value, MAX_PORT));
    }
  }

  /** What chance goes by. */
  static final class Seed implements ITypeConverter<Long> {
    @Override
    public Long convert(String value) {
      try {
        return Long.parseLong(value);
      } catch (NumberFormatException e) {
        throw new TypeConversionException("is '%s', should be a whole number".formatted(value));
      }
    }
  }

  /** Where an emulator answers. */
  static final class Endpoint implements ITypeConverter<URI> {
    @Override
    public URI convert(String value) {
      try {
        URI uri = new URI(value);
        if ("http".equals(uri.getScheme()) && uri.getHost() != null) {
          return uri;
        }
      } catch (URISyntaxException e) {
        // Said below.
      }
      throw new TypeConversionException(
          "is '%s', should be a URL such as http://127.0.0.1:4566".formatted(value));
    }
  }

  /** How an image boots. */
  static final class BootMode implements ITypeConverter<String> {
    @Override
    public String convert(String value) {
      return oneOf(BOOT_MODES, value);
    }
  }

  /** What an image runs on. */
  static final class Architecture implements ITypeConverter<String> {
    @Override
    public String convert(String value) {
      return oneOf(ARCHITECTURES, value);
    }
  }

  /** A tag, such as {@code team=web}. */
  static final class Tag implements ITypeConverter<Map.Entry<String, String>> {
    @Override
    public Map.Entry<String, String> convert(String value) {
      int equals = value.indexOf('=');
      if (equals < 1) {
        throw new TypeConversionException("is '%s', should be KEY=VALUE".formatted(value));
      }
      return Map.entry(value.substring(0, equals), value.substring(equals + 1));
    }
  }

  private static String oneOf(Set<String> values, String value) {
    if (values.contains(value)) {
      return value;
    }
    throw new TypeConversionException(
        "is '%s', should be one of %s".formatted(value, String.join(", ", values)));
  }
}
