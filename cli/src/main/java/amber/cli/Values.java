package amber.cli;

import amber.PackOptions;
import amber.ec2.ImageQuery;
import amber.ec2.SnapshotRequest;
import amber.frame.FrameEncoder;
import amber.kms.KmsArn;
import amber.s3.S3Checksum;
import amber.s3.S3Encryption;
import amber.s3.S3Transfer;
import amber.task.TaskState;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the values of options, and says what they should be. */
final class Values {

  private static final List<String> SCHEMES = List.of("http", "https");

  private static final String NONE = "none";

  private Values() {}

  /** Whether an object shows something of its image. */
  static final class Metadata implements ITypeConverter<Boolean> {
    @Override
    public Boolean convert(String value) {
      return switch (value) {
        case "image" -> true;
        case NONE -> false;
        default ->
            throw new TypeConversionException("is '%s', should be image or none".formatted(value));
      };
    }
  }

  /** A key of AWS KMS. */
  static final class KmsKey implements ITypeConverter<KmsArn> {
    @Override
    public KmsArn convert(String value) {
      try {
        return KmsArn.parse(value);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException("is " + e.getMessage());
      }
    }
  }

  /** A compression level. */
  static final class Level implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
      return between(value, 1, FrameEncoder.MAX_LEVEL);
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

  /** A task's state. */
  static final class State implements ITypeConverter<TaskState> {
    @Override
    public TaskState convert(String value) {
      String[] texts =
          Arrays.stream(TaskState.values()).map(TaskState::text).toArray(String[]::new);
      String wanted = oneOf(value, texts);
      return Arrays.stream(TaskState.values())
          .filter(state -> state.text().equals(wanted))
          .findFirst()
          .orElseThrow();
    }
  }

  /** An architecture that EC2 knows; empty for none. */
  static final class Architecture implements ITypeConverter<String> {
    @Override
    public String convert(String value) {
      return orNone(oneOf(value, "i386", "x86_64", "arm64", "x86_64_mac", "arm64_mac", NONE));
    }
  }

  /** How much of a copy is read back. */
  static final class ProofMode implements ITypeConverter<SnapshotProof.Mode> {
    @Override
    public SnapshotProof.Mode convert(String value) {
      return switch (oneOf(value, "full", "sample")) {
        case "full" -> SnapshotProof.Mode.FULL;
        default -> SnapshotProof.Mode.SAMPLE;
      };
    }
  }

  /** One of two sides. */
  static final class SideName implements ITypeConverter<SideArchiveOptions.Side> {
    @Override
    public SideArchiveOptions.Side convert(String value) {
      return oneOf(value, "from", "to").equals("to")
          ? SideArchiveOptions.Side.TO
          : SideArchiveOptions.Side.FROM;
    }
  }

  /** A boot mode that EC2 knows; empty for none. */
  static final class BootMode implements ITypeConverter<String> {
    @Override
    public String convert(String value) {
      return orNone(oneOf(value, "legacy-bios", "uefi", "uefi-preferred", NONE));
    }
  }

  private static String orNone(String value) {
    return value.equals(NONE) ? "" : value;
  }

  /** How S3 encrypts. */
  static final class Sse implements ITypeConverter<S3Encryption.Mode> {
    @Override
    public S3Encryption.Mode convert(String value) {
      return switch (oneOf(value, "AES256", "aws:kms", "aws:kms:dsse")) {
        case "AES256" -> S3Encryption.Mode.S3;
        case "aws:kms" -> S3Encryption.Mode.KMS;
        default -> S3Encryption.Mode.KMS_DSSE;
      };
    }
  }

  /** Which checksum an object has. */
  static final class ObjectChecksum implements ITypeConverter<S3Options.Sum> {
    @Override
    public S3Options.Sum convert(String value) {
      return switch (oneOf(value, "crc32c", "crc64nvme", "none")) {
        case "crc32c" -> new S3Options.Sum(Optional.of(S3Checksum.Algorithm.CRC32C));
        case "crc64nvme" -> new S3Options.Sum(Optional.of(S3Checksum.Algorithm.CRC64NVME));
        default -> new S3Options.Sum(Optional.empty());
      };
    }
  }

  /** Whether somebody may shorten a lock. */
  static final class LockMode implements ITypeConverter<String> {
    @Override
    public String convert(String value) {
      return oneOf(value, "GOVERNANCE", "COMPLIANCE");
    }
  }

  /** How fast an archive is thawed. */
  static final class Tier implements ITypeConverter<String> {
    @Override
    public String convert(String value) {
      return oneOf(value, "Standard", "Bulk", "Expedited");
    }
  }

  /** A number of days. */
  static final class Days implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
      return between(value, 1, 36_500);
    }
  }

  /** How long EBS waits for a block. */
  static final class Minutes implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
      return between(value, 10, SnapshotRequest.MAX_TIMEOUT_MINUTES);
    }
  }

  /** Blocks each second. */
  static final class Rate implements ITypeConverter<Integer> {
    private static final int MOST = 100_000;

    @Override
    public Integer convert(String value) {
      return between(value, 1, MOST);
    }
  }

  /** A time. */
  static final class Time implements ITypeConverter<Instant> {
    @Override
    public Instant convert(String value) {
      try {
        return Instant.parse(value);
      } catch (DateTimeParseException e) {
        throw new TypeConversionException(
            "is '%s', should be a time such as 2030-01-31T00:00:00Z".formatted(value));
      }
    }
  }

  /** A length of time in whole units. */
  static final class Span implements ITypeConverter<Duration> {
    private static final Pattern SPAN = Pattern.compile("([1-9]\\d{0,5})(min|h|d|w|y)");
    private static final int DAYS_OF_WEEK = 7;
    private static final int DAYS_OF_YEAR = 365;

    @Override
    public Duration convert(String value) {
      Matcher parts = SPAN.matcher(value);
      if (!parts.matches()) {
        throw new TypeConversionException(
            "is '%s', should be such as 90min, 36h, 180d, 26w or 2y".formatted(value));
      }
      long count = Long.parseLong(parts.group(1));
      return switch (parts.group(2)) {
        case "min" -> Duration.ofMinutes(count);
        case "h" -> Duration.ofHours(count);
        case "d" -> Duration.ofDays(count);
        case "w" -> Duration.ofDays(DAYS_OF_WEEK * count);
        default -> Duration.ofDays(DAYS_OF_YEAR * count);
      };
    }
  }

  /** A size in bytes, or with a unit. */
  static final class Size implements ITypeConverter<Long> {
    private static final Pattern SIZE = Pattern.compile("([1-9]\\d{0,14})([KMGT]iB|B)?");

    @Override
    public Long convert(String value) {
      Matcher parts = SIZE.matcher(value);
      if (parts.matches()) {
        int unit = "KMGT".indexOf(parts.group(2) == null ? 'B' : parts.group(2).charAt(0)) + 1;
        double bytes = Long.parseLong(parts.group(1)) * Math.pow(1024, unit);
        if (bytes <= S3Transfer.LARGEST_OBJECT) {
          return (long) bytes;
        }
      }
      throw new TypeConversionException(
          "is '%s', should be bytes, or such as 5TiB, and at most 50000GiB".formatted(value));
    }
  }

  /** What becomes of an AMI that is retired. */
  static final class Then implements ITypeConverter<RetireThen> {
    @Override
    public RetireThen convert(String value) {
      for (RetireThen then : RetireThen.values()) {
        if (then.text().equals(value)) {
          return then;
        }
      }
      throw new TypeConversionException(
          "is '%s', should be one of %s".formatted(value, RetireThen.all()));
    }
  }

  /** How many at once. */
  static final class Concurrency implements ITypeConverter<Integer> {
    private static final int MOST = 16;

    @Override
    public Integer convert(String value) {
      return between(value, 1, MOST);
    }
  }

  /** How much altogether. */
  static final class Budget implements ITypeConverter<Long> {
    private static final Pattern BUDGET = Pattern.compile("([1-9]\\d{0,8})(MiB|GiB|TiB)");

    @Override
    public Long convert(String value) {
      Matcher parts = BUDGET.matcher(value);
      if (!parts.matches()) {
        throw new TypeConversionException(
            "is '%s', should be such as 500GiB or 20TiB".formatted(value));
      }
      int shift = 20 + 10 * List.of("MiB", "GiB", "TiB").indexOf(parts.group(2));
      return Long.parseLong(parts.group(1)) << shift;
    }
  }

  /** Whose images. */
  static final class Owner implements ITypeConverter<String> {
    private static final List<String> WORDS =
        List.of(ImageQuery.SELF, ImageQuery.SHARED, "amazon", "aws-marketplace");

    @Override
    public String convert(String value) {
      if (WORDS.contains(value) || value.matches("[0-9]{12}")) {
        return value;
      }
      throw new TypeConversionException(
          "is '%s', should be one of %s, or the 12 digits of an account"
              .formatted(value, String.join(", ", WORDS)));
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
      return between(value, 1, PackOptions.MAX_THREADS);
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

  private static String oneOf(String value, String... values) {
    if (List.of(values).contains(value)) {
      return value;
    }
    throw new TypeConversionException(
        "is '%s', should be one of %s".formatted(value, String.join(", ", values)));
  }

  private static int between(String value, int least, int most) {
    try {
      int number = Integer.parseInt(value);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new TypeConversionException(
        "is '%s', should be a whole number from %d to %d".formatted(value, least, most));
  }
}
