package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import amber.emulator.iam.Access;
import amber.emulator.iam.Policy;
import amber.image.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The policies of {@code amber iam-policy} against an emulator that knows what each request needs:
 * a job may do all that it does, and nothing else is allowed to it.
 */
@ExtendWith(Cloud.class)
class IamAccessTest {

  /** Who runs commands; whose access key that is changes from one job to the next. */
  private static final String PROFILE = "job";

  /** The emulator has no Service Quotas. */
  private static final String UNSEEN = "servicequotas:GetServiceQuota";

  /** EC2 itself asks for it, of each snapshot of an image that is deregistered. */
  private static final String ASKED_BY_EC2 = "ec2:DeleteSnapshot";

  /** Runs are the same without: what they cannot learn is not told. */
  private static final Set<String> NEVER_MISSED =
      Set.of(
          "ec2:DeleteSnapshot",
          "ec2:DescribeImageAttribute",
          "ec2:DescribeSnapshotAttribute",
          "ec2:GetEbsDefaultKmsKeyId",
          "s3:ListMultipartUploadParts");

  private static final List<String> LOCKS =
      List.of(
          "--object-lock-mode=GOVERNANCE",
          "--object-lock-until=2099-01-01T00:00:00Z",
          "--legal-hold");

  // Two parts to S3, and 10 MiB.
  private static final int BLOCKS = 20;

  @TempDir static Path directory;

  private static IamProfiles profiles;
  private static String bucket;
  private static String key;
  private static String ami;
  private static String encryptedAmi;
  private static String lifeAmi;
  private static Path disk;
  private static String frozen;

  @BeforeAll
  static void prepare() throws IOException {
    profiles = new IamProfiles(directory.resolve("config"));
    become(Optional.empty());
    bucket = Cloud.newName("iam-bucket");
    try (S3Client s3 = Cloud.s3(Cloud.EAST)) {
      s3.createBucket(b -> b.bucket(bucket).objectLockEnabledForBucket(true));
    }
    key = Cloud.region(Cloud.EAST).kmsKeyArn("iam");
    Map<Integer, Integer> blocks = new HashMap<>();
    for (int block = 0; block < BLOCKS; block++) {
      blocks.put(block, block + 1);
    }
    ami = image(blocks, Optional.empty());
    encryptedAmi = image(Map.of(0, 1), Optional.of(key));
    lifeAmi = image(Map.of(0, 1), Optional.empty());
    disk = TestDisk.empty(directory.resolve("disk.img"), 64L << 20);
    TestDisk.noise(disk, 0, BLOCKS, 3);
    run("pack", disk, object("plain.bin"));
    run("pack", disk, object("sealed.bin"), "--sse-kms-key-id", key, "--object-tag", "a=b");
  }

  private static String image(Map<Integer, Integer> blocks, Optional<String> kmsKey)
      throws IOException {
    String snapshot = Cloud.snapshot(Cloud.EAST, 1, blocks, Map.of("Name", "x"), kmsKey);
    return Cloud.image(Cloud.EAST, Cloud.newName("iam"), snapshot);
  }

  @AfterEach
  void behave() throws IOException {
    Cloud.emulator().faults().clear();
    become(Optional.empty());
  }

  @AfterAll
  static void beNobody() {
    profiles.close();
  }

  /** Whoever runs commands from now on. */
  private static Access.Identity become(Optional<Policy> policy) throws IOException {
    return profiles.renew(PROFILE, policy);
  }

  private static String object(String name) {
    return "s3://" + bucket + "/images/" + name;
  }

  private static String newObject() {
    return object(Cloud.newName("new") + ".bin");
  }

  private static String newAmi() {
    return "ami:" + Cloud.newName("made");
  }

  private static Path newDirectory() {
    return directory.resolve(Cloud.newName("restored"));
  }

  private static Run amber(Object... arguments) {
    return amberBy(PROFILE, arguments);
  }

  private static Run amberBy(String profile, Object... arguments) {
    List<Object> all = new ArrayList<>(Arrays.asList(arguments));
    boolean ofTasks = arguments[0].equals("tasks") && !all.contains("sweep");
    if (!ofTasks) {
      all.addAll(List.of("--profile", profile, "--endpoint-url", Cloud.emulator().endpoint()));
    }
    Map<String, String> environment = new HashMap<>();
    environment.put("AMBER_STATE_DIR", directory.resolve("state").toString());
    environment.put("AWS_DEFAULT_REGION", Cloud.EAST);
    environment.put("AMBER_POLL_MS", "20");
    environment.put("AMBER_RETRY_MS", "1000");
    return Run.with(environment, all.toArray());
  }

  /** A run that has to succeed. */
  private static Run run(Object... arguments) {
    Run run = amber(arguments);
    assertThat(run.exitCode()).as("%s: %s", List.of(arguments), run.stderr()).isZero();
    return run;
  }

  /** A run to which something happens, after which it fails. */
  private static Run failing(String fault, Object... arguments) {
    Cloud.emulator().faults().add(fault);
    Run run = amber(arguments);
    Cloud.emulator().faults().clear();
    assertThat(run.exitCode()).as("%s: %s", List.of(arguments), run.stderr()).isNotZero();
    return run;
  }

  /** All that a job does in one way or another. */
  private static void doAll(IamJob job) throws IOException {
    switch (job) {
      case PACK -> {
        packAll(ami);
        run("pack", encryptedAmi, newObject());
      }
      case PACK_DISK, COPY_TO -> packAll(disk.toString());
      case UNPACK -> {
        readAll("unpack", IamAccessTest::newAmi);
        writeImages("unpack", object("plain.bin"));
      }
      case UNPACK_DISK -> readAll("unpack", IamAccessTest::newDirectory);
      case VERIFY -> readAll("verify", null);
      case INSPECT -> {
        assertThat(amber("inspect", object("none.bin")).exitCode()).isEqualTo(5);
        run("inspect", object("plain.bin"));
        run("inspect", object("sealed.bin"));
      }
      case ARCHIVES_LIST -> run("archives", "list", "s3://" + bucket + "/images/");
      case COPY -> {
        readAll("copy", IamAccessTest::newObject);
        writeAll("copy", object("sealed.bin"), "--stream");
      }
      case COPY_IMAGE -> writeImages("copy", encryptedAmi);
      case MIGRATE -> {
        writeImages("migrate", encryptedAmi);
        run("migrate", encryptedAmi, newAmi(), "--verify");
      }
      case COPY_IMAGE_FROM, MIGRATE_FROM -> {
        run("inspect", encryptedAmi);
        run("verify", encryptedAmi);
      }
      case IMAGE_LIST -> {
        run("image", "list");
        run("image", "show", ami);
      }
      case IMAGE_LIFE -> takeThroughLife();
      default -> throw new IllegalArgumentException(job.text());
    }
  }

  private static void takeThroughLife() throws IOException {
    Cloud.region(Cloud.EAST).updateSettings(s -> s.withRecycleDays(1, 1));
    String id = lifeAmi;
    try {
      run("image", "show", id);
      run("image", "deprecate", "--in", "30d", id);
      for (String verb : List.of("undeprecate", "disable", "enable", "protect", "unprotect")) {
        run("image", verb, id);
      }
      run("image", "deregister", "--delete-snapshots", id);
      run("image", "recover", id);
    } finally {
      Cloud.region(Cloud.EAST).updateSettings(s -> s.withRecycleDays(0, 0));
    }
  }

  private static void packAll(String source) {
    writeAll("pack", source);
  }

  /** Writes archives in all ways. */
  private static void writeAll(String verb, String source, Object... more) {
    writeOne(verb, source, more);
    List<Object> options = new ArrayList<>(Arrays.asList(more));
    options.addAll(LOCKS);
    options.addAll(List.of("--sse-kms-key-id", key, "--object-tag", "a=b"));
    writeOne(verb, source, options.toArray());
    Cloud.emulator().faults().add("s3:CreateMultipartUpload:first=1:cut-after");
    writeOne(verb, source, more);
    Cloud.emulator().faults().clear();
  }

  private static void writeOne(String verb, String source, Object... more) {
    List<Object> all = new ArrayList<>(List.of(verb, source, newObject()));
    all.addAll(Arrays.asList(more));
    run(all.toArray());
  }

  private interface Target {
    Object next();
  }

  /** Reads archives in all ways. */
  private static void readAll(String verb, Target target) {
    readOne(verb, object("plain.bin"), target);
    readOne(verb, object("sealed.bin"), target);
    readOne(verb, frozen, target, "--thaw=Expedited", "--wait");
    // What is not there is told to those only who may list.
    List<Object> missing = new ArrayList<>(List.of(verb, object("none.bin")));
    if (target != null) {
      missing.add(target.next());
    }
    assertThat(amber(missing.toArray()).exitCode()).isEqualTo(5);
  }

  private static void readOne(String verb, String archive, Target target, Object... more) {
    List<Object> all = new ArrayList<>(List.of(verb, archive));
    if (target != null) {
      all.add(target.next());
    }
    all.addAll(Arrays.asList(more));
    run(all.toArray());
  }

  /** Makes images in all ways. */
  private static void writeImages(String verb, String source) {
    run(verb, source, newAmi(), "--tag", "a=b");
    run(verb, source, newAmi(), "--encrypt", "--kms-key-id", key);
    run(verb, source, newAmi(), "--dry-run");
    failing("ec2:RegisterImage:after=1:error=InvalidBlockDeviceMapping", verb, source, newAmi());
  }

  private static SortedSet<String> listed(IamJob job) {
    SortedSet<String> listed = new TreeSet<>();
    job.grants().forEach(grant -> listed.addAll(grant.actions()));
    listed.remove(UNSEEN);
    return listed;
  }

  @ParameterizedTest
  @EnumSource(
      value = IamJob.class,
      names = {"COPY_FROM", "COPY_IMAGE_TO", "MIGRATE_TO", "RETIRE", "TASKS_SWEEP", "TASKS_CANCEL"},
      mode = EnumSource.Mode.EXCLUDE)
  void eachActionIsUsedAndNoOther(IamJob job) throws Exception {
    freeze();
    Access.Identity identity = become(Optional.of(policy(job, "")));
    doAll(job);
    SortedSet<String> expected = listed(job);
    if (job == IamJob.IMAGE_LIFE) {
      expected.remove(ASKED_BY_EC2);
    }
    assertThat(identity.used()).isEqualTo(expected);
  }

  @Test
  void retireMayDoAllThatItTakes() throws Exception {
    String place = "s3://" + bucket + "/images/";
    List<String> ends = List.of("nothing", "deprecate", "disable", "deregister-with-snapshots");
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < ends.size(); i++) {
      ids.add(image(Map.of(0, 1), Optional.of(key)));
    }
    become(Optional.of(policy(IamJob.RETIRE, "")));
    Cloud.region(Cloud.EAST).updateSettings(s -> s.withRecycleDays(1, 1));
    try {
      for (int i = 0; i < ends.size(); i++) {
        run("retire", ids.get(i), place, "--then", ends.get(i), "--storage-class=DEEP_ARCHIVE");
      }
    } finally {
      Cloud.region(Cloud.EAST).updateSettings(s -> s.withRecycleDays(0, 0));
    }
  }

  private static void freeze() {
    frozen = newObject();
    run("pack", disk, frozen, "--storage-class=GLACIER");
  }

  /** The policy for a job in the bucket and with the key, without an action. */
  private static Policy policy(IamJob job, String without) throws Exception {
    List<Object> arguments = new ArrayList<>(List.of("iam-policy", "--for", job.text()));
    arguments.addAll(List.of("--region", Cloud.EAST, "--kms", key));
    if (job.needsBucket()) {
      arguments.addAll(List.of("--bucket", bucket, "--prefix", "images/"));
    }
    Run run = Run.of(arguments.toArray());
    assertThat(run.exitCode()).as(run.stderr()).isZero();
    Map<String, Object> document = new LinkedHashMap<>(run.json());
    List<Object> statements = new ArrayList<>();
    for (Object each : (List<?>) document.get("Statement")) {
      Map<Object, Object> statement = new LinkedHashMap<>((Map<?, ?>) each);
      List<Object> actions = new ArrayList<>((List<?>) statement.get("Action"));
      actions.remove(without);
      statement.put("Action", actions);
      statements.add(statement);
    }
    document.put("Statement", statements);
    return Policy.read(new String(Json.write(document), StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @EnumSource(
      value = IamJob.class,
      names = {"TASKS_SWEEP", "TASKS_CANCEL"})
  void whatIsLeftIsRemovedWithTheActionsForThatAndNoOthers(IamJob job) throws Exception {
    leaveUpload();
    leaveSnapshots("ec2:RegisterImage:after=1:error=UnauthorizedOperation:status=403");
    // One whose beginning was not answered has to be looked for.
    leaveSnapshots("ebs:StartSnapshot:cut-after");
    leaveImage();
    Access.Identity identity = become(Optional.of(policy(job, "")));
    if (job == IamJob.TASKS_SWEEP) {
      run("tasks", "sweep", "--interrupted", "--snapshots", "--region", Cloud.EAST);
    } else {
      for (String id : interrupted()) {
        run("tasks", "cancel", id);
      }
    }
    Set<String> expected = new TreeSet<>(listed(job));
    if (job == IamJob.TASKS_CANCEL) {
      // Needed only for a process that ended between StartSnapshot and its answer: none did here.
      expected.remove("ec2:DescribeSnapshots");
    }
    assertThat(identity.used()).isEqualTo(expected);
  }

  private static void leaveUpload() {
    Cloud.emulator().faults().add("s3:ListMultipartUploads:deny");
    failing("s3:CreateMultipartUpload:cut-after", "pack", disk, newObject());
  }

  /** An image that is registered, of which the run was not told. */
  private static void leaveImage() {
    Cloud.emulator()
        .faults()
        .add("ec2:DescribeImages:after=1:error=UnauthorizedOperation:status=403");
    leaveSnapshots("ec2:RegisterImage:after=1:cut-after");
  }

  private static void leaveSnapshots(String fault) {
    failing(fault, "unpack", object("plain.bin"), newAmi());
  }

  @SuppressWarnings("unchecked")
  private static List<String> interrupted() throws Exception {
    List<Map<String, Object>> tasks =
        (List<Map<String, Object>>) run("tasks", "--output", "json").json().get("tasks");
    return tasks.stream()
        .filter(task -> Boolean.TRUE.equals(task.get("left")))
        .map(task -> (String) task.get("id"))
        .toList();
  }

  /** A run that lacks one action. */
  private record Attempt(IamJob job, String action, String profile, Access.Identity identity) {

    /** What should have been told and was not. */
    Optional<String> silence() {
      Run run =
          switch (job) {
            case PACK -> amberBy(profile, "pack", ami, newObject(), "--object-tag", "a=b");
            case UNPACK -> amberBy(profile, "unpack", object("plain.bin"), newAmi());
            default -> amberBy(profile, "copy", object("plain.bin"), newObject());
          };
      return identity.used().contains(action) && !isTold(action, run)
          ? Optional.of("%s without %s: %d %s".formatted(job, action, run.exitCode(), run.stderr()))
          : Optional.empty();
    }
  }

  @Test
  void withoutAnActionARunFailsOrWarnsAndNamesIt() throws Exception {
    List<Attempt> attempts = new ArrayList<>();
    for (IamJob job : List.of(IamJob.PACK, IamJob.UNPACK, IamJob.COPY)) {
      for (String action : listed(job)) {
        String profile = Cloud.newName("lacking");
        Optional<Policy> policy = Optional.of(policy(job, action));
        Access.Identity identity = profiles.renew(profile, policy);
        attempts.add(new Attempt(job, action, profile, identity));
      }
    }
    List<String> silent =
        attempts.parallelStream().map(Attempt::silence).flatMap(Optional::stream).toList();
    assertThat(silent).isEmpty();
  }

  private static boolean isTold(String action, Run run) {
    if (run.exitCode() == 0) {
      return run.stderr().contains("warning: ") || NEVER_MISSED.contains(action);
    }
    // 8 is 4 of what can be gone on with. An answer to HEAD has no room for the action's name.
    boolean isDenied = run.exitCode() == 4 || run.exitCode() == 8;
    return isDenied && (run.stderr().contains(action) || action.equals("s3:GetObject"));
  }
}
