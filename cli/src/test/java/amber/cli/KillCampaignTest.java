package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import amber.block.Block;
import amber.block.BlockDigest;
import amber.emulator.state.Region;
import amber.emulator.state.Snapshot;
import amber.emulator.state.SnapshotBlocks;
import amber.emulator.state.SnapshotState;
import amber.task.Task;
import amber.task.TaskDirectory;
import amber.task.TaskState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Image;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Real processes that pack an AMI to S3, or unpack it again, and are killed at random moments until
 * one is done. What they make is identical, nothing is left beside it, and little is done twice.
 *
 * <p>A build kills each a few times. {@code benchmarks/kills} does it 200 times with an AMI of
 * which what is under way at once is a small part, and writes the table of docs/reliability.md.
 * Properties: {@code kills.count}, {@code kills.seed}, {@code kills.segments} (how large the AMI
 * is), {@code kills.table} (where rows of the table are added).
 */
@ExtendWith(Cloud.class)
@Timeout(value = 6, unit = TimeUnit.HOURS)
class KillCampaignTest {

  private static final int BLOCKS_OF_A_SEGMENT = 64;

  // So much of each block is noise that a segment is a part of its own.
  private static final int NOISE_BYTES = 88 << 10;

  private static final int PARTS_UNDER_WAY = 4;

  // Two segments that are decoded and sent, the next two, and 128 requests.
  private static final int BLOCKS_UNDER_WAY = 128 + 4 * BLOCKS_OF_A_SEGMENT;

  private static final long READ_BYTES = 8 << 20;

  private static final double MOST_AGAIN = 0.05;

  /** So large that less than that is done again for each kill. */
  private static final int LARGE = 40;

  private static final int MOST_RUNS = 500;

  private final int count = Integer.getInteger("kills.count", 4);
  private final long seed = Long.getLong("kills.seed", System.nanoTime() & 0xffffff);
  private final int segments = Integer.getInteger("kills.segments", 8);
  private final Random random = new Random(seed);

  @TempDir private Path directory;
  private S3Client s3;
  private Ec2Client ec2;
  private String bucket;
  private String snapshotId;
  private String imageId;
  private boolean recorded;

  @BeforeEach
  void prepare() throws IOException {
    s3 = Cloud.s3(Cloud.EAST);
    ec2 = Cloud.ec2(Cloud.EAST);
    bucket = Cloud.bucket(Cloud.EAST);
    int gib = 1 + 2 * segments * BLOCKS_OF_A_SEGMENT / SnapshotBlocks.BLOCKS_PER_GIB;
    snapshotId = Cloud.begunSnapshot(Cloud.EAST, gib, Map.of("k", "v"), Optional.empty());
    Region region = Cloud.region(Cloud.EAST);
    for (int i = 0; i < segments * BLOCKS_OF_A_SEGMENT; i++) {
      byte[] block = block(i);
      region.snapshots().blocks(snapshotId).write(2 * i, block, sha256().digest(block));
    }
    region.snapshots().complete(snapshotId, Duration.ZERO);
    imageId = Cloud.image(Cloud.EAST, Cloud.newName("killed"), snapshotId);
    succeed("pack", imageId, object("whole.bin"));
    // As AWS has it, so that something is under way.
    Cloud.emulator().faults().add("s3:UploadPart:delay=~100ms");
    Cloud.emulator().faults().add("ebs:PutSnapshotBlock:delay=~40ms");
  }

  @AfterEach
  void behave() {
    Cloud.emulator().faults().clear();
    s3.close();
    ec2.close();
  }

  private byte[] block(int number) {
    byte[] block = new byte[Block.SIZE];
    byte[] noise = new byte[NOISE_BYTES];
    new Random(number).nextBytes(noise);
    System.arraycopy(noise, 0, block, 0, noise.length);
    return block;
  }

  private static MessageDigest sha256() {
    return BlockDigest.newSha256();
  }

  private String object(String key) {
    return "s3://%s/%s".formatted(bucket, key);
  }

  private Map<String, String> environment() {
    return Cloud.variables(directory.resolve("state"));
  }

  private void succeed(Object... command) throws IOException {
    Run run = SdkProperties.during(environment(), () -> Run.with(environment(), command));
    assertThat(run.exitCode()).as(run.stderr()).isZero();
  }

  /**
   * Runs a command until a run of it comes to its end, and kills those before.
   *
   * @param kills how many may be killed
   * @return how many were
   */
  private int killing(int kills, String work, int most, List<String> end, List<Object> command)
      throws Exception {
    int killed = 0;
    recorded = false;
    for (int runs = 1; ; runs++) {
      assertThat(runs).as("runs of %s", command).isLessThan(MOST_RUNS);
      AmberProcess run = AmberProcess.start(directory, environment(), command);
      if (killed == kills || !KillMoment.draw(random, work, most, end).kill(run)) {
        // A run may be killed when all is done and recorded; the next one finds the name taken.
        run.ended(recorded ? 6 : 0);
        Files.delete(run.output());
        return killed;
      }
      killed++;
      recorded = last().filter(task -> task.state() == TaskState.COMPLETED).isPresent();
      Files.delete(run.output());
    }
  }

  /** The task that began last; none if the first was killed before it could say that it begins. */
  private Optional<Task> last() throws IOException {
    return new TaskDirectory(directory.resolve("state"))
        .list().stream().reduce((before, later) -> later);
  }

  private void requireNothingLeft() throws IOException {
    for (Task task : new TaskDirectory(directory.resolve("state")).list()) {
      assertThat(task.left()).as(task.toString()).isFalse();
      succeed("tasks", "forget", task.id());
    }
  }

  private void report(String what, String size, KillTally tally) throws IOException {
    System.out.printf("KillCampaignTest: seed %d: %s%n", seed, tally.row(what, size));
    assertThat(tally.kills()).isGreaterThanOrEqualTo(count);
    if (segments >= LARGE) {
      assertThat(tally.mostAgain()).as("done again for each kill").isLessThan(MOST_AGAIN);
    }
    String table = System.getProperty("kills.table");
    if (table != null) {
      Files.write(
          Path.of(table),
          List.of(tally.row(what, size)),
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    }
  }

  @Test
  void packThatIsKilledAnywhereMakesTheSameBytes() throws Exception {
    byte[] whole = sum("whole.bin");
    long size = s3.headObject(h -> h.bucket(bucket).key("whole.bin")).contentLength();
    long part = size / segments;
    KillTally tally = new KillTally("bytes of parts", size, (PARTS_UNDER_WAY + 1) * part);
    int most = Math.max(3, segments / 8);
    List<String> end = List.of("s3:CompleteMultipartUpload", "s3:HeadObject");
    for (int number = 1; tally.kills() < count; number++) {
      String key = "killed-" + number + ".bin";
      long before = Cloud.emulator().faults().bytes("s3", "UploadPart");
      int killed =
          killing(
              count - tally.kills(),
              "s3:UploadPart",
              most,
              end,
              List.of("pack", imageId, object(key)));
      assertThat(Arrays.equals(sum(key), whole)).as("seed %d: same bytes", seed).isTrue();
      assertThat(s3.listMultipartUploads(l -> l.bucket(bucket)).uploads())
          .as("seed %d: uploads that are left", seed)
          .isEmpty();
      requireNothingLeft();
      s3.deleteObject(d -> d.bucket(bucket).key(key));
      assertThat(s3.listObjectsV2(l -> l.bucket(bucket)).contents()).hasSize(1);
      tally.add(killed, Cloud.emulator().faults().bytes("s3", "UploadPart") - before);
      // A campaign takes long: whoever watches it need not wait for its end.
      System.out.println(tally.row("pack", "so far"));
    }
    report("pack to S3", Text.bytes(size) + " in " + segments + " parts", tally);
  }

  private byte[] sum(String key) {
    MessageDigest digest = BlockDigest.newSha256();
    long size = s3.headObject(h -> h.bucket(bucket).key(key)).contentLength();
    for (long from = 0; from < size; from += READ_BYTES) {
      String range = "bytes=%d-%d".formatted(from, Math.min(size, from + READ_BYTES) - 1);
      digest.update(s3.getObjectAsBytes(g -> g.bucket(bucket).key(key).range(range)).asByteArray());
    }
    return digest.digest();
  }

  @Test
  void unpackThatIsKilledAnywhereMakesTheSameBlocks() throws Exception {
    Set<String> before = snapshots();
    int blocks = segments * BLOCKS_OF_A_SEGMENT;
    KillTally tally = new KillTally("blocks", blocks, BLOCKS_UNDER_WAY);
    List<String> end =
        List.of(
            "ebs:CompleteSnapshot", "ec2:DescribeSnapshots", "ec2:RegisterImage", "ec2:DeleteTags");
    while (tally.kills() < count) {
      String name = Cloud.newName("killed");
      long puts = Cloud.emulator().faults().calls("ebs", "PutSnapshotBlock");
      int killed =
          killing(
              count - tally.kills(),
              "ebs:PutSnapshotBlock",
              Math.max(200, blocks / 8),
              end,
              List.of("unpack", object("whole.bin"), "ami:" + name));
      Set<String> made = snapshots();
      made.removeAll(before);
      requireIdentical(name, made);
      requireNothingLeft();
      tally.add(killed, Cloud.emulator().faults().calls("ebs", "PutSnapshotBlock") - puts);
      System.out.println(tally.row("unpack", "so far"));
    }
    report("unpack to an AMI", blocks + " blocks in " + segments + " segments", tally);
  }

  private void requireIdentical(String name, Set<String> made) throws IOException {
    String what = "seed %d: %s of %s".formatted(seed, made, name);
    assertThat(made).as(what).hasSize(1);
    String id = made.iterator().next();
    Filter named = Filter.builder().name("name").values(name).build();
    List<Image> images = ec2.describeImages(d -> d.filters(named)).images();
    assertThat(images).as(what).hasSize(1);
    assertThat(images.get(0).blockDeviceMappings().get(0).ebs().snapshotId()).isEqualTo(id);
    Snapshot snapshot = Cloud.region(Cloud.EAST).snapshots().find(id).orElseThrow();
    assertThat(snapshot.state()).isEqualTo(SnapshotState.COMPLETED);
    assertThat(snapshot.tags()).as(what).isEqualTo(Map.of("k", "v"));
    assertThat(Cloud.listed(Cloud.EAST, id)).isEqualTo(Cloud.listed(Cloud.EAST, snapshotId));
    for (int index : Cloud.listed(Cloud.EAST, id)) {
      boolean same = Arrays.equals(Cloud.block(Cloud.EAST, id, index).array(), block(index / 2));
      assertThat(same).as("%s: block %d", what, index).isTrue();
    }
    ec2.deregisterImage(d -> d.imageId(images.get(0).imageId()));
    ec2.deleteSnapshot(d -> d.snapshotId(id));
  }

  private static Set<String> snapshots() throws IOException {
    Set<String> ids = new HashSet<>();
    Cloud.region(Cloud.EAST).snapshots().all().stream().map(Snapshot::id).forEach(ids::add);
    return ids;
  }
}
