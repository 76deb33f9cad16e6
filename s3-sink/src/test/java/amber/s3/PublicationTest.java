package amber.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import amber.fixture.LeakCheck;
import amber.s3.FaultProxy.Operation;
import amber.store.ArchiveBound;
import amber.store.PendingArchive;
import amber.work.ErrorClass.Meaning;
import amber.work.LoginException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/** What becomes of an archive at its last request, and of requests that nobody signs. */
class PublicationTest {

  private static final int LARGE = 5 << 20;

  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  private final S3Location location = new S3Location(Cloud.bucket(Cloud.EAST), "a.bin");
  private final S3AsyncClient east = Cloud.client(Cloud.EAST);
  private FaultProxy proxy;
  private S3Endpoint endpoint;

  @BeforeEach
  void connect() throws IOException {
    proxy = new FaultProxy(Cloud.emulator().endpoint());
    endpoint = MockS3.connect(proxy.endpoint(), MockS3.QUICK);
  }

  @AfterEach
  void close() {
    endpoint.close();
    proxy.close();
    east.close();
    Cloud.emulator().faults().clear();
  }

  private static void fault(String rule) {
    Cloud.emulator().faults().add("s3:" + rule);
  }

  private void store(S3Settings settings, boolean large) throws IOException {
    try (PendingArchive pending = endpoint.store(settings).begin(location.toString())) {
      pending.append(ByteBuffer.wrap(new byte[large ? LARGE : 10]), () -> {});
      pending.append(ByteBuffer.wrap(new byte[10]), () -> {});
      pending.commit();
    }
  }

  private void store(boolean large) throws IOException {
    store(S3Settings.DEFAULT, large);
  }

  private boolean isThere() {
    return !east.listObjectsV2(l -> l.bucket(location.bucket())).join().contents().isEmpty();
  }

  private void assertNoUploads() {
    assertThat(east.listMultipartUploads(l -> l.bucket(location.bucket())).join().uploads())
        .isEmpty();
  }

  private static long completions() {
    return Cloud.emulator().faults().calls("s3", "CompleteMultipartUpload");
  }

  @Test
  void uploadThatMetAnotherRequestIsGivenUpAtOnce() {
    fault("CompleteMultipartUpload:error=ConditionalRequestConflict:status=409");
    long before = completions();
    assertThatThrownBy(() -> store(true))
        .isInstanceOf(LostRaceException.class)
        .hasMessageContaining(location.toString());
    assertThat(completions() - before).isEqualTo(1);
    assertThat(isThere()).isFalse();
    assertNoUploads();
  }

  @Test
  void uploadThatMetAnotherRequestSaysIfTheNameIsTaken() throws IOException {
    store(false);
    fault("HeadObject:nth=1:error=NoSuchKey:status=404");
    fault("CompleteMultipartUpload:error=ConditionalRequestConflict:status=409");
    assertThatThrownBy(() -> store(true))
        .isExactlyInstanceOf(FileAlreadyExistsException.class)
        .hasMessageContaining("archive already exists");
    assertNoUploads();
  }

  @Test
  void smallObjectThatMetAnotherRequestIsSentAgain() throws IOException {
    fault("PutObject:nth=1:error=ConditionalRequestConflict:status=409");
    store(false);
    assertThat(isThere()).isTrue();
  }

  @Test
  void requestThatMetItsOwnFirstAttemptIsFoundByItsName() throws IOException {
    fault("CompleteMultipartUpload:nth=1:cut-after");
    fault("CompleteMultipartUpload:nth=2:error=ConditionalRequestConflict:status=409");
    // At the second look, because putting parts together takes its time.
    fault("HeadObject:nth=2:error=NoSuchKey:status=404");
    store(true);
    assertThat(isThere()).isTrue();
  }

  @Test
  void requestThatMetItsOwnFirstAttemptAndIsNeverSeenIsToldAsWhatItIs() {
    fault("CompleteMultipartUpload:nth=1:cut-before");
    fault("CompleteMultipartUpload:nth=2:error=ConditionalRequestConflict:status=409");
    assertThatThrownBy(() -> store(true)).isInstanceOf(UnknownCommitException.class);
    assertThat(isThere()).isFalse();
  }

  @Test
  void uploadThatIsGoneSaysSo() {
    fault("CompleteMultipartUpload:error=NoSuchUpload:status=404");
    assertThatThrownBy(() -> store(true))
        .isInstanceOfSatisfying(
            RequestException.class, gone -> assertThat(gone.meaning()).isEqualTo(Meaning.GONE));
    assertThat(isThere()).isFalse();
  }

  @Test
  void errorInAnAnswerThatBeganWellIsOne() throws IOException {
    fault("CompleteMultipartUpload:nth=1:error=InternalError:status=200");
    long before = completions();
    store(true);
    assertThat(completions() - before).isEqualTo(2);
    assertThat(isThere()).isTrue();
    Cloud.emulator().faults().clear();
    fault("CompleteMultipartUpload:error=InvalidPart:status=200");
    assertThatThrownBy(() -> store(S3Settings.DEFAULT.withReplace(true), true))
        .isInstanceOfSatisfying(
            RequestException.class, refused -> assertThat(refused.code()).isEqualTo("InvalidPart"));
    assertNoUploads();
  }

  @Test
  void objectOfAnotherSizeIsNotToBeUsed() throws IOException {
    try (PendingArchive pending = endpoint.store(S3Settings.DEFAULT).begin(location.toString())) {
      pending.append(ByteBuffer.wrap(new byte[10]), () -> {});
      proxy.addToHead(Map.of("content-length", "9"));
      assertThatThrownBy(pending::commit)
          .hasMessage(location + ": was stored with 9 bytes, should have 10; do not use it");
    }
  }

  @Test
  void copyOfAnotherChecksumIsNotToBeUsed() throws IOException {
    store(true);
    S3Object source = endpoint.toCopy(location);
    assertThat(source.checksum()).isPresent();
    proxy.addToHead(
        Map.of("x-amz-checksum-crc32c", "AAAAAA==", "x-amz-checksum-type", "FULL_OBJECT"));
    S3Location copy = new S3Location(location.bucket(), "copy.bin");
    assertThatThrownBy(() -> endpoint.copy(source, copy, S3Settings.DEFAULT, n -> {}))
        .hasMessageStartingWith(copy + ": was stored with CRC32C 00000000, should have CRC32C ")
        .hasMessageEndingWith("; do not use it");
  }

  @Test
  void ruleThatCouldAbortTheUploadIsWarnedOf() throws IOException {
    Instant soon = Instant.now().plus(1, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS);
    proxy.addTo(
        Operation.CREATE,
        Map.of(
            "x-amz-abort-date",
            DateTimeFormatter.RFC_1123_DATE_TIME.format(soon.atOffset(ZoneOffset.UTC)),
            "x-amz-abort-rule-id",
            "tidy up"));
    List<String> warnings = new ArrayList<>();
    // A terabyte takes a slow line three days, and a gigabyte minutes.
    for (long bytes : new long[] {1L << 40, 1L << 30}) {
      try (PendingArchive pending =
          endpoint
              .store(S3Settings.DEFAULT, warnings::add)
              .begin(location.toString(), new ArchiveBound(bytes, 1000))) {
        pending.append(ByteBuffer.wrap(new byte[LARGE]), () -> {});
      }
    }
    assertThat(warnings)
        .singleElement()
        .asString()
        .startsWith(location + ": the bucket's rule 'tidy up' aborts the upload at " + soon);
  }

  @Test
  void whoeverGivesNoCredentialsIsNotAskedAgain() throws IOException {
    int[] asked = new int[1];
    try (S3Endpoint nobody =
        S3Endpoint.connect(
            MockS3.connection(proxy.endpoint()),
            () -> {
              asked[0]++;
              throw new IllegalStateException("The SSO session has expired or is invalid");
            },
            S3Access.DEFAULT,
            MockS3.QUICK)) {
      assertThatThrownBy(() -> nobody.object(location))
          .isInstanceOfSatisfying(
              LoginException.class,
              login -> assertThat(login.why()).isEqualTo(LoginException.Why.EXPIRED))
          .hasMessage(location + ": no credentials: The SSO session has expired or is invalid");
    }
    assertThat(asked[0]).isEqualTo(1);
  }

  @Test
  void refusalWithoutAReasonIsLookedInto() {
    fault("HeadObject:error=ExpiredToken:status=400");
    assertThatThrownBy(() -> endpoint.object(location))
        .isInstanceOf(RequestException.class)
        .hasMessageContaining("S3 answers 400");
    fault("ListObjectsV2:error=ExpiredToken:status=400");
    assertThatThrownBy(() -> endpoint.object(location))
        .isInstanceOfSatisfying(
            LoginException.class,
            login -> assertThat(login.why()).isEqualTo(LoginException.Why.EXPIRED));
  }
}
