package amber.ec2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import amber.block.Block;
import amber.block.BlockReader;
import amber.ec2.AwsException.Kind;
import amber.emulator.ebs.EbsRules;
import amber.emulator.ec2.Ec2Rules;
import amber.image.Image;
import amber.image.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every error that AWS documents for what Amber asks: what it is taken for, what is said of it, and
 * whether the run goes on. Each is met on purpose.
 */
class ErrorTableTest {

  private static final Map<Integer, Integer> SEEDS = Map.of(0, 1, 5, 4);

  @TempDir static Path directory;

  private static TestAws emulator;
  private static String snapshotId;
  private static String imageId;

  private Ec2Connection aws;

  @BeforeAll
  static void start() throws IOException {
    emulator =
        TestAws.start(
            directory,
            EbsRules.DEFAULT.withCompletionDelay(Duration.ofMillis(100)),
            Ec2Rules.DEFAULT);
    try (Ec2Connection aws = emulator.connect(TestAws.EAST)) {
      snapshotId =
          TestAws.snapshot(aws, 1L << 30, SEEDS, TestAws.request(Map.of(), Optional.empty()));
      imageId = TestRuns.ami(aws, "there", snapshotId);
    }
  }

  @AfterAll
  static void stop() throws IOException {
    emulator.close();
  }

  @BeforeEach
  void connect() {
    aws = emulator.connect(TestAws.EAST);
  }

  @AfterEach
  void disconnect() throws IOException {
    emulator.faults().clear();
    try {
      assertThat(aws.readSlots().freeCount()).isEqualTo(8);
      assertThat(aws.writeSlots().freeCount()).isEqualTo(8);
    } finally {
      aws.close();
    }
    // Whatever happened, nothing is left but what was there.
    assertThat(emulator.region(TestAws.EAST).snapshots().all()).hasSize(1);
    assertThat(emulator.region(TestAws.EAST).images().all()).hasSize(1);
  }

  /** The smallest work in which an operation is needed. */
  private void use(String operation) throws IOException {
    switch (operation) {
      case "ListSnapshotBlocks", "GetSnapshotBlock" -> read();
      case "StartSnapshot", "PutSnapshotBlock", "CompleteSnapshot", "DescribeSnapshots" -> write();
      case "DescribeImages", "DescribeImageAttribute" -> new AmiReader(aws).describe(imageId);
      case "RegisterImage" -> register("new");
      default -> throw new IllegalArgumentException(operation);
    }
  }

  private void read() throws IOException {
    try (SnapshotBlocks source = SnapshotBlocks.open(aws, snapshotId)) {
      int[] all = source.listed().slice(0, SEEDS.size());
      ByteBuffer slot = ByteBuffer.allocate(Block.SIZE);
      try (BlockReader reader = source.read(all)) {
        for (int index : all) {
          assertThat(reader.next(slot)).hasSize(Block.DIGEST_SIZE);
          assertThat(slot.array()).isEqualTo(TestAws.block(SEEDS.get(index)));
        }
      }
    }
  }

  private void write() throws IOException {
    String written =
        TestAws.snapshot(aws, 1L << 30, SEEDS, TestAws.request(Map.of(), Optional.empty()));
    assertThat(emulator.blocks(TestAws.EAST, written)).hasSize(SEEDS.size());
    emulator.region(TestAws.EAST).snapshots().delete(written);
  }

  private void register(String name) throws IOException {
    Image image =
        new Image(
            Map.of("name", name), java.util.List.of(new Volume(0, 1L << 30, Optional.empty())));
    RegisteredImage registered =
        new ImageRegistrar(aws, false).register(image, name, new TreeMap<>(Map.of(0, snapshotId)));
    aws.await("test", () -> aws.ec2().deregisterImage(r -> r.imageId(registered.imageId())));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "ebs:GetSnapshotBlock:nth=1:error=RequestThrottledException:reason=RESOURCE_LEVEL_THROTTLE",
    "ebs:GetSnapshotBlock:nth=1:error=RequestThrottledException:reason=ACCOUNT_THROTTLED",
    "ebs:GetSnapshotBlock:nth=1:error=ThrottlingException",
    "ebs:GetSnapshotBlock:nth=1:error=InternalServerException:status=500",
    "ebs:GetSnapshotBlock:nth=1:status=503",
    "ebs:GetSnapshotBlock:nth=1:status=502",
    "ebs:GetSnapshotBlock:nth=1:expired",
    "ebs:GetSnapshotBlock:nth=1:error=ValidationException:reason=INVALID_BLOCK_TOKEN",
    "ebs:GetSnapshotBlock:nth=1:cut-before",
    "ebs:GetSnapshotBlock:nth=1:cut-after",
    "ebs:GetSnapshotBlock:nth=1:truncate",
    "ebs:GetSnapshotBlock:nth=1:flip",
    "ebs:ListSnapshotBlocks:nth=1:error=ThrottlingException",
    "ebs:ListSnapshotBlocks:nth=1:status=500",
    "ebs:ListSnapshotBlocks:nth=1:truncate",
    "ebs:ListSnapshotBlocks:nth=1:cut-after",
    "ebs:StartSnapshot:nth=1:error=ConcurrentLimitExceededException",
    "ebs:StartSnapshot:nth=1:error=ThrottlingException",
    "ebs:StartSnapshot:nth=1:status=500",
    "ebs:StartSnapshot:nth=1:cut-before",
    "ebs:StartSnapshot:nth=1:cut-after",
    "ebs:StartSnapshot:first=2:cut-after",
    "ebs:PutSnapshotBlock:nth=1:error=ResourceNotFoundException:status=404:reason=SNAPSHOT_NOT_FOUND",
    "ebs:PutSnapshotBlock:first=5:error=ResourceNotFoundException:status=404:reason=SNAPSHOT_NOT_FOUND",
    "ebs:PutSnapshotBlock:nth=1:error=ValidationException:reason=WRITE_REQUEST_TIMEOUT",
    "ebs:PutSnapshotBlock:nth=1:error=ValidationException:reason=CONFLICTING_BLOCK_UPDATE",
    "ebs:PutSnapshotBlock:nth=1:error=ValidationException:reason=INVALID_PARAMETER_VALUE:message=Failed to read block data",
    "ebs:PutSnapshotBlock:nth=1:error=RequestThrottledException:reason=RESOURCE_LEVEL_THROTTLE",
    "ebs:PutSnapshotBlock:nth=1:status=500",
    "ebs:PutSnapshotBlock:nth=1:expired",
    "ebs:PutSnapshotBlock:nth=1:cut-before",
    "ebs:PutSnapshotBlock:nth=1:cut-after",
    "ebs:CompleteSnapshot:nth=1:error=ThrottlingException",
    "ebs:CompleteSnapshot:nth=1:status=500",
    "ebs:CompleteSnapshot:nth=1:cut-before",
    "ebs:CompleteSnapshot:nth=1:cut-after",
    "ec2:DescribeSnapshots:first=2:error=InvalidSnapshot.NotFound",
    "ec2:DescribeSnapshots:nth=1:error=RequestLimitExceeded:status=503",
    "ec2:DescribeSnapshots:nth=1:error=EC2ThrottledException:status=503",
    "ec2:DescribeSnapshots:nth=1:error=RetryableError",
    "ec2:DescribeSnapshots:nth=1:error=InternalError:status=500",
    "ec2:DescribeSnapshots:nth=1:cut-before",
    "ec2:DescribeImages:nth=1:error=RequestLimitExceeded:status=503",
    "ec2:DescribeImages:nth=1:truncate",
    "ec2:RegisterImage:nth=1:error=RequestLimitExceeded:status=503",
    "ec2:RegisterImage:nth=1:error=InternalError:status=500",
    "ec2:RegisterImage:nth=1:cut-before",
    "ec2:RegisterImage:nth=1:cut-after",
    "ec2:RegisterImage:first=3:cut-after",
    "ec2:RegisterImage:nth=1:truncate=1",
  })
  void passes(String fault) throws IOException {
    emulator.faults().add(fault);
    use(fault.split(":", -1)[1]);
    assertThat(emulator.faults().met(fault)).isPositive();
    if (!fault.contains("InvalidSnapshot.NotFound")) {
      assertThat(aws.counts().retries()).isPositive();
    }
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "ebs:GetSnapshotBlock:status=403:error=AccessDeniedException:reason=UNAUTHORIZED_ACCOUNT, DENIED",
    "ebs:GetSnapshotBlock:status=403:error=AccessDeniedException:reason=DEPENDENCY_ACCESS_DENIED, DENIED",
    "ebs:GetSnapshotBlock:status=404:error=ResourceNotFoundException:reason=SNAPSHOT_NOT_FOUND, NONE",
    "ebs:GetSnapshotBlock:status=404:error=ResourceNotFoundException:reason=GRANT_NOT_FOUND, NONE",
    "ebs:GetSnapshotBlock:status=402:error=ServiceQuotaExceededException:reason=DEPENDENCY_SERVICE_QUOTA_EXCEEDED, QUOTA",
    "ebs:GetSnapshotBlock:error=ValidationException:reason=INVALID_CUSTOMER_KEY, REFUSED",
    "ebs:GetSnapshotBlock:error=ValidationException:reason=INVALID_GRANT_TOKEN, REFUSED",
    "ebs:GetSnapshotBlock:error=ValidationException:reason=INVALID_SNAPSHOT_ID, REFUSED",
    "ebs:GetSnapshotBlock:error=ValidationException:reason=INVALID_BLOCK, INVALID",
    "ebs:GetSnapshotBlock:error=ValidationException:reason=INVALID_DEPENDENCY_REQUEST, REFUSED",
    "ebs:GetSnapshotBlock:error=ValidationException:reason=INVALID_PARAMETER_VALUE, REFUSED",
    "ebs:ListSnapshotBlocks:status=403:error=AccessDeniedException:reason=UNAUTHORIZED_ACCOUNT, DENIED",
    "ebs:ListSnapshotBlocks:error=ValidationException:reason=INVALID_SNAPSHOT_ID, REFUSED",
    "ebs:StartSnapshot:status=409:error=ConflictException, INVALID",
    "ebs:StartSnapshot:status=402:error=ServiceQuotaExceededException, QUOTA",
    "ebs:StartSnapshot:error=ValidationException:reason=INVALID_VOLUME_SIZE, INVALID",
    "ebs:StartSnapshot:error=ValidationException:reason=INVALID_TAG, INVALID",
    "ebs:StartSnapshot:error=ValidationException:reason=INVALID_CUSTOMER_KEY, REFUSED",
    "ebs:StartSnapshot:status=404:error=ResourceNotFoundException:reason=DEPENDENCY_RESOURCE_NOT_FOUND, NONE",
    "ebs:StartSnapshot:deny, DENIED",
    "ebs:PutSnapshotBlock:status=403:error=AccessDeniedException:reason=DEPENDENCY_ACCESS_DENIED, DENIED",
    "ebs:PutSnapshotBlock:error=ValidationException:reason=INVALID_BLOCK, INVALID",
    "ebs:PutSnapshotBlock:error=ValidationException:reason=INVALID_CONTENT_ENCODING, INVALID",
    "ebs:PutSnapshotBlock:status=402:error=ServiceQuotaExceededException, QUOTA",
    "ebs:CompleteSnapshot:error=ValidationException:reason=INVALID_PARAMETER_VALUE, REFUSED",
    "ebs:CompleteSnapshot:deny, DENIED",
    "ec2:DescribeImages:error=InvalidAMIID.NotFound, NONE",
    "ec2:DescribeImages:error=InvalidAMIID.Malformed, INVALID",
    "ec2:DescribeImages:error=InvalidAMIID.Unavailable, REFUSED",
    "ec2:DescribeImages:error=UnauthorizedOperation:status=403, DENIED",
    "ec2:DescribeImages:error=AuthFailure:status=401, DENIED",
    "ec2:RegisterImage:error=InvalidAMIName.Duplicate, EXISTS",
    "ec2:RegisterImage:error=InvalidAMIName.Malformed, INVALID",
    "ec2:RegisterImage:error=InvalidBlockDeviceMapping, INVALID",
    "ec2:RegisterImage:error=InvalidSnapshot.NotFound, NONE",
    "ec2:RegisterImage:error=SnapshotLimitExceeded, QUOTA",
    "ec2:RegisterImage:error=ResourceLimitExceeded, QUOTA",
    "ec2:RegisterImage:error=MaxIOPSLimitExceeded, QUOTA",
    "ec2:RegisterImage:error=TagLimitExceeded, INVALID",
    "ec2:RegisterImage:error=InvalidTagKey.Malformed, INVALID",
    "ec2:RegisterImage:error=OperationNotPermitted, REFUSED",
    "ec2:RegisterImage:error=InvalidRequest, INVALID",
    "ec2:RegisterImage:error=Unsupported, INVALID",
    "ec2:RegisterImage:error=UnknownVolumeType, INVALID",
    "ec2:RegisterImage:error=UnauthorizedOperation:status=403, DENIED",
    "ec2:DescribeSnapshots:error=UnauthorizedOperation:status=403, DENIED",
  })
  void failsAtOnce(String fault, String kind) {
    assertFails(fault, kind);
    assertThat(aws.counts().retries()).isZero();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "ebs:GetSnapshotBlock:throttle, THROTTLED",
    "ebs:GetSnapshotBlock:status=500, TRANSIENT",
    "ebs:GetSnapshotBlock:flip, TRANSIENT",
    "ebs:GetSnapshotBlock:cut-before, TRANSIENT",
    "ebs:GetSnapshotBlock:error=ValidationException:reason=INVALID_BLOCK_TOKEN, STALE_BLOCK_TOKEN",
    "ebs:ListSnapshotBlocks:throttle, THROTTLED",
    "ebs:StartSnapshot:throttle, THROTTLED",
    "ebs:StartSnapshot:first=8:cut-after, TRANSIENT",
    "ebs:PutSnapshotBlock:status=404:error=ResourceNotFoundException:reason=SNAPSHOT_NOT_FOUND, NONE",
    "ebs:CompleteSnapshot:throttle, THROTTLED",
    "ebs:CompleteSnapshot:status=500, TRANSIENT",
    "ec2:DescribeImages:throttle, THROTTLED",
    "ec2:RegisterImage:throttle, THROTTLED",
    "ec2:RegisterImage:status=500, TRANSIENT",
  })
  void failsWhenItDoesNotPass(String fault, String kind) {
    aws.close();
    Ec2Settings settings = emulator.settings(TestAws.EAST);
    aws =
        Ec2Connection.open(
            settings.withWaits(
                settings.blockRetry(),
                settings.poll(),
                settings.snapshotLimit(),
                Duration.ofSeconds(1)));
    assertFails(fault, kind);
    assertThat(aws.counts().retries()).isPositive();
    assertThat(aws.counts().throttled() > 0).isEqualTo(kind.equals("THROTTLED"));
  }

  private void assertFails(String fault, String kind) {
    emulator.faults().add(fault);
    String operation = fault.split(":", -1)[1];
    Throwable thrown = catchThrowable(() -> use(operation));
    Class<?> type =
        switch (kind) {
          case "DENIED" -> AccessDeniedException.class;
          case "NONE" -> NoSuchFileException.class;
          case "EXISTS" -> FileAlreadyExistsException.class;
          default -> AwsException.class;
        };
    assertThat(thrown).isInstanceOf(type).isInstanceOf(IOException.class);
    if (thrown instanceof AwsException refusal) {
      assertThat(refusal.kind()).isEqualTo(Kind.valueOf(kind));
    }
    // It says where: what was asked for.
    assertThat(thrown)
        .message()
        .containsPattern("(snap-[0-9a-f]+|volume 0|ami-[0-9a-f]+|ami:new)[: ]");
  }
}
