package amber.ec2;

import amber.block.Block;
import amber.block.BlockDigest;
import amber.block.PendingVolume;
import amber.emulator.ebs.EbsRules;
import amber.emulator.ebs.EbsService;
import amber.emulator.ec2.Ec2Rules;
import amber.emulator.ec2.Ec2Service;
import amber.emulator.fault.Faults;
import amber.emulator.http.Front;
import amber.emulator.http.Interference;
import amber.emulator.state.SnapshotBlocks;
import amber.emulator.state.World;
import amber.work.RetryPolicy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/** An emulator that tests can make misbehave, and connections to it that wait for nothing long. */
final class TestAws implements AutoCloseable {

  static final String EAST = "us-east-1";
  static final String GOV = "us-gov-west-1";

  private final World world;
  private final Front front;
  private final Faults faults;
  private final QuotaService quotas;

  private TestAws(World world, Front front, Faults faults, QuotaService quotas) {
    this.world = world;
    this.front = front;
    this.faults = faults;
    this.quotas = quotas;
  }

  static TestAws start(Path directory) throws IOException {
    return start(directory, EbsRules.DEFAULT, Ec2Rules.DEFAULT, Interference.NONE);
  }

  static TestAws start(Path directory, EbsRules ebs, Ec2Rules ec2, Interference interference)
      throws IOException {
    World world = World.open(directory, Clock.systemUTC());
    Faults faults = new Faults(0, Clock.systemUTC());
    QuotaService quotas = new QuotaService();
    Front front =
        Front.start(
            0,
            List.of(new EbsService(world, ebs), new Ec2Service(world, ec2), quotas),
            world::hasRegion,
            (service, operation, request, call) ->
                faults.around(
                    service,
                    operation,
                    request,
                    () -> interference.around(service, operation, request, call)));
    return new TestAws(world, front, faults, quotas);
  }

  static TestAws start(Path directory, EbsRules ebs, Ec2Rules ec2) throws IOException {
    return start(directory, ebs, ec2, Interference.NONE);
  }

  /** What Service Quotas tells; nothing until it is set. */
  QuotaService quotas() {
    return quotas;
  }

  /** How the services misbehave; can be changed at any time. */
  Faults faults() {
    return faults;
  }

  amber.emulator.state.Region region(String name) throws IOException {
    return world.region(name);
  }

  Ec2Settings settings(String region) {
    RetryPolicy retry =
        new RetryPolicy(
            8,
            Duration.ofSeconds(20),
            Duration.ofMillis(5),
            Duration.ofMillis(50),
            Duration.ofSeconds(60));
    return Ec2Settings.of(
            Region.of(region),
            StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDEXAMPLE", "secret")))
        .withEndpoint(front.endpoint())
        .withSpeed(8, 900)
        .withWaits(retry, Duration.ofMillis(20), Duration.ofSeconds(60), Duration.ofSeconds(20));
  }

  Ec2Connection connect(String region) {
    return Ec2Connection.open(settings(region));
  }

  static SnapshotRequest request(Map<String, String> tags, Optional<String> key) {
    return new SnapshotRequest(
        Optional.of("of a test, äöü"), tags, key, "test-" + UUID.randomUUID(), 60);
  }

  /** A completed snapshot with these blocks, which are random, or zeros where the seed is 0. */
  static String snapshot(
      Ec2Connection aws, long sizeBytes, Map<Integer, Integer> seeds, SnapshotRequest request)
      throws IOException {
    try (SnapshotWriter writer = new SnapshotWriter(aws, number -> request);
        PendingVolume volume = writer.begin(0, sizeBytes)) {
      for (Map.Entry<Integer, Integer> each : seeds.entrySet()) {
        byte[] block = block(each.getValue());
        volume.write(each.getKey(), ByteBuffer.wrap(block), BlockDigest.newSha256().digest(block));
      }
      volume.commit();
      writer.awaitCompleted();
      writer.keep();
      return writer.snapshotIds().get(0);
    }
  }

  static byte[] block(int seed) {
    byte[] block = new byte[Block.SIZE];
    if (seed != 0) {
      new Random(seed).nextBytes(block);
    }
    return block;
  }

  /** Everything that the emulator holds of a snapshot, by block. */
  SortedMap<Integer, ByteBuffer> blocks(String region, String snapshotId) throws IOException {
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

  @Override
  public void close() throws IOException {
    try (world) {
      front.close();
    }
  }
}
