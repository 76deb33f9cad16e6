package amber.emulator.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import amber.emulator.Clients;
import amber.emulator.Emulator;
import amber.emulator.EmulatorOptions;
import amber.emulator.TestClock;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import software.amazon.awssdk.services.s3.model.StorageClass;
import software.amazon.awssdk.services.s3.model.Tier;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/** One emulator for all tests, as S3Mock takes seconds to start; each test has a bucket. */
class S3ServiceTest {

  private static final int MIB = 1 << 20;
  private static final TestClock CLOCK = new TestClock();

  @TempDir private static Path directory;

  private static Emulator emulator;
  private static S3Client east;
  private static S3Client gov;

  @BeforeAll
  static void start() throws IOException {
    emulator = Emulator.start(directory, EmulatorOptions.DEFAULT.withClock(CLOCK));
    emulator.startS3("us-east-1"); // Outside the time that a client waits.
    emulator.startS3("us-gov-west-1");
    east = Clients.s3(emulator.endpoint(), "us-east-1");
    gov = Clients.s3(emulator.endpoint(), "us-gov-west-1");
  }

  @AfterAll
  static void stop() throws IOException {
    east.close();
    gov.close();
    emulator.close();
    assertThat(directory.resolve("scratch")).as("what only the run needed").doesNotExist();
  }

  @Test
  void bucketNamesBelongToOnePartition() {
    east.createBucket(r -> r.bucket("shared-name"));
    gov.createBucket(r -> r.bucket("shared-name"));
    east.putObject(r -> r.bucket("shared-name").key("k"), RequestBody.fromString("east"));
    assertThat(gov.listBuckets().buckets()).hasSize(1);
    assertRefused(() -> gov.getObject(r -> r.bucket("shared-name").key("k")), 404, "NoSuchKey");
    gov.putObject(r -> r.bucket("shared-name").key("k"), RequestBody.fromString("gov"));
    assertThat(text(east, "shared-name", "k")).isEqualTo("east");
    assertThat(text(gov, "shared-name", "k")).isEqualTo("gov");
  }

  @Test
  void bucketAnswersInItsRegionOnly() {
    try (S3Client west = Clients.s3(emulator.endpoint(), "us-west-2")) {
      west.createBucket(r -> r.bucket("in-the-west"));
      assertThat(east.getBucketLocation(r -> r.bucket("in-the-west")).locationConstraintAsString())
          .isEqualTo("us-west-2");
      S3Exception refused = catchS3(() -> east.getObject(r -> r.bucket("in-the-west").key("k")));
      assertThat(refused.statusCode()).isEqualTo(301);
      assertThat(refused.awsErrorDetails().errorCode()).isEqualTo("PermanentRedirect");
      assertThat(
              refused
                  .awsErrorDetails()
                  .sdkHttpResponse()
                  .firstMatchingHeader("x-amz-bucket-region"))
          .contains("us-west-2");
      west.deleteBucket(r -> r.bucket("in-the-west"));
      east.createBucket(r -> r.bucket("in-the-west"));
    }
  }

  @Test
  void ownerThatIsExpectedMustBeTheAccountOfThePartition() {
    east.createBucket(r -> r.bucket("owned"));
    east.putObject(
        r -> r.bucket("owned").key("k").expectedBucketOwner("111111111111"),
        RequestBody.fromString("x"));
    assertRefused(
        () -> east.headObject(r -> r.bucket("owned").key("k").expectedBucketOwner("222222222222")),
        403,
        null);
  }

  @Test
  void multipartUploadKeepsChecksumMetadataTagsAndClass() {
    east.createBucket(r -> r.bucket("multipart"));
    byte[] first = S3Data.random(5 * MIB);
    byte[] second = S3Data.random(1000);
    String upload =
        east.createMultipartUpload(
                r ->
                    r.bucket("multipart")
                        .key("ami-1.bin")
                        .checksumAlgorithm(ChecksumAlgorithm.CRC32_C)
                        .checksumType(ChecksumType.FULL_OBJECT)
                        .metadata(Map.of("ami-name", "web%2F42"))
                        .storageClass(StorageClass.STANDARD_IA)
                        .tagging("ec2%3Aami=caf%C3%A9+%26%3D%3C&b="))
            .uploadId();
    List<CompletedPart> parts = List.of(part(upload, 1, first), part(upload, 2, second));
    assertRefused(
        () ->
            east.completeMultipartUpload(
                r ->
                    r.bucket("multipart")
                        .key("ami-1.bin")
                        .uploadId(upload)
                        .mpuObjectSize(7L)
                        .multipartUpload(m -> m.parts(parts))),
        400,
        "InvalidRequest");
    String location =
        east.completeMultipartUpload(
                r ->
                    r.bucket("multipart")
                        .key("ami-1.bin")
                        .uploadId(upload)
                        .checksumType(ChecksumType.FULL_OBJECT)
                        .mpuObjectSize(5L * MIB + 1000)
                        .ifNoneMatch("*")
                        .multipartUpload(m -> m.parts(parts)))
            .location();
    assertThat(location).isEqualTo(emulator.endpoint() + "/multipart/ami-1.bin");
    HeadObjectResponse head =
        east.headObject(
            r -> r.bucket("multipart").key("ami-1.bin").checksumMode(ChecksumMode.ENABLED));
    assertThat(head.checksumCRC32C()).isEqualTo(S3Data.crc32c(first, second));
    assertThat(head.checksumType()).isEqualTo(ChecksumType.FULL_OBJECT);
    assertThat(head.metadata()).containsEntry("ami-name", "web%2F42");
    assertThat(head.storageClass()).isEqualTo(StorageClass.STANDARD_IA);
    assertThat(east.getObjectTagging(r -> r.bucket("multipart").key("ami-1.bin")).tagSet())
        .containsExactlyInAnyOrder(S3Data.tag("ec2:ami", "café &=<"), S3Data.tag("b", ""));
    byte[] tail =
        east.getObjectAsBytes(
                r -> r.bucket("multipart").key("ami-1.bin").range("bytes=5242875-5242884"))
            .asByteArray();
    assertThat(tail).hasSize(10);
    assertThat(tail[5]).isEqualTo(second[0]);
  }

  private static CompletedPart part(String upload, int number, byte[] bytes) {
    UploadPartResponse response =
        east.uploadPart(
            r ->
                r.bucket("multipart")
                    .key("ami-1.bin")
                    .uploadId(upload)
                    .partNumber(number)
                    .checksumCRC32C(S3Data.crc32c(bytes)),
            RequestBody.fromBytes(bytes));
    return CompletedPart.builder()
        .partNumber(number)
        .eTag(response.eTag())
        .checksumCRC32C(S3Data.crc32c(bytes))
        .build();
  }

  @Test
  void wrongChecksumsUploadsPartsAndConditionsAreRefused() {
    east.createBucket(r -> r.bucket("refusals"));
    String upload = east.createMultipartUpload(r -> r.bucket("refusals").key("a")).uploadId();
    assertRefused(
        () ->
            east.uploadPart(
                r ->
                    r.bucket("refusals")
                        .key("a")
                        .uploadId(upload)
                        .partNumber(1)
                        .checksumCRC32C(S3Data.crc32c(S3Data.random(3))),
                RequestBody.fromBytes(S3Data.random(100))),
        400,
        "BadDigest");
    assertRefused(() -> upload("a", upload, 10_001), 400, "InvalidArgument");
    assertRefused(() -> upload("other-key", upload, 1), 404, "NoSuchUpload");
    assertRefused(() -> upload("a", "not-an-upload", 1), 404, "NoSuchUpload");
    String tag1 = upload("a", upload, 1).eTag();
    String tag2 = upload("a", upload, 2).eTag();
    assertRefused(() -> complete(upload, tag1, tag2), 400, "EntityTooSmall");
    String other = east.createMultipartUpload(r -> r.bucket("refusals").key("a")).uploadId();
    upload("a", other, 1);
    assertRefused(() -> complete(other, "\"nonsense\""), 400, "InvalidPart");
    east.putObject(r -> r.bucket("refusals").key("there"), RequestBody.fromString("x"));
    assertRefused(
        () ->
            east.putObject(
                r -> r.bucket("refusals").key("there").ifNoneMatch("*"),
                RequestBody.fromString("y")),
        412,
        "PreconditionFailed");
  }

  private static UploadPartResponse upload(String key, String upload, int number) {
    return east.uploadPart(
        r -> r.bucket("refusals").key(key).uploadId(upload).partNumber(number),
        RequestBody.fromBytes(S3Data.random(100)));
  }

  private static void complete(String upload, String... tags) {
    List<CompletedPart> parts = new ArrayList<>();
    for (String tag : tags) {
      parts.add(CompletedPart.builder().partNumber(parts.size() + 1).eTag(tag).build());
    }
    east.completeMultipartUpload(
        r -> r.bucket("refusals").key("a").uploadId(upload).multipartUpload(m -> m.parts(parts)));
  }

  @Test
  void metadataAndTagsHaveLimits() {
    east.createBucket(r -> r.bucket("limits"));
    assertRefused(
        () ->
            east.putObject(
                r -> r.bucket("limits").key("k").metadata(Map.of("a", "x".repeat(2048))),
                RequestBody.empty()),
        400,
        "MetadataTooLarge");
    assertRefused(
        () ->
            east.putObject(
                r -> r.bucket("limits").key("k").tagging("a=1&b=2&c=3&d&e&f&g&h&i&j&k"),
                RequestBody.empty()),
        400,
        "BadRequest");
  }

  @Test
  void kmsKeyMustBeOfTheRegion() throws Exception {
    east.createBucket(r -> r.bucket("encrypted"));
    String key = emulator.region("us-east-1").kmsKeyArn("mine");
    String elsewhere = emulator.region("us-west-2").kmsKeyArn("mine");
    assertRefused(() -> putEncrypted(elsewhere), 400, "KMS.NotFoundException");
    putEncrypted(key);
    HeadObjectResponse head = east.headObject(r -> r.bucket("encrypted").key("k"));
    assertThat(head.serverSideEncryption()).isEqualTo(ServerSideEncryption.AWS_KMS);
    assertThat(head.ssekmsKeyId()).isEqualTo(key);
  }

  private static void putEncrypted(String key) {
    east.putObject(
        r ->
            r.bucket("encrypted")
                .key("k")
                .serverSideEncryption(ServerSideEncryption.AWS_KMS)
                .ssekmsKeyId(key),
        RequestBody.fromString("x"));
  }

  @Test
  void archivedObjectIsReadableOnceItIsRestored() {
    east.createBucket(r -> r.bucket("cold"));
    east.putObject(
        r -> r.bucket("cold").key("k").storageClass(StorageClass.DEEP_ARCHIVE),
        RequestBody.fromString("ice"));
    assertRefused(() -> text(east, "cold", "k"), 403, "InvalidObjectState");
    assertThat(head("k").restore()).isNull();
    restore();
    assertThat(head("k").restore()).isEqualTo("ongoing-request=\"true\"");
    assertRefused(S3ServiceTest::restore, 409, "RestoreAlreadyInProgress");
    CLOCK.advance(Duration.ofSeconds(2));
    assertThat(head("k").restore()).startsWith("ongoing-request=\"false\", expiry-date=\"");
    assertThat(text(east, "cold", "k")).isEqualTo("ice");
    CLOCK.advance(Duration.ofDays(3));
    assertRefused(() -> text(east, "cold", "k"), 403, "InvalidObjectState");
    east.putObject(r -> r.bucket("cold").key("warm"), RequestBody.fromString("x"));
    assertRefused(
        () -> east.restoreObject(r -> r.bucket("cold").key("warm").restoreRequest(d -> d.days(1))),
        403,
        "InvalidObjectState");
  }

  private static void restore() {
    east.restoreObject(
        r ->
            r.bucket("cold")
                .key("k")
                .restoreRequest(d -> d.days(1).glacierJobParameters(g -> g.tier(Tier.STANDARD))));
  }

  private static HeadObjectResponse head(String key) {
    return east.headObject(r -> r.bucket("cold").key(key));
  }

  @Test
  void keysMayHoldAlmostAnything() {
    east.createBucket(r -> r.bucket("keys"));
    for (String key : List.of("a b/c+d", "a//b", "日本/%2F", "x/../y", "q?a=b&c", "~!@#$^*()'")) {
      east.putObject(r -> r.bucket("keys").key(key), RequestBody.fromString(key));
      assertThat(text(east, "keys", key)).isEqualTo(key);
    }
  }

  @Test
  void objectsAndUnfinishedUploadsSurviveARestart() throws Exception {
    Path own = directory.resolve("restarted");
    String upload;
    try (Emulator first = Emulator.start(own, EmulatorOptions.DEFAULT);
        S3Client s3 = Clients.s3(first.endpoint(), "cn-north-1")) {
      s3.createBucket(r -> r.bucket("kept"));
      s3.putObject(
          r -> r.bucket("kept").key("k").checksumAlgorithm(ChecksumAlgorithm.CRC32_C),
          RequestBody.fromString("here"));
      upload = s3.createMultipartUpload(r -> r.bucket("kept").key("m")).uploadId();
      s3.uploadPart(
          r -> r.bucket("kept").key("m").uploadId(upload).partNumber(1),
          RequestBody.fromString("part"));
    }
    try (Emulator second = Emulator.start(own, EmulatorOptions.DEFAULT);
        S3Client s3 = Clients.s3(second.endpoint(), "cn-north-1")) {
      assertThat(text(s3, "kept", "k")).isEqualTo("here");
      assertThat(
              s3.headObject(r -> r.bucket("kept").key("k").checksumMode(ChecksumMode.ENABLED))
                  .checksumCRC32C())
          .isNotNull();
      assertThat(s3.listParts(r -> r.bucket("kept").key("m").uploadId(upload)).parts()).hasSize(1);
    }
  }

  @Test
  void unsignedRequestIsRefusedInTheFormatOfTheService() throws Exception {
    HttpResponse<String> s3 = unsigned("/bucket/key");
    assertThat(s3.statusCode()).isEqualTo(403);
    assertThat(s3.body()).contains("<Code>AccessDenied</Code>");
    HttpResponse<String> ebs = unsigned("/snapshots/snap-1/blocks");
    assertThat(ebs.statusCode()).isEqualTo(403);
    assertThat(ebs.headers().firstValue("x-amzn-ErrorType"))
        .contains("MissingAuthenticationTokenException");
  }

  private static HttpResponse<String> unsigned(String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(emulator.endpoint() + path)).build(),
            HttpResponse.BodyHandlers.ofString());
  }

  private static String text(S3Client client, String bucket, String key) {
    return client.getObjectAsBytes(r -> r.bucket(bucket).key(key)).asUtf8String();
  }

  private static void assertRefused(ThrowingCallable call, int status, String code) {
    S3Exception refused = catchS3(call);
    assertThat(refused.statusCode()).isEqualTo(status);
    if (code != null) {
      assertThat(refused.awsErrorDetails().errorCode()).isEqualTo(code);
    }
  }

  private static S3Exception catchS3(ThrowingCallable call) {
    Throwable thrown = catchThrowable(call);
    assertThat(thrown).isInstanceOf(S3Exception.class);
    return (S3Exception) thrown;
  }
}
