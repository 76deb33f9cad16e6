package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import amber.ec2.Ec2Errors;
import amber.s3.S3Errors;
import amber.work.ErrorClass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Each error that AWS documents for what Amber asks, met on purpose by a command: its exit code,
 * where it is, and what can be done about it; and that nothing stays behind.
 */
@ExtendWith(Cloud.class)
class AwsErrorTableTest {

  private static final String WHO = "aws sts get-caller-identity";
  private static final String SIGN_IN = "sign in again";
  private static final String CLOCK = "set this machine's clock";
  private static final String SPELLING = "check the";
  private static final String QUOTA = "Service Quotas";
  private static final String LATER = "try again when they are done";
  private static final String NETWORK = "check the network";
  private static final String OWN = "the message is AWS's own";

  @TempDir static Path shared;

  private static String image;
  private static String bucket;
  private static Path disk;
  private static Path archive;
  private static Path noRecords;

  @TempDir private Path directory;

  @BeforeAll
  static void make() throws Exception {
    String snapshot = Cloud.snapshot(Cloud.EAST, 1, Map.of(0, 1, 5, 2), Map.of(), Optional.empty());
    image = Cloud.image(Cloud.EAST, Cloud.newName("errors"), snapshot);
    bucket = Cloud.bucket(Cloud.EAST);
    archive = Run.packed(TestDisk.small(shared.resolve("small.img")), shared.resolve("small.bin"));
    Cloud.succeed("pack", shared.resolve("small.img"), "s3://" + bucket + "/stored");
    // One part, and what is joined to the last.
    disk = TestDisk.empty(shared.resolve("disk.img"), 64L << 20);
    TestDisk.noise(disk, 0, 70, 3);
    // What cannot be recorded cannot be gone on with, and exits by the kind of its failure.
    noRecords = Files.writeString(shared.resolve("file"), "");
  }

  @AfterEach
  void behave() {
    Cloud.emulator().faults().clear();
  }

  private static Run amber(String retryMs, Object... arguments) {
    List<Object> all = new ArrayList<>(List.of(arguments));
    all.add("--endpoint-url");
    all.add(Cloud.emulator().endpoint());
    return Run.with(
        Map.of(
            "AWS_DEFAULT_REGION",
            Cloud.EAST,
            "AMBER_POLL_MS",
            "20",
            "AMBER_RETRY_MS",
            retryMs,
            "AMBER_STATE_DIR",
            noRecords.toString()),
        all.toArray());
  }

  /** The command in which an operation is needed. */
  private Run use(String operation, String retryMs) throws IOException {
    return switch (operation) {
      case "ListSnapshotBlocks", "GetSnapshotBlock", "DescribeImages", "DescribeImageAttribute" ->
          amber(retryMs, "pack", image, directory.resolve("out.bin"));
      case "StartSnapshot",
          "PutSnapshotBlock",
          "CompleteSnapshot",
          "RegisterImage",
          "DescribeSnapshots" ->
          amber(retryMs, "unpack", archive, "ami:" + Cloud.newName("never"));
      case "CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload", "HeadBucket" ->
          amber(retryMs, "pack", disk, "s3://" + bucket + "/" + Cloud.newName("never"));
      case "PutObject" ->
          amber(
              retryMs,
              "pack",
              shared.resolve("small.img"),
              "s3://" + bucket + "/" + Cloud.newName("never"));
      case "GetObject", "HeadObject" -> amber(retryMs, "verify", "s3://" + bucket + "/stored");
      default -> throw new IllegalArgumentException(operation);
    };
  }

  /** What there is. */
  private static List<Integer> things() throws IOException {
    try (S3Client s3 = Cloud.s3(Cloud.EAST)) {
      return List.of(
          Cloud.region(Cloud.EAST).snapshots().all().size(),
          Cloud.region(Cloud.EAST).images().all().size(),
          s3.listObjectsV2(l -> l.bucket(bucket)).contents().size(),
          s3.listMultipartUploads(l -> l.bucket(bucket)).uploads().size());
    }
  }

  private void assertEnds(String fault, int exitCode, String where, String hint)
      throws IOException {
    String operation = fault.split(":", -1)[1];
    List<Integer> before = things();
    Cloud.emulator().faults().add(fault);
    Run run = use(operation, "150");
    assertThat(Cloud.emulator().faults().met(fault)).as("met").isPositive();
    Cloud.emulator().faults().clear();
    assertThat(run.stderr().lines().filter(line -> line.startsWith("amber: error: ")))
        .as(run.stderr())
        .singleElement()
        .asString()
        .containsPattern("amber: error: [^:]*" + where)
        .doesNotContain("bug", "software.amazon");
    assertThat(run.stderr()).contains("amber: hint: ").contains(hint);
    assertThat(run.exitCode()).as(run.stderr()).isEqualTo(exitCode);
    assertThat(run.text()).isEmpty();
    assertThat(things()).isEqualTo(before);
    assertThat(directory.resolve("out.bin")).doesNotExist();
  }

  /** What is checked of each row: its exit code and its hint are those of docs/operations.md. */
  private static void assertPageSaysSo(String fault, int exitCode, String hint) {
    ErrorClass error = ErrorClass.of(table(fault), met(fault));
    String place = fault.startsWith("s3:") ? "s3://bucket/key" : "snap-0";
    if (error.meaning() == ErrorClass.Meaning.EXISTS && !fault.startsWith("s3:")) {
      place = "ami:NAME";
    }
    IOException failure =
        fault.startsWith("s3:") ? S3Errors.example(error, place) : Ec2Errors.example(error, place);
    assertThat(Outcome.of(failure).exitCode()).isEqualTo(exitCode);
    assertThat(Hints.of(failure).orElse("")).contains(hint);
  }

  private static List<ErrorClass> table(String fault) {
    return fault.startsWith("s3:") ? S3Errors.table() : Ec2Errors.table();
  }

  private static ErrorClass.Met met(String fault) {
    return new ErrorClass.Met(
        Integer.parseInt(part(fault, "status").orElse("400")),
        part(fault, "error").orElse(""),
        part(fault, "reason").orElse(""),
        part(fault, "message").orElse(""));
  }

  private static Optional<String> part(String fault, String name) {
    return Stream.of(fault.split(":", -1))
        .filter(field -> field.startsWith(name + "="))
        .map(field -> field.substring(name.length() + 1))
        .findFirst();
  }

  /** Errors of EBS direct: aws-facts of its service model, and what its user guide says of them. */
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "ebs:GetSnapshotBlock:status=403:error=AccessDeniedException:reason=UNAUTHORIZED_ACCOUNT, 4, snap-, "
        + WHO,
    "ebs:GetSnapshotBlock:status=403:error=AccessDeniedException:reason=DEPENDENCY_ACCESS_DENIED, 4, snap-, "
        + WHO,
    "ebs:PutSnapshotBlock:status=403:error=AccessDeniedException:reason=DEPENDENCY_ACCESS_DENIED, 4, snap-, "
        + WHO,
    "ebs:GetSnapshotBlock:status=403:error=AccessDenied, 4, snap-, " + WHO,
    "ebs:GetSnapshotBlock:status=403:error=UnrecognizedClientException, 4, snap-, " + WHO,
    "ebs:GetSnapshotBlock:status=403:error=InvalidClientTokenId, 4, snap-, " + WHO,
    "ebs:GetSnapshotBlock:status=403:error=ExpiredTokenException, 4, snap-, " + SIGN_IN,
    "ebs:GetSnapshotBlock:status=403:error=InvalidSignatureException, 4, snap-, " + CLOCK,
    "ebs:GetSnapshotBlock:status=403:error=SomethingNew, 4, snap-, " + WHO,
    "ebs:GetSnapshotBlock:error=ValidationException:reason=INVALID_CUSTOMER_KEY, 1, snap-, " + OWN,
    "ebs:GetSnapshotBlock:error=ValidationException:reason=INVALID_GRANT_TOKEN, 1, snap-, " + OWN,
    "ebs:GetSnapshotBlock:error=ValidationException:reason=INVALID_BLOCK_TOKEN, 1, snap-, " + OWN,
    "ebs:ListSnapshotBlocks:error=ValidationException:reason=INVALID_PAGE_TOKEN, 1, snap-, " + OWN,
    "ebs:ListSnapshotBlocks:error=ValidationException:reason=INVALID_SNAPSHOT_ID, 1, snap-, " + OWN,
    "ebs:ListSnapshotBlocks:error=ValidationException:reason=UNRELATED_SNAPSHOTS, 1, snap-, " + OWN,
    "ebs:GetSnapshotBlock:error=ValidationException:reason=INVALID_BLOCK, 1, snap-, " + OWN,
    "ebs:PutSnapshotBlock:error=ValidationException:reason=INVALID_CONTENT_ENCODING, 1, snap-, "
        + OWN,
    "ebs:StartSnapshot:error=ValidationException:reason=INVALID_TAG, 1, volume 0, " + OWN,
    "ebs:StartSnapshot:error=ValidationException:reason=INVALID_DEPENDENCY_REQUEST, 1, volume 0, "
        + OWN,
    "ebs:CompleteSnapshot:error=ValidationException:reason=INVALID_PARAMETER_VALUE, 1, snap-, "
        + OWN,
    "ebs:StartSnapshot:error=ValidationException:reason=INVALID_VOLUME_SIZE, 1, volume 0, " + OWN,
    "ebs:ListSnapshotBlocks:error=ValidationException:reason=INVALID_IMAGE_ID, 1, snap-, " + OWN,
    "ebs:PutSnapshotBlock:error=ValidationException:reason=CONFLICTING_BLOCK_UPDATE, 1, snap-, "
        + NETWORK,
    "ebs:PutSnapshotBlock:error=ValidationException:reason=WRITE_REQUEST_TIMEOUT, 1, snap-, "
        + NETWORK,
    "ebs:PutSnapshotBlock:error=ValidationException:reason=INVALID_PARAMETER_VALUE:message=Failed to read block data, 1, snap-, "
        + NETWORK,
    "ebs:ListSnapshotBlocks:status=404:error=ResourceNotFoundException:reason=SNAPSHOT_NOT_FOUND, 5, snap-, "
        + SPELLING,
    "ebs:GetSnapshotBlock:status=404:error=ResourceNotFoundException:reason=GRANT_NOT_FOUND, 5, snap-, "
        + SPELLING,
    "ebs:StartSnapshot:status=404:error=ResourceNotFoundException:reason=DEPENDENCY_RESOURCE_NOT_FOUND, 5, volume 0, ''",
    "ebs:ListSnapshotBlocks:status=404:error=ResourceNotFoundException:reason=IMAGE_NOT_FOUND, 5, snap-, "
        + SPELLING,
    "ebs:PutSnapshotBlock:status=404:error=ResourceNotFoundException:reason=SNAPSHOT_NOT_FOUND, 5, snap-, "
        + SPELLING,
    "ebs:GetSnapshotBlock:error=RequestThrottledException:reason=ACCOUNT_THROTTLED, 1, snap-, "
        + LATER,
    "ebs:GetSnapshotBlock:error=RequestThrottledException:reason=DEPENDENCY_REQUEST_THROTTLED, 1, snap-, "
        + LATER,
    "ebs:GetSnapshotBlock:error=RequestThrottledException:reason=RESOURCE_LEVEL_THROTTLE, 1, snap-, "
        + LATER,
    "ebs:ListSnapshotBlocks:error=ThrottlingException, 1, snap-, " + LATER,
    "ebs:ListSnapshotBlocks:error=Throttling, 1, snap-, " + LATER,
    "ebs:StartSnapshot:error=ConcurrentLimitExceededException, 1, volume 0, " + LATER,
    "ebs:StartSnapshot:status=409:error=ConflictException, 1, volume 0, " + OWN,
    "ebs:StartSnapshot:status=402:error=ServiceQuotaExceededException:reason=DEPENDENCY_SERVICE_QUOTA_EXCEEDED, 1, volume 0, "
        + QUOTA,
    "ebs:StartSnapshot:status=402:error=SomethingNew, 1, volume 0, " + QUOTA,
    "ebs:GetSnapshotBlock:status=500:error=InternalServerException, 1, snap-, " + NETWORK,
    "ebs:GetSnapshotBlock:status=502:error=BadGateway, 1, snap-, " + NETWORK,
  })
  void errorOfEbsDirect(String fault, int exitCode, String where, String hint) throws IOException {
    assertEnds(fault, exitCode, where, hint);
    if (!where.equals("volume 0")) {
      assertPageSaysSo(fault, exitCode, hint);
    }
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "ec2:DescribeImages:error=InvalidAMIID.Malformed, 1, ami-, " + OWN,
    "ec2:DescribeImages:error=InvalidAMIID.NotFound, 5, ami-, " + SPELLING,
    "ec2:DescribeImages:error=InvalidAMIID.Unavailable, 1, ami-, " + OWN,
    "ec2:DescribeImages:error=InvalidAMIAttributeItemValue, 1, ami-, " + OWN,
    "ec2:DescribeImages:status=403:error=UnauthorizedOperation, 4, ami-, " + WHO,
    "ec2:DescribeImages:status=401:error=AuthFailure, 4, ami-, " + WHO,
    "ec2:DescribeImages:status=403:error=SignatureDoesNotMatch, 4, ami-, " + WHO,
    "ec2:DescribeImages:status=401:error=OptInRequired, 4, ami-, " + WHO,
    "ec2:DescribeImages:status=403:error=Blocked, 4, ami-, " + WHO,
    "ec2:DescribeImages:error=ExpiredToken, 4, ami-, " + SIGN_IN,
    "ec2:DescribeImages:error=RequestExpired, 4, ami-, " + CLOCK,
    "ec2:DescribeImages:status=403:error=RequestTimeTooSkewed, 4, ami-, " + CLOCK,
    "ec2:RegisterImage:after=1:error=InvalidAMIName.Duplicate, 6, ami:never, choose another name",
    "ec2:RegisterImage:after=1:error=InvalidAMIName.Malformed, 1, ami:never, " + OWN,
    "ec2:RegisterImage:after=1:error=InvalidBlockDeviceMapping, 1, ami:never, " + OWN,
    "ec2:RegisterImage:after=1:error=InvalidSnapshot.NotFound, 5, ami:never, " + SPELLING,
    "ec2:RegisterImage:after=1:error=InvalidSnapshotID.Malformed, 1, ami:never, " + OWN,
    "ec2:RegisterImage:after=1:error=InvalidSnapshot.InUse, 1, ami:never, " + OWN,
    "ec2:RegisterImage:after=1:error=InvalidGroup.NotFound, 5, ami:never, " + SPELLING,
    "ec2:RegisterImage:after=1:error=PendingSnapshotLimitExceeded, 1, ami:never, " + QUOTA,
    "ec2:RegisterImage:after=1:error=ConcurrentSnapshotLimitExceeded, 1, ami:never, " + QUOTA,
    "ec2:RegisterImage:after=1:error=SnapshotLimitExceeded, 1, ami:never, " + QUOTA,
    "ec2:RegisterImage:after=1:error=ResourceLimitExceeded, 1, ami:never, " + QUOTA,
    "ec2:RegisterImage:after=1:error=MaxIOPSLimitExceeded, 1, ami:never, " + QUOTA,
    "ec2:RegisterImage:after=1:error=TagLimitExceeded, 1, ami:never, " + OWN,
    "ec2:RegisterImage:after=1:error=InvalidTagKey.Malformed, 1, ami:never, " + OWN,
    "ec2:RegisterImage:after=1:error=OperationNotPermitted, 1, ami:never, " + OWN,
    "ec2:RegisterImage:after=1:error=InvalidState, 1, ami:never, " + OWN,
    "ec2:RegisterImage:after=1:error=InvalidTime, 1, ami:never, " + OWN,
    "ec2:RegisterImage:after=1:error=InvalidRequest, 1, ami:never, " + OWN,
    "ec2:RegisterImage:after=1:error=Unsupported, 1, ami:never, " + OWN,
    "ec2:RegisterImage:after=1:error=UnknownVolumeType, 1, ami:never, " + OWN,
    "ec2:RegisterImage:after=1:error=SnapshotCopyUnsupported.InterRegion, 1, ami:never, " + OWN,
    "ec2:DescribeImages:status=503:error=RequestLimitExceeded, 1, ami-, " + LATER,
    "ec2:DescribeImages:status=503:error=EC2ThrottledException, 1, ami-, " + LATER,
    "ec2:DescribeImages:error=TooManyRequestsException, 1, ami-, " + LATER,
    "ec2:DescribeImages:status=503:error=SlowDown, 1, ami-, " + LATER,
    "ec2:DescribeImages:error=RetryableError, 1, ami-, " + NETWORK,
    "ec2:DescribeImages:error=RequestTimeout, 1, ami-, " + NETWORK,
    "ec2:DescribeImages:status=500:error=InternalError, 1, ami-, " + NETWORK,
  })
  void errorOfEc2(String fault, int exitCode, String where, String hint) throws IOException {
    assertEnds(fault, exitCode, where, hint);
    assertPageSaysSo(fault, exitCode, hint);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "s3:CompleteMultipartUpload:status=412:error=PreconditionFailed, 6, s3://, choose another name",
    "s3:CompleteMultipartUpload:status=409:error=ConditionalRequestConflict, 6, s3://, it starts over",
    "s3:PutObject:status=409:error=ConditionalRequestConflict, 6, s3://, it starts over",
    "s3:CompleteMultipartUpload:error=EntityTooSmall, 1, s3://, " + OWN,
    "s3:CompleteMultipartUpload:error=InvalidPart, 1, s3://, " + OWN,
    "s3:CompleteMultipartUpload:error=InvalidPartOrder, 1, s3://, " + OWN,
    "s3:CompleteMultipartUpload:error=TooManyParts, 1, s3://, " + OWN,
    "s3:CompleteMultipartUpload:error=InvalidRequest, 1, s3://, " + OWN,
    "s3:CompleteMultipartUpload:status=404:error=NoSuchUpload, 1, s3://, it begins anew",
    "s3:UploadPart:after=1:status=404:error=NoSuchUpload, 1, s3://, it begins anew",
    "s3:CompleteMultipartUpload:error=BadDigest, 1, s3://, " + NETWORK,
    "s3:UploadPart:after=1:error=XAmzContentSHA256Mismatch, 1, s3://, " + NETWORK,
    "s3:UploadPart:after=1:error=RequestTimeout, 1, s3://, " + NETWORK,
    "s3:CreateMultipartUpload:status=409:error=OperationAborted, 1, s3://, " + NETWORK,
    "s3:CreateMultipartUpload:status=500:error=InternalError, 1, s3://, " + NETWORK,
    "s3:CreateMultipartUpload:status=503:error=ServiceUnavailable, 1, s3://, " + NETWORK,
    "s3:CompleteMultipartUpload:status=200:error=InternalError, 1, s3://, " + NETWORK,
    "s3:CompleteMultipartUpload:status=200:error=InvalidPart, 1, s3://, " + OWN,
    "s3:CompleteMultipartUpload:status=200:error=SlowDown, 1, s3://, " + LATER,
    "s3:UploadPart:after=1:status=503:error=SlowDown, 1, s3://, " + LATER,
    "s3:UploadPart:after=1:error=Throttling, 1, s3://, " + LATER,
    "s3:UploadPart:after=1:error=ThrottlingException, 1, s3://, " + LATER,
    "s3:UploadPart:after=1:error=RequestLimitExceeded, 1, s3://, " + LATER,
    "s3:UploadPart:after=1:status=429:error=TooManyRequests, 1, s3://, " + LATER,
    "s3:UploadPart:after=1:error=ExpiredToken, 4, s3://, " + SIGN_IN,
    "s3:UploadPart:after=1:status=403:error=ExpiredTokenException, 4, s3://, " + SIGN_IN,
    "s3:UploadPart:after=1:error=TokenRefreshRequired, 4, s3://, " + SIGN_IN,
    "s3:UploadPart:after=1:status=403:error=RequestTimeTooSkewed, 4, s3://, " + CLOCK,
    "s3:UploadPart:after=1:error=RequestExpired, 4, s3://, " + CLOCK,
    "s3:UploadPart:after=1:status=403:error=AccessDenied, 4, s3://, " + WHO,
    "s3:UploadPart:after=1:status=403:error=InvalidAccessKeyId, 4, s3://, " + WHO,
    "s3:UploadPart:after=1:status=403:error=SignatureDoesNotMatch, 4, s3://, " + WHO,
    "s3:UploadPart:after=1:error=InvalidToken, 4, s3://, " + WHO,
    "s3:UploadPart:after=1:error=EntityTooLarge, 1, s3://, " + OWN,
    "s3:CreateMultipartUpload:error=InvalidArgument, 1, s3://, " + OWN,
    "s3:CreateMultipartUpload:error=MetadataTooLarge, 1, s3://, " + OWN,
    "s3:CreateMultipartUpload:error=InvalidTag, 1, s3://, " + OWN,
    "s3:CreateMultipartUpload:error=InvalidStorageClass, 1, s3://, " + OWN,
    "s3:CreateMultipartUpload:error=KMS.DisabledException, 1, s3://, " + OWN,
    "s3:CreateMultipartUpload:status=501:error=NotImplemented, 1, s3://, " + OWN,
    "s3:CreateMultipartUpload:status=503:error=GlacierExpeditedRetrievalNotAvailable, 1, s3://, "
        + OWN,
    "s3:CreateMultipartUpload:error=PermanentRedirect, 1, s3://, --to-region",
    "s3:CreateMultipartUpload:error=IllegalLocationConstraintException, 1, s3://, --to-region",
    "s3:CreateMultipartUpload:status=404:error=NoSuchBucket, 5, s3://, " + SPELLING,
    "s3:GetObject:status=403:error=InvalidObjectState, 9, s3://, --thaw",
    "s3:GetObject:status=404:error=NoSuchKey, 5, s3://, " + SPELLING,
    "s3:GetObject:status=500:error=InternalError, 1, s3://, " + NETWORK,
  })
  void errorOfS3(String fault, int exitCode, String where, String hint) throws IOException {
    assertEnds(fault, exitCode, where, hint);
    assertPageSaysSo(fault, exitCode, hint);
  }

  @Test
  void everyNamedErrorOfTheTablesIsMet() {
    List<String> faults =
        Stream.of(AwsErrorTableTest.class.getDeclaredMethods())
            .map(method -> method.getAnnotation(CsvSource.class))
            .filter(Objects::nonNull)
            .flatMap(rows -> Stream.of(rows.value()))
            .map(row -> row.substring(0, row.indexOf(',')))
            .toList();
    List<String> missing = new ArrayList<>();
    for (boolean ofS3 : new boolean[] {true, false}) {
      List<ErrorClass> table = ofS3 ? S3Errors.table() : Ec2Errors.table();
      List<String> those = faults.stream().filter(f -> f.startsWith("s3:") == ofS3).toList();
      for (ErrorClass error : table) {
        boolean met = those.stream().anyMatch(f -> ErrorClass.of(table, met(f)).equals(error));
        boolean named = error.sign().codes().stream().anyMatch(code -> !code.isEmpty());
        if (named && !met && !error.sign().codes().equals(List.of("ResourceNotFoundException"))) {
          missing.add(error.toString());
        }
        error.sign().codes().stream()
            .filter(code -> !code.isEmpty() && !code.contains("*"))
            .filter(code -> those.stream().noneMatch(f -> f.matches(".*error=" + code + "(:.*)?")))
            .forEach(missing::add);
      }
    }
    assertThat(missing).isEmpty();
  }
}
