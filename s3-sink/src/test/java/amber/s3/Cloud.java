package amber.s3;

import amber.emulator.Emulator;
import amber.emulator.EmulatorOptions;
import amber.work.RetryPolicy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/** The emulator, started once and used by all tests, each in buckets of its own. */
final class Cloud {

  static final String EAST = "us-east-1";
  static final String WEST = "us-west-2";
  static final String GOV = "us-gov-west-1";
  static final String EAST_ACCOUNT = "111111111111";

  /** Retries that do not keep a test waiting. */
  static final RetryPolicy QUICK =
      new RetryPolicy(
          4,
          Duration.ofSeconds(30),
          Duration.ofMillis(1),
          Duration.ofMillis(10),
          Duration.ofMinutes(2));

  private static final AtomicInteger BUCKETS = new AtomicInteger();

  private static Emulator emulator;

  private Cloud() {}

  static synchronized Emulator emulator() {
    if (emulator == null) {
      try {
        Path directory = Files.createTempDirectory("amber-cloud");
        emulator = Emulator.start(directory, EmulatorOptions.DEFAULT);
        // Outside the time that a client waits.
        emulator.startS3(EAST);
        emulator.startS3(GOV);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(directory)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return emulator;
  }

  private static void stop(Path directory) {
    try {
      emulator.close();
      try (var files = Files.walk(directory)) {
        files.sorted(java.util.Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static S3Connection connection(String region) {
    return new S3Connection(
        Optional.empty(),
        Optional.of(region),
        Optional.of(emulator().endpoint()),
        true,
        false,
        false,
        32);
  }

  static S3Endpoint connect(String region, S3Access access) throws IOException {
    return S3Endpoint.connect(connection(region), MockS3.credentials(), access, QUICK);
  }

  static S3Endpoint connect(String region) throws IOException {
    return connect(region, S3Access.DEFAULT);
  }

  /** The SDK's own client, to look at what is there. */
  static S3AsyncClient client(String region) {
    try {
      return connection(region).open(MockS3.credentials(), Duration.ofMinutes(1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The name of a new bucket. */
  static String bucket(String region) {
    String bucket = "cloud-" + BUCKETS.incrementAndGet();
    try (S3AsyncClient client = client(region)) {
      client
          .createBucket(
              b -> {
                b.bucket(bucket);
                if (!region.equals(EAST)) {
                  b.createBucketConfiguration(c -> c.locationConstraint(region));
                }
              })
          .join();
    }
    return bucket;
  }
}
