package amber.s3;

import static org.assertj.core.api.Assertions.assertThat;

import amber.fixture.LeakCheck;
import amber.s3.FaultProxy.Operation;
import amber.s3.S3Checksum.Algorithm;
import amber.store.ArchiveSource;
import amber.store.PendingArchive;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.Checksum;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is asked of S3 beside the bytes, as it stands in each request. */
class RequestHeadersTest {

  private static final int LARGE = 5 << 20;
  private static final String KEY =
      "arn:aws:kms:us-east-1:111111111111:key/12345678-1234-1234-1234-123456789012";
  private static final S3Access PAYING = new S3Access(Optional.of(Cloud.EAST_ACCOUNT), true);

  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  private final S3Location location = new S3Location(Cloud.bucket(Cloud.EAST), "a.bin");
  private FaultProxy proxy;
  private S3Endpoint endpoint;

  @BeforeEach
  void connect() throws IOException {
    proxy = new FaultProxy(Cloud.emulator().endpoint());
    endpoint =
        S3Endpoint.connect(
            MockS3.connection(proxy.endpoint()), MockS3.credentials(), PAYING, MockS3.QUICK);
  }

  @AfterEach
  void close() {
    endpoint.close();
    proxy.close();
  }

  private static S3Settings settings(S3Encryption encryption, S3ObjectLock lock) {
    S3Settings d = S3Settings.DEFAULT;
    return new S3Settings(
        false,
        Optional.of("STANDARD_IA"),
        encryption,
        lock,
        new S3Metadata(Map.of(S3Metadata.AMI_NAME, "web")),
        Map.of("of", "web 42", "b", ""),
        d.transfer());
  }

  private static S3Encryption by(S3Encryption.Mode mode) {
    boolean kms = mode == S3Encryption.Mode.KMS || mode == S3Encryption.Mode.KMS_DSSE;
    return new S3Encryption(
        mode, kms ? Optional.of(KEY) : Optional.empty(), mode == S3Encryption.Mode.KMS);
  }

  private void store(S3Settings settings, boolean large) throws IOException {
    try (PendingArchive pending = endpoint.store(settings).begin(location.toString())) {
      pending.append(ByteBuffer.wrap(new byte[large ? LARGE : 10]), () -> {});
      pending.append(ByteBuffer.wrap(new byte[10]), () -> {});
      pending.commit();
    }
  }

  private Map<String, String> headers(Operation operation) {
    List<RecordedCall> calls =
        proxy.recorded().stream().filter(call -> call.operation() == operation).toList();
    assertThat(calls).as(operation.toString()).isNotEmpty();
    return calls.get(calls.size() - 1).headers();
  }

  @ParameterizedTest
  @EnumSource(S3Encryption.Mode.class)
  void encryptionClassAndTagsAreAskedForWhereTheObjectBegins(S3Encryption.Mode mode)
      throws IOException {
    for (Operation operation : List.of(Operation.CREATE, Operation.PUT)) {
      boolean large = operation == Operation.CREATE;
      store(settings(by(mode), S3ObjectLock.NONE).withReplace(true), large);
      Map<String, String> headers = headers(operation);
      assertThat(headers)
          .containsEntry("x-amz-storage-class", "STANDARD_IA")
          .containsEntry("x-amz-tagging", "b=&of=web%2042")
          .containsEntry("content-type", "application/octet-stream")
          .containsEntry("x-amz-meta-" + S3Metadata.AMI_NAME, "web")
          .doesNotContainKeys("x-amz-object-lock-mode", "x-amz-object-lock-legal-hold");
      String expected =
          switch (mode) {
            case BUCKET_DEFAULT -> null;
            case S3 -> "AES256";
            case KMS -> "aws:kms";
            case KMS_DSSE -> "aws:kms:dsse";
          };
      assertThat(headers.get("x-amz-server-side-encryption")).isEqualTo(expected);
      boolean kms = expected != null && expected.startsWith("aws:kms");
      assertThat(headers.get("x-amz-server-side-encryption-aws-kms-key-id"))
          .isEqualTo(kms ? KEY : null);
      assertThat(headers.get("x-amz-server-side-encryption-bucket-key-enabled"))
          .isEqualTo(mode == S3Encryption.Mode.KMS ? "true" : null);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Operation.class,
      names = {"CREATE", "PUT"})
  void lockIsAskedForWhereTheObjectBegins(Operation operation) throws IOException {
    Instant until = Instant.parse("2040-01-02T03:04:05Z");
    S3ObjectLock lock =
        new S3ObjectLock(Optional.of(new S3ObjectLock.Retention(true, until)), true);
    try {
      store(settings(S3Encryption.DEFAULT, lock), operation == Operation.CREATE);
    } catch (IOException e) {
      // A server may refuse a lock that its bucket does not allow: what was asked for counts here.
      assertThat(e).hasMessageContaining(location.toString());
    }
    assertThat(headers(operation))
        .containsEntry("x-amz-object-lock-mode", "COMPLIANCE")
        .containsEntry("x-amz-object-lock-retain-until-date", until.toString())
        .containsEntry("x-amz-object-lock-legal-hold", "ON");
  }

  @Test
  void everyRequestSaysWhoPaysAndWhoOwnsTheBucket() throws IOException {
    store(S3Settings.DEFAULT, true);
    try (ArchiveSource source = endpoint.open(location)) {
      source.read(0, ByteBuffer.allocate(100));
    }
    S3Location other = new S3Location(location.bucket(), "b.bin");
    try (PendingArchive pending = endpoint.store(S3Settings.DEFAULT).begin(other.toString())) {
      pending.append(ByteBuffer.wrap(new byte[LARGE]), () -> {});
    }
    store(S3Settings.DEFAULT.withReplace(true), false);
    for (Operation operation :
        List.of(
            Operation.HEAD,
            Operation.CREATE,
            Operation.PART,
            Operation.COMPLETE,
            Operation.PUT,
            Operation.GET,
            Operation.ABORT,
            Operation.LIST_PARTS)) {
      assertThat(headers(operation))
          .as(operation.toString())
          .containsEntry("x-amz-request-payer", "requester")
          .containsEntry("x-amz-expected-bucket-owner", Cloud.EAST_ACCOUNT);
    }
    // HeadBucket knows nothing of payers.
    assertThat(headers(Operation.HEAD_BUCKET))
        .containsEntry("x-amz-expected-bucket-owner", Cloud.EAST_ACCOUNT);
  }

  @Test
  void checksumsAndConditionsAreThereUnlessNotWanted() throws IOException {
    store(S3Settings.DEFAULT, true);
    assertThat(headers(Operation.CREATE))
        .containsEntry("x-amz-checksum-algorithm", "CRC32C")
        .containsEntry("x-amz-checksum-type", "FULL_OBJECT");
    assertThat(headers(Operation.PART)).containsKey("x-amz-checksum-crc32c");
    assertThat(headers(Operation.COMPLETE))
        .containsKey("x-amz-checksum-crc32c")
        .containsEntry("x-amz-checksum-type", "FULL_OBJECT")
        .containsEntry("x-amz-mp-object-size", Integer.toString(LARGE + 10))
        .containsEntry("if-none-match", "*");
    S3Transfer plain = new S3Transfer(4, S3Transfer.LARGEST_OBJECT, 512L << 20, false);
    store(S3Settings.DEFAULT.withTransfer(plain).withReplace(true), true);
    for (Operation operation : List.of(Operation.CREATE, Operation.PART, Operation.COMPLETE)) {
      assertThat(headers(operation).keySet())
          .as(operation.toString())
          .noneMatch(name -> name.startsWith("x-amz-checksum"));
    }
    assertThat(headers(Operation.COMPLETE)).doesNotContainKey("if-none-match");
  }

  @Test
  void checksumOfTheWholeIsMadeOfThoseOfTheParts() throws IOException {
    S3Transfer transfer = S3Transfer.DEFAULT.withChecksum(Optional.of(Algorithm.CRC64NVME));
    store(S3Settings.DEFAULT.withTransfer(transfer), true);
    Checksum whole = Algorithm.CRC64NVME.begin();
    whole.update(new byte[LARGE + 10], 0, LARGE + 10);
    String expected = S3Checksum.of(Algorithm.CRC64NVME, whole).text();
    assertThat(headers(Operation.CREATE)).containsEntry("x-amz-checksum-algorithm", "CRC64NVME");
    assertThat(headers(Operation.PART)).containsKey("x-amz-checksum-crc64nvme");
    assertThat(headers(Operation.COMPLETE))
        .containsEntry("x-amz-checksum-crc64nvme", expected)
        .containsEntry("x-amz-checksum-type", "FULL_OBJECT");
    assertThat(endpoint.toCopy(location).checksum())
        .hasValue(S3Checksum.of(Algorithm.CRC64NVME, whole));
    store(S3Settings.DEFAULT.withTransfer(transfer).withReplace(true), false);
    assertThat(headers(Operation.PUT)).containsKey("x-amz-checksum-crc64nvme");
  }
}
