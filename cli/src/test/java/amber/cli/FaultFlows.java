package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import amber.task.Task;
import amber.task.TaskDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Image;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The flows of the fault campaign, around one small AMI: it takes several pages, blocks and parts,
 * and fits into a run of a second.
 */
final class FaultFlows implements AutoCloseable {

  // A whole segment of noise and a little more: with the tail, three parts.
  private static final int NOISY_BLOCKS = 76;

  private final Path directory;
  private final S3Client s3 = Cloud.s3(Cloud.EAST);
  private final Ec2Client ec2 = Cloud.ec2(Cloud.EAST);
  private final String bucket = Cloud.bucket(Cloud.EAST);
  private final String source = Cloud.bucket(Cloud.EAST);
  private final String imageId;
  private final SortedMap<Integer, ByteBuffer> blocks;
  private final Set<String> snapshots;
  private final byte[] archive;
  private final Path archiveFile;

  /** Makes the AMI, and the archive that an undisturbed run makes of it. */
  FaultFlows(Path directory) throws IOException {
    this.directory = directory;
    Map<Integer, Integer> seeds = new HashMap<>();
    for (int i = 0; i < NOISY_BLOCKS; i++) {
      seeds.put(2 * i, i + 1);
    }
    seeds.put(1001, 0);
    String snapshot = Cloud.snapshot(Cloud.EAST, 1, seeds, Map.of(), Optional.empty());
    imageId = Cloud.image(Cloud.EAST, Cloud.newName("faults"), snapshot);
    blocks = Cloud.blocks(Cloud.EAST, snapshot);
    Run packed = run(List.of("pack", imageId, "s3://" + source + "/whole.bin"));
    assertThat(packed.exitCode()).as(packed.stderr()).isZero();
    archive = bytes(source, "whole.bin");
    archiveFile = Files.write(directory.resolve("whole.bin"), archive);
    snapshots = snapshots();
  }

  /** Cancels whatever task of a run has left something; what that says. */
  Run cancel() throws IOException {
    Run run = run(List.of("tasks", "list"));
    for (Task task : new TaskDirectory(directory.resolve("state")).list()) {
      if (task.left()) {
        run = run(List.of("tasks", "cancel", task.id()));
      }
    }
    return run;
  }

  /** Runs a command against the emulator, with limits that suit it. */
  Run run(List<Object> command) {
    List<Object> all = new ArrayList<>(command);
    if (!command.contains("tasks")) {
      // A task knows where it was.
      all.add("--endpoint-url");
      all.add(Cloud.emulator().endpoint());
    }
    return Run.with(
        Map.of(
            "AWS_DEFAULT_REGION", Cloud.EAST,
            "AMBER_POLL_MS", "20",
            "AMBER_REQUEST_STILL_SECONDS", "2",
            "AMBER_RUN_STILL_SECONDS", "60",
            "AMBER_STATE_DIR", directory.resolve("state").toString(),
            "SOURCE_DATE_EPOCH", "1700000000"),
        all.toArray());
  }

  List<FaultFlow> all() {
    return List.of(
        new ToObject("pack", List.of("pack", imageId)),
        new ToObject("copy, streamed", List.of("copy", "--stream", object("whole.bin"))),
        new ToObject("copy, by S3", List.of("copy", object("whole.bin"))),
        new ToObject("copy of a file", List.of("copy", archiveFile)),
        new ToImage(),
        new ToDirectory());
  }

  private String object(String key) {
    return "s3://" + source + "/" + key;
  }

  private byte[] bytes(String fromBucket, String key) {
    return s3.getObject(g -> g.bucket(fromBucket).key(key), ResponseTransformer.toBytes())
        .asByteArray();
  }

  private static Set<String> snapshots() throws IOException {
    Set<String> ids = new TreeSet<>();
    Cloud.region(Cloud.EAST).snapshots().all().forEach(snapshot -> ids.add(snapshot.id()));
    return ids;
  }

  @Override
  public void close() {
    s3.close();
    ec2.close();
  }

  /** What makes an object with the archive's bytes. */
  private final class ToObject implements FaultFlow {
    private final String name;
    private final List<Object> command;

    ToObject(String name, List<Object> command) {
      this.name = name;
      this.command = command;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public Set<String> makes() {
      return Set.of("s3");
    }

    @Override
    public List<Object> command(String target) {
      List<Object> all = new ArrayList<>(command);
      all.add("s3://" + bucket + "/" + target);
      return all;
    }

    @Override
    public void requireIdentical(String target) {
      assertThat(Arrays.equals(bytes(bucket, target), archive)).as("same bytes").isTrue();
      assertThat(uploads()).isEmpty();
    }

    @Override
    public void requireSameBlocks(String target) throws IOException {
      assertThat(volumes("s3://" + bucket + "/" + target)).isEqualTo(volumes(archiveFile));
      assertThat(uploads()).isEmpty();
    }

    /** Sizes and digests, of an archive that is whole. */
    private Object volumes(Object location) throws IOException {
      Run verified = run(List.of("verify", location));
      assertThat(verified.exitCode()).as(verified.stderr()).isZero();
      return run(List.of("inspect", "--output", "json", location)).json().get("volumes");
    }

    private List<String> uploads() {
      return s3.listMultipartUploads(l -> l.bucket(bucket)).uploads().stream()
          .map(upload -> "upload of " + upload.key())
          .toList();
    }

    @Override
    public List<String> left(String target) {
      List<String> left = new ArrayList<>(uploads());
      s3.listObjectsV2(l -> l.bucket(bucket)).contents().forEach(o -> left.add(o.key()));
      return left;
    }

    @Override
    public void clean(String target) {
      s3.listObjectsV2(l -> l.bucket(bucket))
          .contents()
          .forEach(o -> s3.deleteObject(d -> d.bucket(bucket).key(o.key())));
      s3.listMultipartUploads(l -> l.bucket(bucket))
          .uploads()
          .forEach(
              u ->
                  s3.abortMultipartUpload(
                      a -> a.bucket(bucket).key(u.key()).uploadId(u.uploadId())));
    }
  }

  /** What registers an image. */
  private final class ToImage implements FaultFlow {

    @Override
    public String name() {
      return "unpack";
    }

    @Override
    public Set<String> makes() {
      return Set.of("ebs", "ec2");
    }

    @Override
    public List<Object> command(String target) {
      return List.of("unpack", object("whole.bin"), "ami:" + target);
    }

    @Override
    public void requireSameBlocks(String target) throws IOException {
      requireIdentical(target);
    }

    private List<Image> images(String target) {
      Filter named = Filter.builder().name("name").values(target).build();
      return ec2.describeImages(d -> d.filters(named)).images();
    }

    @Override
    public void requireIdentical(String target) throws IOException {
      assertThat(images(target)).hasSize(1);
      Set<String> made = snapshots();
      made.removeAll(snapshots);
      assertThat(made).hasSize(1);
      String snapshotId = made.iterator().next();
      assertThat(images(target).get(0).blockDeviceMappings().get(0).ebs().snapshotId())
          .isEqualTo(snapshotId);
      assertThat(Cloud.blocks(Cloud.EAST, snapshotId).equals(blocks)).as("same blocks").isTrue();
    }

    @Override
    public List<String> left(String target) throws IOException {
      List<String> left = new ArrayList<>(snapshots());
      left.removeAll(snapshots);
      images(target).forEach(image -> left.add(image.imageId()));
      return left;
    }

    @Override
    public void clean(String target) throws IOException {
      images(target).forEach(i -> ec2.deregisterImage(d -> d.imageId(i.imageId())));
      Set<String> made = snapshots();
      made.removeAll(snapshots);
      made.forEach(id -> ec2.deleteSnapshot(d -> d.snapshotId(id)));
    }
  }

  /** What restores a directory. */
  private final class ToDirectory implements FaultFlow {
    private final Path parent = directory.resolve("restored");

    @Override
    public void requireSameBlocks(String target) throws IOException {
      requireIdentical(target);
    }

    @Override
    public String name() {
      return "unpack to files";
    }

    @Override
    public Set<String> makes() {
      return Set.of();
    }

    @Override
    public List<Object> command(String target) {
      return List.of("unpack", "--no-sync", object("whole.bin"), parent.resolve(target));
    }

    @Override
    public void requireIdentical(String target) throws IOException {
      byte[] block = new byte[Cloud.block(0).length];
      try (var disk = Files.newByteChannel(parent.resolve(target).resolve("volume-00.raw"))) {
        for (Map.Entry<Integer, ByteBuffer> each : blocks.entrySet()) {
          ByteBuffer read = ByteBuffer.wrap(block);
          disk.position((long) each.getKey() * block.length);
          int count = 0;
          while (read.hasRemaining() && count >= 0) {
            count = disk.read(read);
          }
          assertThat(read.flip().equals(each.getValue())).as("block %s", each.getKey()).isTrue();
        }
      }
    }

    @Override
    public List<String> left(String target) throws IOException {
      if (!Files.exists(parent)) {
        return List.of();
      }
      try (Stream<Path> files = Files.list(parent)) {
        return files.map(file -> file.getFileName().toString()).toList();
      }
    }

    @Override
    public void clean(String target) throws IOException {
      Files.createDirectories(parent);
      List<Path> all;
      try (Stream<Path> files = Files.walk(parent)) {
        all = files.sorted(Comparator.reverseOrder()).toList();
      }
      for (Path file : all) {
        if (!file.equals(parent)) {
          Files.delete(file);
        }
      }
    }
  }
}
