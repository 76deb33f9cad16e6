package amber.emulator.ec2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that nobody here wrote: the {@code aws} command and boto3, where the machine has them.
 */
class Ec2StockClientsTest extends Ec2TestCase {

  @TempDir private Path scratch;

  private record Outcome(int status, String out) {}

  @Test
  void awsCommandWorksWithAnEndpointAndNothingElse() throws Exception {
    assumeTrue(run("aws", "--version").status() == 0, "the aws command is not on this machine");
    assertThat(aws("sts", "get-caller-identity").out()).contains("arn:aws:iam::" + SELF + ":root");
    String snapshotId = snapshot();
    Map<String, Object> registered =
        json(
            "register-image",
            "--name",
            "from the command",
            "--architecture",
            "arm64",
            "--virtualization-type",
            "hvm",
            "--boot-mode",
            "uefi",
            "--root-device-name",
            "/dev/xvda",
            "--block-device-mappings",
            "DeviceName=/dev/xvda,Ebs={SnapshotId=" + snapshotId + "}",
            "--tag-specifications",
            "ResourceType=image,Tags=[{Key=Name,Value=web}]");
    String id = (String) registered.get("ImageId");
    assertThat(describe(id).architectureAsString()).isEqualTo("arm64");
    assertThat(ec2("describe-images", "--owners", "self", "--query", "Images[].Name").out())
        .contains("from the command");
    assertThat(
            ec2("describe-snapshots", "--snapshot-ids", snapshotId, "--query", "Snapshots[0].State")
                .out())
        .contains("completed");
    Outcome refused = ec2("delete-snapshot", "--snapshot-id", snapshotId);
    assertThat(refused.status()).isNotZero();
    assertThat(refused.out()).contains("(InvalidSnapshot.InUse)", "currently in use by " + id);
    assertThat(ec2("deregister-image", "--image-id", id, "--dry-run").out())
        .contains("(DryRunOperation)");
    assertThat(ec2("deregister-image", "--image-id", id).status()).isZero();
    assertThat(ec2("delete-snapshot", "--snapshot-id", snapshotId).status()).isZero();
  }

  @Test
  void boto3WalksThroughAllOperationsAndFindsNoElementThatItDoesNotKnow() throws Exception {
    assumeTrue(run("python3", "-c", "import boto3").status() == 0, "boto3 is not on this machine");
    region().updateSettings(settings -> settings.withRecycleDays(1, 1));
    Path script =
        Path.of(Objects.requireNonNull(getClass().getResource("/ec2/boto3_walk.py")).toURI());
    Outcome outcome = run("python3", script.toString(), emulator.endpoint().toString(), snapshot());
    assertThat(outcome.out()).matches("checked \\d+ answers\\s+");
    assertThat(outcome.status()).isZero();
  }

  private Map<String, Object> json(String... arguments) throws Exception {
    Outcome outcome = ec2(arguments);
    assertThat(outcome.status()).as(outcome.out()).isZero();
    return JSON.std.mapFrom(outcome.out());
  }

  private Outcome ec2(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("ec2"));
    command.addAll(List.of(arguments));
    return aws(command.toArray(String[]::new));
  }

  private Outcome aws(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(List.of("aws", "--endpoint-url", emulator.endpoint().toString()));
    command.addAll(List.of(arguments));
    return run(command.toArray(String[]::new));
  }

  private Outcome run(String... command) throws Exception {
    Path out = Files.createTempFile(scratch, "out", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
    builder
        .environment()
        .putAll(
            Map.of(
                "AWS_ACCESS_KEY_ID",
                "AKIDEXAMPLE",
                "AWS_SECRET_ACCESS_KEY",
                "secret",
                "AWS_DEFAULT_REGION",
                REGION,
                "AWS_MAX_ATTEMPTS",
                "1",
                "AWS_PAGER",
                "",
                "AWS_EC2_METADATA_DISABLED",
                "true",
                "NO_PROXY",
                "127.0.0.1",
                "AWS_CONFIG_FILE",
                scratch.resolve("none").toString(),
                "AWS_SHARED_CREDENTIALS_FILE",
                scratch.resolve("none").toString()));
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      return new Outcome(127, e.getMessage());
    }
    if (!process.waitFor(5, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      return new Outcome(124, "took too long");
    }
    return new Outcome(process.exitValue(), Files.readString(out, StandardCharsets.UTF_8));
  }
}
