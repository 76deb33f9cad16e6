package amber.cli;

import amber.block.Block;
import amber.block.BlockDigest;
import amber.emulator.Emulator;
import amber.emulator.EmulatorOptions;
import amber.emulator.state.Region;
import amber.emulator.state.Snapshot;
import amber.emulator.state.SnapshotBlocks;
import amber.emulator.state.Writing;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.http.crt.AwsCrtHttpClient;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.BlockDeviceMapping;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * One emulator for all tests that say {@code @ExtendWith(Cloud.class)}, because its S3 takes
 * seconds to start. It ends when all tests have.
 */
final class Cloud implements BeforeAllCallback {

  static final String EAST = "us-east-1";
  static final String WEST = "us-west-2";
  static final String GOV = "us-gov-west-1";

  /** Who asks, unless somebody else is named. */
  static final String ACCESS_KEY = "local";

  private static final AtomicInteger NAMES = new AtomicInteger();
  private static Running running;

  /** The emulator and its directory. */
  private record Running(Path directory, Emulator emulator) implements AutoCloseable {

    static Running start() {
      try {
        Path directory = Files.createTempDirectory("amber-cloud");
        return new Running(directory, Emulator.start(directory, EmulatorOptions.DEFAULT));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() throws IOException {
      running = null;
      emulator.close();
      List<Path> all;
      try (Stream<Path> files = Files.walk(directory)) {
        all = files.sorted(Comparator.reverseOrder()).toList();
      }
      for (Path file : all) {
        Files.delete(file);
      }
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    running =
        context
            .getRoot()
            .getStore(ExtensionContext.Namespace.GLOBAL)
            .getOrComputeIfAbsent(Cloud.class, key -> Running.start(), Running.class);
    System.setProperty("aws.accessKeyId", ACCESS_KEY);
    System.setProperty("aws.secretAccessKey", "local");
  }

  static Emulator emulator() {
    return running.emulator();
  }

  static Region region(String name) {
    try {
      return emulator().region(name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The four lines that the emulator prints, for a process that shall talk to it. */
  static Map<String, String> fourLines() {
    return Map.of(
        "AWS_ACCESS_KEY_ID",
        "local",
        "AWS_SECRET_ACCESS_KEY",
        "local",
        "AWS_DEFAULT_REGION",
        EAST,
        "AWS_ENDPOINT_URL",
        emulator().endpoint().toString());
  }

  /** The same, for one that makes the same bytes each time and records its tasks there. */
  static Map<String, String> variables(Path state) {
    Map<String, String> variables = new HashMap<>(fourLines());
    variables.put("AMBER_STATE_DIR", state.toString());
    variables.put("AMBER_POLL_MS", "20");
    variables.put("SOURCE_DATE_EPOCH", "1700000000");
    return variables;
  }

  /** Runs a command against the emulator, in us-east-1 unless it says otherwise. */
  static Run amber(Object... arguments) {
    List<Object> all = new ArrayList<>(Arrays.asList(arguments));
    all.add("--endpoint-url");
    all.add(emulator().endpoint());
    return Run.with(Map.of("AWS_DEFAULT_REGION", EAST, "AMBER_POLL_MS", "20"), all.toArray());
  }

  /** Runs a command that has to succeed. */
  static Run succeed(Object... arguments) {
    Run run = amber(arguments);
    if (run.exitCode() != 0) {
      throw new AssertionError(run.exitCode() + ": " + run.stderr());
    }
    return run;
  }

  /** A name that no other test has. */
  static String newName(String stem) {
    return stem + "-" + NAMES.incrementAndGet();
  }

  /** A new bucket. */
  static String bucket(String region) {
    String bucket = newName("bucket");
    try (S3Client s3 = s3(region)) {
      s3.createBucket(
          b -> {
            b.bucket(bucket);
            if (!region.equals(EAST)) {
              b.createBucketConfiguration(c -> c.locationConstraint(region));
            }
          });
    }
    return bucket;
  }

  static S3Client s3(String region) {
    return s3(region, emulator().endpoint());
  }

  /** One of another emulator. */
  static S3Client s3(String region, URI endpoint) {
    return common(S3Client.builder().forcePathStyle(true), region)
        .endpointOverride(endpoint)
        .httpClientBuilder(AwsCrtHttpClient.builder())
        .build();
  }

  static Ec2Client ec2(String region) {
    return common(Ec2Client.builder(), region)
        .httpClientBuilder(AwsCrtHttpClient.builder())
        .build();
  }

  static KmsClient kms(String region) {
    return common(KmsClient.builder(), region)
        .httpClientBuilder(AwsCrtHttpClient.builder())
        .build();
  }

  private static <B extends AwsClientBuilder<B, C>, C> B common(B builder, String region) {
    return builder
        .endpointOverride(emulator().endpoint())
        .region(software.amazon.awssdk.regions.Region.of(region))
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(ACCESS_KEY, "local")));
  }

  /** A completed snapshot with these blocks, which are noise, or zeros where the seed is 0. */
  static String snapshot(
      String region,
      int gib,
      Map<Integer, Integer> seeds,
      Map<String, String> tags,
      Optional<String> kmsKeyArn)
      throws IOException {
    Region there = region(region);
    String snapshot = begunSnapshot(region, gib, tags, kmsKeyArn);
    SnapshotBlocks blocks = there.snapshots().blocks(snapshot);
    for (Map.Entry<Integer, Integer> each : seeds.entrySet()) {
      byte[] block = block(each.getValue());
      blocks.write(each.getKey(), block, BlockDigest.newSha256().digest(block));
    }
    there.snapshots().complete(snapshot, Duration.ZERO);
    return snapshot;
  }

  /** A pending snapshot. */
  static String begunSnapshot(
      String region, int gib, Map<String, String> tags, Optional<String> kmsKeyArn)
      throws IOException {
    Region there = region(region);
    Snapshot snapshot =
        Snapshot.started(
            there,
            gib,
            Optional.empty(),
            kmsKeyArn,
            Optional.of("of a test, äöü"),
            tags,
            Writing.from(there.clock().instant(), 60));
    there.snapshots().add(snapshot);
    return snapshot.id();
  }

  static byte[] block(int seed) {
    byte[] block = new byte[Block.SIZE];
    if (seed != 0) {
      new Random(seed).nextBytes(block);
    }
    return block;
  }

  /** All that a snapshot holds, by block. */
  static SortedMap<Integer, ByteBuffer> blocks(String region, String snapshotId)
      throws IOException {
    SnapshotBlocks stored = region(region).snapshots().blocks(snapshotId);
    int count = region(region).snapshots().find(snapshotId).orElseThrow().blockCount();
    SortedMap<Integer, ByteBuffer> blocks = new TreeMap<>();
    int index = stored.next(0);
    while (index >= 0) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(Block.SIZE);
      stored.copy(index, bytes);
      blocks.put(index, ByteBuffer.wrap(bytes.toByteArray()));
      index = index + 1 < count ? stored.next(index + 1) : -1;
    }
    return blocks;
  }

  /** The blocks that a snapshot lists, for those that hold too much. */
  static SortedSet<Integer> listed(String region, String snapshotId) throws IOException {
    SnapshotBlocks stored = region(region).snapshots().blocks(snapshotId);
    int count = region(region).snapshots().find(snapshotId).orElseThrow().blockCount();
    SortedSet<Integer> listed = new TreeSet<>();
    for (int index = stored.next(0); index >= 0; ) {
      listed.add(index);
      index = index + 1 < count ? stored.next(index + 1) : -1;
    }
    return listed;
  }

  /** What a block of a snapshot holds. */
  static ByteBuffer block(String region, String snapshotId, int index) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(Block.SIZE);
    region(region).snapshots().blocks(snapshotId).copy(index, bytes);
    return ByteBuffer.wrap(bytes.toByteArray());
  }

  /** A plain image of one snapshot. */
  static String image(String region, String name, String snapshotId) {
    BlockDeviceMapping root =
        BlockDeviceMapping.builder()
            .deviceName("/dev/xvda")
            .ebs(e -> e.snapshotId(snapshotId).volumeType("gp3"))
            .build();
    try (Ec2Client ec2 = ec2(region)) {
      return ec2.registerImage(
              r ->
                  r.name(name)
                      .architecture("x86_64")
                      .virtualizationType("hvm")
                      .enaSupport(true)
                      .rootDeviceName("/dev/xvda")
                      .blockDeviceMappings(root))
          .imageId();
    }
  }
}
