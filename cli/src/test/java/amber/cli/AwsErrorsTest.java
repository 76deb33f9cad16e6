package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import amber.emulator.state.Billing;
import amber.emulator.state.ProductCode;
import amber.emulator.state.Snapshot;
import amber.emulator.state.StorageTier;
import amber.work.Preflight;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What AWS refuses, with the exit code and what is said of it; and that nothing stays behind. */
@ExtendWith(Cloud.class)
class AwsErrorsTest {

  @TempDir private Path directory;

  @AfterEach
  void behave() {
    Cloud.emulator().faults().clear();
  }

  private static void assertFails(Run run, int exitCode, String error, String hint) {
    assertThat(run.stderr()).contains("amber: error: ").contains(error);
    assertThat(run.stderr()).contains("amber: hint: ").contains(hint);
    assertThat(run.stderr().lines().filter(line -> line.startsWith("amber: error"))).hasSize(1);
    assertThat(run.stderr()).doesNotContain("bug").doesNotContain("software.amazon");
    assertThat(run.exitCode()).isEqualTo(exitCode);
  }

  private static String snapshot() throws Exception {
    return Cloud.snapshot(Cloud.EAST, 1, Map.of(0, 1), Map.of(), Optional.empty());
  }

  private Path disk() throws Exception {
    return TestDisk.small(directory.resolve("disk.img"));
  }

  private Path archive() throws Exception {
    return Run.packed(disk(), directory.resolve("disk.bin"));
  }

  @Test
  void whatIsNotThereIsNotFound() throws Exception {
    Path out = directory.resolve("out");
    assertFails(
        Cloud.amber("pack", "ami-0123456789abcdef0", out),
        5,
        "ami-0123456789abcdef0: ",
        "check the id, --profile and --region");
    assertFails(
        Cloud.amber("pack", "snap-0123456789abcdef0", out),
        5,
        "snap-0123456789abcdef0: ",
        "ids are of one account and region");
    String bucket = Cloud.bucket(Cloud.EAST);
    assertFails(
        Cloud.amber("inspect", "s3://" + bucket + "/none.bin"),
        5,
        "s3://" + bucket + "/none.bin: no such archive",
        "check the spelling, --profile and --region");
    assertFails(
        Cloud.amber("verify", "s3://no-such-bucket-here/none.bin"),
        5,
        "s3://no-such-bucket-here: no such bucket",
        "check the spelling");
    assertFails(
        Cloud.amber("pack", disk(), "s3://no-such-bucket-here/"),
        5,
        "s3://no-such-bucket-here: no such bucket",
        "check the spelling");
    // Regions and partitions do not cross.
    String snapshot = snapshot();
    assertFails(
        Cloud.amber("inspect", snapshot, "--region", Cloud.GOV), 5, snapshot + ": ", "--region");
  }

  @Test
  void bucketOfAnotherRegionSaysWhich() throws Exception {
    String bucket = Cloud.bucket(Cloud.WEST);
    assertFails(
        Cloud.amber("pack", disk(), "s3://" + bucket + "/"),
        1,
        "region us-west-2, should be asked for there",
        "--to-region");
  }

  @Test
  void bucketOfAnotherAccountIsNotWrittenTo() throws Exception {
    String bucket = Cloud.bucket(Cloud.EAST);
    assertFails(
        Cloud.amber(
            "pack", disk(), "s3://" + bucket + "/", "--expected-bucket-owner", "444455556666"),
        4,
        "s3://" + bucket,
        "aws sts get-caller-identity");
  }

  @Test
  void whatIsDeniedIsNotAllowed() throws Exception {
    String ami = Cloud.image(Cloud.EAST, Cloud.newName("web"), snapshot());
    Cloud.emulator().faults().add("ec2:DescribeImages:deny");
    assertFails(Cloud.amber("inspect", ami), 4, ami + ": ", "aws sts get-caller-identity");
    Cloud.emulator().faults().clear();
    Cloud.emulator().faults().add("ebs:GetSnapshotBlock:deny");
    Path out = directory.resolve("out.bin");
    assertFails(Cloud.amber("pack", ami, out), 4, "snap-", "aws sts get-caller-identity");
    assertThat(out).doesNotExist();
    Cloud.emulator().faults().clear();
    Cloud.emulator().faults().add("ec2:DescribeImages:expired");
    Run expired =
        Run.with(
            Map.of("AWS_DEFAULT_REGION", Cloud.EAST, "AMBER_RETRY_MS", "300"),
            "inspect",
            ami,
            "--endpoint-url",
            Cloud.emulator().endpoint());
    assertFails(expired, 4, ami + ": ", "set this machine's clock");
  }

  @Test
  void snapshotsThatCannotBeReadSayWhy() throws Exception {
    String archived = snapshot();
    Cloud.region(Cloud.EAST)
        .snapshots()
        .update(archived, snapshot -> snapshot.withStorageTier(StorageTier.ARCHIVE));
    Run run = Cloud.amber("pack", archived, directory.resolve("a.bin"));
    assertThat(run.stderr()).contains("is in the archive tier").contains("restore it first");
    assertThat(run.exitCode()).isEqualTo(7);
    assertThat(Cloud.succeed("inspect", archived).text()).contains("  not readable  " + archived);

    String pending = Cloud.begunSnapshot(Cloud.EAST, 1, Map.of(), Optional.empty());
    run = Cloud.amber("pack", pending, directory.resolve("a.bin"));
    assertThat(run.stderr()).contains("is pending").contains("wait until it is");
    assertThat(run.exitCode()).isEqualTo(7);

    String open = snapshot();
    Cloud.region(Cloud.EAST)
        .snapshots()
        .update(
            open,
            snapshot ->
                snapshot.withOwnerId("444455556666").withSharedWith(List.of(Snapshot.EVERYBODY)));
    run = Cloud.amber("pack", open, directory.resolve("a.bin"));
    assertThat(run.stderr()).contains("is public").contains("copy it into your account first");
    assertThat(run.exitCode()).isEqualTo(7);
    assertThat(directory.resolve("a.bin")).doesNotExist();
  }

  @Test
  void productCodesAreRefusedUnlessTold() throws Exception {
    String ami = Cloud.image(Cloud.EAST, Cloud.newName("market"), snapshot());
    Cloud.region(Cloud.EAST)
        .images()
        .update(
            ami,
            image ->
                image.withBilling(
                    new Billing(
                        Optional.of("Windows"),
                        "Windows",
                        "RunInstances:0002",
                        List.of(new ProductCode("abc123", "marketplace")))));
    Path archive = directory.resolve("market.bin");
    assertThat(Cloud.succeed("pack", ami, archive).stderr())
        .contains("amber: warning: " + ami + ": cannot be restored later: product code: abc123")
        .contains("amber: warning: " + ami + ": cannot be restored later: billing: Windows");
    String name = Cloud.newName("market");
    int snapshots = Cloud.region(Cloud.WEST).snapshots().all().size();
    assertFails(
        Cloud.amber("unpack", archive, "ami:" + name, "--region", Cloud.WEST),
        2,
        "ami:" + name + ": the image has product codes",
        "--allow-product-codes");
    assertThat(Cloud.region(Cloud.WEST).snapshots().all()).hasSize(snapshots);
    Run allowed =
        Cloud.succeed(
            "unpack", archive, "ami:" + name, "--region", Cloud.WEST, "--allow-product-codes");
    assertThat(allowed.stderr())
        .contains("amber: warning: ami:" + name + ": not restored: product code: abc123")
        .containsPattern("amber: warning: ami-\\w+: platformDetails: is Linux/UNIX, was Windows");
  }

  @Test
  void registrationThatFailsLeavesNothing() throws Exception {
    Path archive = archive();
    int snapshots = Cloud.region(Cloud.EAST).snapshots().all().size();
    int images = Cloud.region(Cloud.EAST).images().all().size();
    Map<String, Integer> exitCodes =
        Map.of(
            "ec2:RegisterImage:after=1:error=InvalidBlockDeviceMapping:status=400:message=no", 1,
            "ebs:CompleteSnapshot:error=ValidationException:reason=INVALID_PARAMETER_VALUE", 1,
            "ebs:PutSnapshotBlock:nth=3:deny", 4,
            "ebs:StartSnapshot:error=ServiceQuotaExceededException:status=402", 1);
    for (String fault : exitCodes.keySet()) {
      Cloud.emulator().faults().add(fault);
      Run run = Cloud.amber("unpack", archive, "ami:" + Cloud.newName("never"));
      Cloud.emulator().faults().clear();
      assertThat(run.exitCode()).as(fault).isEqualTo(exitCodes.get(fault));
      assertThat(run.text()).isEmpty();
      assertThat(Cloud.region(Cloud.EAST).snapshots().all()).as(fault).hasSize(snapshots);
      assertThat(Cloud.region(Cloud.EAST).images().all()).as(fault).hasSize(images);
    }
  }

  @Test
  void quotaIsNamedAsOne() throws Exception {
    Cloud.emulator()
        .faults()
        .add("ebs:StartSnapshot:error=ServiceQuotaExceededException:status=402");
    assertFails(
        Cloud.amber("unpack", archive(), "ami:" + Cloud.newName("never")),
        1,
        "new snapshot for volume 0",
        "Service Quotas");
  }

  @Test
  void whatEc2WouldNotTakeIsRefusedBeforeWork() throws Exception {
    Path archive = archive();
    long calls = Cloud.emulator().faults().calls("ebs", "StartSnapshot");
    assertFails(
        Cloud.amber("unpack", archive, "ami:größer"), 2, "should be 3 to 128", "choose another");
    assertFails(
        Cloud.amber("unpack", archive, "ami:web", "--kms-key-id", "alias/mine"),
        2,
        "KMS key alias/mine, should be the whole ARN of a key",
        "correct");
    assertFails(
        Cloud.amber("unpack", archive, "ami:web", "--tag", "aws:of=me"),
        2,
        "tag 'aws:of'",
        "correct");
    assertFails(
        Cloud.amber("unpack", archive, "ami:web", "--volume", "0"),
        2,
        "--volume: is for directories",
        "unpack to a directory");
    assertFails(
        Cloud.amber("unpack", archive, "ami:web", "--replace"),
        2,
        "--replace: is for files and objects",
        "another name");
    assertFails(
        Cloud.amber("unpack", archive, directory.resolve("out"), "--boot-mode", "uefi"),
        2,
        "--boot-mode: is for an AMI as the target",
        "leave it out");
    assertFails(
        Cloud.amber("unpack", archive, "ami:web", "--thaw", "Bulk"),
        2,
        "--thaw: is for archives in S3",
        "leave it out");
    assertFails(
        Cloud.amber(
            "pack", directory.resolve("disk.img"), directory.resolve("x"), "--sse", "AES256"),
        2,
        "--sse: is for archives in S3",
        "leave it out");
    assertFails(
        Cloud.amber("unpack", archive, "ami:web", "--fips"),
        2,
        "--endpoint-url with --fips",
        "one or the other");
    assertFails(
        Cloud.amber(
            "pack",
            directory.resolve("disk.img"),
            "s3://bucket/",
            "--object-lock-mode",
            "GOVERNANCE"),
        2,
        "--object-lock-mode and --object-lock-until",
        "a mode and an end");
    assertThat(Cloud.emulator().faults().calls("ebs", "StartSnapshot")).isEqualTo(calls);
  }

  @Test
  void troublesThatPassAreCounted() throws Exception {
    String ami = Cloud.image(Cloud.EAST, Cloud.newName("web"), snapshot());
    String bucket = Cloud.bucket(Cloud.EAST);
    Cloud.emulator().faults().add("ebs:GetSnapshotBlock:first=2:throttle");
    Cloud.emulator().faults().add("s3:PutObject:first=1:status=503");
    Run run = Cloud.succeed("pack", "--output", "json", ami, "s3://" + bucket + "/");
    Map<?, ?> requests = (Map<?, ?>) run.json().get("requests");
    assertThat((Integer) requests.get("getSnapshotBlock")).isGreaterThanOrEqualTo(3);
    assertThat((Integer) requests.get("retries")).isGreaterThanOrEqualTo(3);
    assertThat((Integer) requests.get("throttled")).isGreaterThanOrEqualTo(2);
  }

  @Test
  void whatIsMissingIsToldAtOnce() throws Exception {
    Path config = Files.writeString(directory.resolve("config"), "[profile empty]\noutput=json\n");
    System.setProperty("aws.configFile", config.toString());
    System.setProperty("aws.sharedCredentialsFile", config.toString());
    System.setProperty("aws.disableEc2Metadata", "true");
    try {
      assertFails(
          Run.with(Map.of(), "inspect", "ami-0123456789abcdef0"),
          2,
          "no AWS region is named",
          "--region us-east-1");
      assertFails(
          Cloud.amber("inspect", "ami-0123456789abcdef0", "--profile", "nobody"),
          2,
          "profile 'nobody': is in no AWS configuration file",
          "list-profiles");
      assertFails(
          Cloud.amber("inspect", "ami-0123456789abcdef0", "--profile", "empty"),
          4,
          "profile 'empty' gives no AWS credentials",
          "--profile NAME");
      assertFails(
          Run.of("inspect", "ami-0123456789abcdef0", "--region", "us east"),
          2,
          "region 'us east', should be one such as us-east-1",
          "--region us-east-1");
      String nowhere = "http://127.0.0.1:1";
      assertFails(
          Run.of("inspect", "s3://bucket/x", "--region", "us-east-1", "--endpoint-url", nowhere),
          1,
          nowhere + ": cannot be reached",
          "check the network");
      assertFails(
          Run.with(
              Map.of("AWS_ENDPOINT_URL_EC2", nowhere, "AWS_REGION", "us-east-1"),
              "inspect",
              "ami-0123456789abcdef0"),
          1,
          nowhere + ": cannot be reached",
          "AWS_ENDPOINT_URL");
      assertFails(
          Run.with(Map.of("AWS_ENDPOINT_URL", "here"), "inspect", "s3://bucket/x"),
          2,
          "AWS_ENDPOINT_URL: is 'here', should be a URL",
          "unset it");
    } finally {
      System.clearProperty("aws.configFile");
      System.clearProperty("aws.sharedCredentialsFile");
      System.clearProperty("aws.disableEc2Metadata");
    }
  }

  @Test
  void eachProblemIsToldWithItsHint() throws Exception {
    Preflight preflight = new Preflight();
    preflight.check(
        () -> {
          throw new AccessDeniedException("s3://bucket/x", null, "may not");
        });
    preflight.check(
        () -> {
          throw new FileAlreadyExistsException("ami:web", null, "is taken");
        });
    Run run = OutcomeTest.report(catchThrowable(preflight::requireClear), "--output=json");
    assertThat(run.exitCode()).isEqualTo(4);
    assertThat(run.stderr().lines())
        .containsExactly(
            "amber: error: s3://bucket/x: may not",
            "amber: hint: who asks is told by: aws sts get-caller-identity; what it needs:"
                + " docs/cli.md",
            "amber: error: ami:web: is taken",
            "amber: hint: choose another name: ami:NAME");
    Map<?, ?> error = (Map<?, ?>) run.json().get("error");
    assertThat(error.get("code")).isEqualTo("NOT_ALLOWED");
    assertThat((List<?>) error.get("all")).hasSize(2);
  }
}
