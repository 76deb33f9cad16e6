package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import amber.task.Task;
import amber.task.TaskDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The flows of the fault campaign, around one small AMI: it takes several pages, blocks and parts,
 * and fits into a run of a second.
 */
final class FaultFlows implements AutoCloseable {

  // A whole segment of noise and a little more: with the tail, three parts.
  private static final int NOISY_BLOCKS = 76;

  private static final String WHOLE = "whole.bin";
  private static final String SEALED = "sealed.bin";

  private static final Set<String> SERVICES = Set.of("ebs", "ec2", "s3");
  private static final Set<String> KEYS = Set.of("kms");

  private final Path directory;
  private final String bucket = Cloud.bucket(Cloud.EAST);
  private final String source = Cloud.bucket(Cloud.EAST);
  private final String imageId;
  private final String key;
  private final SortedMap<Integer, ByteBuffer> blocks;
  private final Path archive;
  private final S3Client s3 = Cloud.s3(Cloud.EAST);
  private final Ec2Client ec2 = Cloud.ec2(Cloud.EAST);
  private final Ec2Client gov = Cloud.ec2(Cloud.GOV);

  /** Makes the AMI, and the archives that undisturbed runs make of it. */
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
    try (KmsClient kms = Cloud.kms(Cloud.EAST)) {
      key = kms.createKey().keyMetadata().arn();
    }
    succeed(List.of("pack", imageId, object(WHOLE)));
    succeed(List.of("pack", imageId, object(SEALED), "--recipient-kms", key));
    byte[] bytes =
        s3.getObject(g -> g.bucket(source).key(WHOLE), ResponseTransformer.toBytes()).asByteArray();
    archive = Files.write(directory.resolve(WHOLE), bytes);
  }

  /** Cancels whatever tasks of a run have left something; what the last of them says. */
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

  /** Runs a command that nothing disturbs. */
  Run succeed(List<Object> command) {
    Run run = run(command);
    assertThat(run.exitCode()).as(run.stderr()).isZero();
    return run;
  }

  List<FaultFlow> all() throws IOException {
    return List.of(
        toObject("pack", List.of("pack", imageId)),
        toObject("copy, streamed", List.of("copy", "--stream", object(WHOLE))),
        toObject("copy, by S3", List.of("copy", object(WHOLE))),
        toObject("copy of a file", List.of("copy", archive)),
        toImage("unpack", List.of("unpack", object(WHOLE)), SERVICES),
        new FaultsToDirectory(SERVICES, object(WHOLE), directory.resolve("restored"), blocks),
        new FaultsOfMigration(
            new FaultsToImage("migrate", SERVICES, List.of(), Cloud.GOV, gov, blocks),
            toObject("migrate", List.of()),
            imageId),
        new FaultsToObject(
            this,
            "pack, sealed",
            KEYS,
            List.of("pack", imageId, "--recipient-kms", key),
            s3,
            bucket,
            archive),
        toImage("unpack, sealed", List.of("unpack", object(SEALED), "--identity-kms"), KEYS));
  }

  private FaultsToObject toObject(String name, List<Object> command) {
    return new FaultsToObject(this, name, SERVICES, command, s3, bucket, archive);
  }

  private FaultsToImage toImage(String name, List<Object> command, Set<String> services)
      throws IOException {
    return new FaultsToImage(name, services, command, Cloud.EAST, ec2, blocks);
  }

  private String object(String name) {
    return "s3://" + source + "/" + name;
  }

  @Override
  public void close() {
    s3.close();
    ec2.close();
    gov.close();
  }
}
