package amber.s3;

import static org.assertj.core.api.Assertions.assertThat;

import amber.image.UnsupportedImageException;
import amber.store.ArchiveBound;
import amber.store.PendingArchive;
import amber.work.Preflight;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class S3CheckTest {

  private final String bucket = Cloud.bucket(Cloud.EAST);
  private final S3Location free = new S3Location(bucket, "free.bin");
  private final Preflight preflight = new Preflight();

  @AfterEach
  void behaveAgain() {
    Cloud.emulator().faults().clear();
  }

  private List<IOException> store(S3Access access, S3Location location, S3Settings settings)
      throws IOException {
    return store(access, location, settings, Optional.empty());
  }

  private List<IOException> store(
      S3Access access, S3Location location, S3Settings settings, Optional<ArchiveBound> bound)
      throws IOException {
    try (S3Endpoint endpoint = Cloud.connect(Cloud.EAST, access)) {
      endpoint.checkStore(preflight, location, settings, bound);
    }
    return preflight.problems();
  }

  private static ThrowableAssert<IOException> assertOnly(List<IOException> problems) {
    assertThat(problems).hasSize(1);
    return new ThrowableAssert<>(problems.get(0));
  }

  private List<IOException> store(S3Location location) throws IOException {
    return store(S3Access.DEFAULT, location, S3Settings.DEFAULT);
  }

  private List<IOException> read(S3Access access, S3Location location) throws IOException {
    try (S3Endpoint endpoint = Cloud.connect(Cloud.EAST, access)) {
      endpoint.checkRead(preflight, location);
    }
    return preflight.problems();
  }

  private S3Location stored(S3Settings settings) throws IOException {
    S3Location location = new S3Location(bucket, "stored.bin");
    try (S3Endpoint endpoint = Cloud.connect(Cloud.EAST);
        PendingArchive pending = endpoint.store(settings).begin(location.toString())) {
      pending.append(ByteBuffer.wrap(new byte[100]));
      pending.commit();
    }
    return location;
  }

  private static S3Settings withClass(String storageClass) {
    S3Settings d = S3Settings.DEFAULT;
    return new S3Settings(
        false,
        Optional.of(storageClass),
        d.encryption(),
        d.lock(),
        d.metadata(),
        Map.of(),
        d.transfer());
  }

  @Test
  void freePlaceHasNoProblemsAndStaysFree() throws IOException {
    assertThat(store(free)).isEmpty();
    assertThat(preflight.warnings()).isEmpty();
    try (var client = Cloud.client(Cloud.EAST)) {
      assertThat(client.listObjectsV2(b -> b.bucket(bucket)).join().contents()).isEmpty();
      assertThat(client.listMultipartUploads(b -> b.bucket(bucket)).join().uploads()).isEmpty();
    }
  }

  @Test
  void takenNameIsAProblemUnlessItMayBeReplaced() throws IOException {
    S3Location taken = stored(S3Settings.DEFAULT);
    assertThat(store(S3Access.DEFAULT, taken, S3Settings.DEFAULT.withReplace(true))).isEmpty();
    assertOnly(store(taken)).isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  void missingBucketIsNamed() throws IOException {
    assertOnly(store(S3Location.parse("s3://no-such-bucket-here/a")))
        .isInstanceOf(NoSuchFileException.class)
        .hasToString("java.nio.file.NoSuchFileException: s3://no-such-bucket-here: no such bucket");
  }

  @Test
  void bucketOfAnotherRegionIsToldWithItsRegion() throws IOException {
    S3Location west = new S3Location(Cloud.bucket(Cloud.WEST), "a.bin");
    assertOnly(store(west))
        .hasToString(
            "amber.s3.RequestException: s3://%s: is in region us-west-2, should be asked for there"
                .formatted(west.bucket()));
    assertThat(read(S3Access.DEFAULT, west)).hasSize(2);
  }

  @Test
  void bucketOfAStrangerIsToldFromOneThatMayNotBeUsed() throws IOException {
    S3Access expecting = new S3Access(Optional.of(Cloud.EAST_ACCOUNT), false);
    assertThat(store(expecting, free, S3Settings.DEFAULT)).isEmpty();
    S3Access wrong = new S3Access(Optional.of("999999999999"), false);
    assertOnly(store(wrong, free, S3Settings.DEFAULT))
        .isInstanceOf(AccessDeniedException.class)
        .hasMessageContaining(
            "s3://%s: is owned by another account, should be by 999999999999".formatted(bucket));
    S3Location stored = stored(S3Settings.DEFAULT);
    assertThat(read(wrong, stored)).hasSize(2);
    assertThat(preflight.problems().get(1)).hasMessageContaining("is owned by another account");
  }

  @Test
  void writingThatIsNotAllowedIsFoundWithoutWriting() throws IOException {
    Cloud.emulator().faults().add("s3:UploadPart:deny");
    assertOnly(store(free))
        .isInstanceOf(AccessDeniedException.class)
        .hasMessageContaining("may not be written to (s3:PutObject)");
  }

  @Test
  void whatMayNotBeAskedIsAWarning() throws IOException {
    Cloud.emulator().faults().add("s3:HeadBucket:deny");
    Cloud.emulator().faults().add("s3:HeadObject:deny");
    Cloud.emulator().faults().add("s3:AbortMultipartUpload:deny");
    assertThat(store(free)).isEmpty();
    assertThat(preflight.warnings())
        .hasSize(3)
        .anyMatch(warning -> warning.contains("s3:AbortMultipartUpload"));
  }

  @Test
  void allProblemsAreToldAtOnce() throws IOException {
    Cloud.emulator().faults().add("s3:UploadPart:deny");
    S3Location taken = stored(S3Settings.DEFAULT);
    S3Settings settings =
        new S3Settings(
            false,
            Optional.empty(),
            new S3Encryption(
                S3Encryption.Mode.KMS,
                Optional.of("arn:aws:kms:eu-west-1:111111111111:key/k"),
                false),
            new S3ObjectLock(Optional.empty(), true),
            S3Metadata.NONE,
            Map.of(),
            S3Transfer.DEFAULT);
    ArchiveBound bound = new ArchiveBound(S3Transfer.LARGEST_OBJECT + 1, 5);
    List<IOException> problems = store(S3Access.DEFAULT, taken, settings, Optional.of(bound));
    assertThat(problems).hasSize(5);
    assertThat(problems.get(0)).isInstanceOf(UnsupportedImageException.class);
    assertThat(problems.get(1)).isInstanceOf(FileAlreadyExistsException.class);
    assertThat(problems.get(2)).isInstanceOf(AccessDeniedException.class);
    assertThat(problems.get(3)).hasMessageContaining("the KMS key is in region eu-west-1");
    assertThat(problems.get(4)).hasMessageContaining("does not allow object locks");
  }

  @Test
  void lockThatIsOverIsAProblem() throws IOException {
    S3ObjectLock over =
        new S3ObjectLock(Optional.of(new S3ObjectLock.Retention(false, Instant.EPOCH)), false);
    S3Settings d = S3Settings.DEFAULT;
    S3Settings settings =
        new S3Settings(
            false, d.storageClass(), d.encryption(), over, d.metadata(), d.tags(), d.transfer());
    assertOnly(store(S3Access.DEFAULT, free, settings))
        .hasMessageContaining("the lock ends at 1970-01-01");
  }

  @Test
  void archiveThatCanBeReadHasNoProblems() throws IOException {
    assertThat(read(S3Access.DEFAULT, stored(S3Settings.DEFAULT))).isEmpty();
  }

  @Test
  void archiveThatCannotBeReadIsToldWhy() throws IOException {
    assertThat(read(S3Access.DEFAULT, free)).hasSize(1);
    assertThat(preflight.problems().get(0)).isInstanceOf(NoSuchFileException.class);
    S3Location frozen = stored(withClass("GLACIER"));
    assertThat(read(S3Access.DEFAULT, frozen)).hasSize(2);
    assertThat(preflight.problems().get(1)).isInstanceOf(FrozenArchiveException.class);
  }

  @Test
  void whoMayLookButNotReadIsTold() throws IOException {
    S3Location stored = stored(S3Settings.DEFAULT);
    Cloud.emulator().faults().add("s3:GetObject:deny");
    assertOnly(read(S3Access.DEFAULT, stored)).isInstanceOf(AccessDeniedException.class);
  }
}
