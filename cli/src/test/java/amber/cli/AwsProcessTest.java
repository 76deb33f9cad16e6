package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.s3.S3Client;

/** The command as a process, with AWS's variables and files, and with signals. */
@ExtendWith(Cloud.class)
class AwsProcessTest {

  @TempDir private Path directory;

  @AfterEach
  void behave() {
    Cloud.emulator().faults().clear();
  }

  private Process start(Map<String, String> environment, Object... arguments) throws IOException {
    List<String> command = JavaCommand.of("amber.cli.Main", List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("output").toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
    builder.environment().put("AWS_EC2_METADATA_DISABLED", "true");
    builder.environment().put("AWS_CONFIG_FILE", directory.resolve("config").toString());
    builder.environment().put("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.environment().put("AMBER_POLL_MS", "20");
    builder.environment().put("AMBER_STATE_DIR", directory.resolve("state").toString());
    builder.environment().putAll(environment);
    return builder.start();
  }

  private String output(Process amber, int exitCode) throws Exception {
    assertThat(amber.waitFor(60, TimeUnit.SECONDS)).as("amber ends").isTrue();
    String output = Files.readString(directory.resolve("output"), StandardCharsets.UTF_8);
    assertThat(amber.exitValue()).as(output).isEqualTo(exitCode);
    return output;
  }

  private static String snapshot() throws IOException {
    return Cloud.snapshot(Cloud.EAST, 1, Map.of(0, 1, 9, 2), Map.of(), Optional.empty());
  }

  @Test
  void fourLinesAreEnough() throws Exception {
    String archive = "s3://" + Cloud.bucket(Cloud.EAST) + "/x.bin";
    String packed = output(start(Cloud.fourLines(), "pack", snapshot(), archive), 0);
    // Neither SLF4J nor the JVM has a word.
    assertThat(packed.lines()).hasSize(2).first().asString().startsWith("packed snap-");
    assertThat(output(start(Cloud.fourLines(), "inspect", archive), 0))
        .startsWith("archive " + archive);
  }

  @Test
  void eachSideHasItsProfile() throws Exception {
    Files.writeString(
        directory.resolve("config"),
        """
        [profile east]
        region = us-east-1
        aws_access_key_id = local
        aws_secret_access_key = local

        [profile gov]
        region = us-gov-west-1
        aws_access_key_id = local
        aws_secret_access_key = local
        """);
    Map<String, String> environment =
        Map.of("AWS_ENDPOINT_URL", Cloud.emulator().endpoint().toString());
    String bucket = Cloud.bucket(Cloud.GOV);
    // The environment's region is for who does not say otherwise.
    Map<String, String> withRegion =
        Map.of(
            "AWS_ENDPOINT_URL", Cloud.emulator().endpoint().toString(), "AWS_REGION", Cloud.WEST);
    String packed =
        output(
            start(
                withRegion,
                "pack",
                snapshot(),
                "s3://" + bucket + "/x.bin",
                "--from-profile",
                "east",
                "--to-profile",
                "gov"),
            0);
    assertThat(packed).startsWith("packed snap-");
    output(start(environment, "inspect", "s3://" + bucket + "/x.bin", "--profile", "gov"), 0);
    assertThat(
            output(
                start(environment, "inspect", "s3://" + bucket + "/x.bin", "--profile", "east"), 5))
        .contains("no such bucket");
  }

  @Test
  void rolesAndSignOnAreUnderstood() throws Exception {
    Files.writeString(
        directory.resolve("config"),
        """
        [profile base]
        aws_access_key_id = local
        aws_secret_access_key = local

        [profile role]
        role_arn = arn:aws:iam::111111111111:role/packer
        source_profile = base

        [profile web]
        sso_session = company
        sso_account_id = 111111111111
        sso_role_name = packer

        [sso-session company]
        sso_region = us-east-1
        sso_start_url = https://example.invalid/start
        """);
    // The emulator gives no roles: it is enough that it is asked for one.
    String role =
        output(
            start(Cloud.fourLines(), "inspect", "ami-0abc123def4567890", "--profile", "role"), 4);
    assertThat(role)
        .contains("profile 'role' gives no AWS credentials: Could not find operation AssumeRole")
        .contains("hint: sign in");
    String web =
        output(start(Cloud.fourLines(), "inspect", "ami-0abc123def4567890", "--profile", "web"), 4);
    assertThat(web)
        .contains("profile 'web' gives no AWS credentials: The SSO session")
        .contains("hint: sign in");
  }

  @Test
  void packThatIsEndedLeavesNothingInS3() throws Exception {
    String bucket = Cloud.bucket(Cloud.EAST);
    Path disk = TestDisk.empty(directory.resolve("disk.img"), 1L << 28);
    TestDisk.noise(disk, 0, 128, 7);
    Cloud.emulator().faults().add("s3:UploadPart:delay=2s");
    long calls = Cloud.emulator().faults().calls("s3", "UploadPart");
    Process amber = start(Cloud.fourLines(), "pack", disk, "s3://" + bucket + "/x.bin");
    awaitCall(amber, "s3", "UploadPart", calls);
    end(amber, "TERM", 143);
    try (S3Client s3 = Cloud.s3(Cloud.EAST)) {
      assertThat(s3.listObjectsV2(l -> l.bucket(bucket)).contents()).isEmpty();
      assertThat(s3.listMultipartUploads(l -> l.bucket(bucket)).uploads()).isEmpty();
    }
  }

  @Test
  void packThatIsKilledAnywhereGoesOnAndMakesTheSameBytes() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    String bucket = Cloud.bucket(Cloud.EAST);
    Path disk = TestDisk.empty(directory.resolve("disk.img"), 1L << 29);
    TestDisk.noise(disk, 0, 7 * 64, 7);
    Map<String, String> environment = new HashMap<>(Cloud.fourLines());
    environment.put("SOURCE_DATE_EPOCH", "1700000000");
    output(start(environment, "pack", disk, "s3://" + bucket + "/whole.bin"), 0);
    Cloud.emulator().faults().add("s3:UploadPart:delay=300ms");
    for (int kill = 0; kill < 6; kill++) {
      Process amber = start(environment, "pack", disk, "s3://" + bucket + "/killed.bin");
      amber.waitFor(500 + random.nextInt(2500), TimeUnit.MILLISECONDS);
      amber.destroyForcibly();
      assertThat(amber.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
    Cloud.emulator().faults().clear();
    try (S3Client s3 = Cloud.s3(Cloud.EAST)) {
      if (s3.listObjectsV2(l -> l.bucket(bucket)).keyCount() == 1) {
        output(start(environment, "pack", disk, "s3://" + bucket + "/killed.bin"), 0);
      }
      assertThat(bytes(s3, bucket, "killed.bin"))
          .as("seed %d", seed)
          .isEqualTo(bytes(s3, bucket, "whole.bin"));
    }
  }

  private static byte[] bytes(S3Client s3, String bucket, String key) {
    return s3.getObject(g -> g.bucket(bucket).key(key), ResponseTransformer.toBytes())
        .asByteArray();
  }

  @Test
  void unpackThatIsEndedLeavesNoSnapshot() throws Exception {
    Path disk = TestDisk.small(directory.resolve("disk.img"));
    Path archive = Run.packed(disk, directory.resolve("disk.bin"));
    int snapshots = Cloud.region(Cloud.EAST).snapshots().all().size();
    // Longer than an end waits for what is under way: nothing is there that could be kept.
    Cloud.emulator().faults().add("ebs:PutSnapshotBlock:delay=12s");
    long calls = Cloud.emulator().faults().calls("ebs", "PutSnapshotBlock");
    Process amber = start(Cloud.fourLines(), "unpack", archive, "ami:" + Cloud.newName("ended"));
    awaitCall(amber, "ebs", "PutSnapshotBlock", calls);
    end(amber, "INT", 130);
    assertThat(Cloud.region(Cloud.EAST).snapshots().all()).hasSize(snapshots);
  }

  private static void awaitCall(Process amber, String service, String operation, long before)
      throws Exception {
    while (Cloud.emulator().faults().calls(service, operation) == before) {
      assertThat(amber.isAlive()).as("amber runs until it calls " + operation).isTrue();
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  private void end(Process amber, String signal, int exitCode) throws Exception {
    new ProcessBuilder("kill", "-" + signal, String.valueOf(amber.pid())).start().waitFor();
    assertThat(output(amber, exitCode)).contains("amber: error: interrupted");
  }
}
