package amber.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import amber.Copier;
import amber.fixture.LeakCheck;
import amber.store.ArchiveSource;
import amber.store.PendingArchive;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.Checksum;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/** Copies of whole objects: by S3 itself, by the transfer manager, and through this machine. */
class CopyTest {

  private static final int SMALL = 1000;
  private static final int LARGE = (33 << 20) + 5;
  private static final Map<String, String> TAGS = Map.of("of", "web 42", "b", "");

  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  @TempDir private Path directory;

  private final String bucket = Cloud.bucket(Cloud.EAST);
  private final S3Location source = new S3Location(bucket, "source é+.bin");
  private final S3Location target = new S3Location(bucket, "target.bin");
  private final AtomicLong copied = new AtomicLong();
  private final S3AsyncClient east = Cloud.client(Cloud.EAST);
  private S3Endpoint endpoint;

  @BeforeEach
  void connect() throws IOException {
    endpoint = Cloud.connect(Cloud.EAST);
  }

  @AfterEach
  void close() {
    endpoint.close();
    east.close();
    Cloud.emulator().faults().clear();
  }

  private static byte[] content(int size) {
    byte[] content = new byte[size];
    new Random(size).nextBytes(content);
    return content;
  }

  private static S3Settings settings(Map<String, String> tags, S3Metadata metadata) {
    S3Settings d = S3Settings.DEFAULT;
    return new S3Settings(
        false, d.storageClass(), d.encryption(), d.lock(), metadata, tags, d.transfer());
  }

  private S3Object stored(int size) throws IOException {
    S3Metadata metadata = new S3Metadata(Map.of(S3Metadata.AMI_NAME, "café 100%"));
    try (PendingArchive pending =
        endpoint.store(settings(TAGS, metadata)).begin(source.toString())) {
      pending.append(ByteBuffer.wrap(content(size)), () -> {});
      pending.commit();
    }
    return endpoint.toCopy(source);
  }

  private Path file(int size) throws IOException {
    return Files.write(directory.resolve("file.bin"), content(size));
  }

  private byte[] bytes(S3AsyncClient client, S3Location location) {
    return client
        .getObject(
            b -> b.bucket(location.bucket()).key(location.key()),
            AsyncResponseTransformer.toBytes())
        .join()
        .asByteArray();
  }

  private void assertNoUploads() {
    assertThat(east.listMultipartUploads(b -> b.bucket(bucket)).join().uploads()).isEmpty();
  }

  private void assertNothingAt(S3Location location) {
    assertThat(
            east.listObjectsV2(b -> b.bucket(location.bucket()).prefix(location.key()))
                .join()
                .contents())
        .isEmpty();
    assertNoUploads();
  }

  @ParameterizedTest
  @ValueSource(ints = {SMALL, LARGE})
  void objectIsCopiedByS3WithAllThatItCarries(int size) throws IOException {
    S3Object from = stored(size);
    S3Settings settings =
        settings(from.tags(), from.carried())
            .withTransfer(S3Transfer.DEFAULT.withCopyPartBytes(8 << 20));
    endpoint.copy(from, target, settings, copied::addAndGet);
    assertThat(bytes(east, target)).isEqualTo(content(size));
    S3Object copy = endpoint.toCopy(target);
    assertThat(copy.metadata()).isEqualTo(Map.of(S3Metadata.AMI_NAME, "café 100%"));
    assertThat(copy.tags()).isEqualTo(TAGS);
    assertThat(copied).hasValue(size);
    if (size == LARGE) {
      assertThat(from.checksum()).isPresent();
      assertThat(copy.checksum()).isEqualTo(from.checksum());
    }
    assertNoUploads();
  }

  @ParameterizedTest
  @ValueSource(ints = {SMALL, LARGE})
  void nameThatWasTakenMeanwhileIsRefusedByS3(int size) throws IOException {
    S3Object from = stored(size);
    S3Location there = new S3Location(bucket, "there.bin");
    endpoint.copy(from, there, S3Settings.DEFAULT, n -> {});
    S3Settings settings =
        S3Settings.DEFAULT.withTransfer(S3Transfer.DEFAULT.withCopyPartBytes(8 << 20));
    assertThatThrownBy(() -> endpoint.copy(from, there, settings, n -> {}))
        .isInstanceOf(FileAlreadyExistsException.class);
    endpoint.copy(from, there, settings.withReplace(true), n -> {});
    assertThat(bytes(east, there)).isEqualTo(content(size));
    assertNoUploads();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, SMALL})
  void smallObjectIsCopiedAtOnce(int size) throws IOException {
    S3Object from = stored(size);
    long before = Cloud.emulator().faults().calls("s3", "CopyObject");
    S3Settings settings = settings(from.tags(), from.carried()).withReplace(size > 0);
    endpoint.copy(from, target, settings, copied::addAndGet);
    assertThat(Cloud.emulator().faults().calls("s3", "CopyObject")).isEqualTo(before + 1);
    assertThat(bytes(east, target)).isEqualTo(content(size));
    S3Object copy = endpoint.toCopy(target);
    assertThat(copy.metadata()).isEqualTo(from.metadata());
    assertThat(copy.tags()).isEqualTo(TAGS);
    assertThat(copied).hasValue(size);
  }

  @Test
  void sourceThatWasReplacedIsNotCopied() throws IOException {
    S3Object from = stored(SMALL);
    try (PendingArchive pending =
        endpoint.store(S3Settings.DEFAULT.withReplace(true)).begin(source.toString())) {
      pending.append(ByteBuffer.wrap(content(7)));
      pending.commit();
    }
    assertThatThrownBy(() -> endpoint.copy(from, target, S3Settings.DEFAULT, n -> {}))
        .isInstanceOf(IOException.class);
    assertNothingAt(target);
    Path file = directory.resolve("fetched.bin");
    assertThatThrownBy(() -> endpoint.download(from, file, n -> {}))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(source + ": has been replaced");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, SMALL, LARGE})
  void fileIsStoredAndFetched(int size) throws IOException {
    S3Metadata metadata = new S3Metadata(Map.of(S3Metadata.AMI_NAME, "café"));
    S3Checksum sum =
        endpoint.upload(file(size), target, settings(TAGS, metadata), copied::addAndGet);
    assertThat(bytes(east, target)).isEqualTo(content(size));
    assertThat(copied).hasValue(size);
    S3Object stored = endpoint.toCopy(target);
    assertThat(stored.metadata()).isEqualTo(metadata.values());
    assertThat(stored.tags()).isEqualTo(TAGS);
    stored.checksum().ifPresent(kept -> assertThat(kept).isEqualTo(sum));
    Path back = directory.resolve("back.bin");
    copied.set(0);
    endpoint.download(stored, back, copied::addAndGet);
    assertThat(back).hasBinaryContent(content(size));
    assertThat(copied).hasValue(size);
    assertThat(directory.toFile().list()).containsExactlyInAnyOrder("file.bin", "back.bin");
    assertNoUploads();
  }

  @ParameterizedTest
  @ValueSource(ints = {SMALL, LARGE})
  void fileDoesNotTakeAnObjectsPlace(int size) throws IOException {
    stored(SMALL);
    assertThatThrownBy(() -> endpoint.upload(file(size), source, S3Settings.DEFAULT, n -> {}))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertNoUploads();
    endpoint.upload(file(size), source, S3Settings.DEFAULT.withReplace(true), n -> {});
    assertThat(bytes(east, source)).isEqualTo(content(size));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3:UploadPart:nth=2:status=500",
        "s3:UploadPart:nth=1:cut-before",
        "s3:UploadPart:nth=3:cut-after",
        "s3:CreateMultipartUpload:nth=1:status=503",
        "s3:CompleteMultipartUpload:nth=1:status=500",
        "s3:CompleteMultipartUpload:nth=1:cut-after"
      })
  void harmThatPassesDoesNotShowInWhatIsStored(String fault) throws IOException {
    Cloud.emulator().faults().add(fault);
    endpoint.upload(file(LARGE), target, S3Settings.DEFAULT, n -> {});
    Cloud.emulator().faults().clear();
    assertThat(bytes(east, target)).isEqualTo(content(LARGE));
    assertNoUploads();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3:GetObject:nth=2:status=500",
        "s3:GetObject:nth=1:cut-before",
        "s3:GetObject:nth=2:truncate=1000"
      })
  void harmThatPassesDoesNotShowInWhatIsFetched(String fault) throws IOException {
    S3Object from = stored(LARGE);
    Path file = directory.resolve("fetched.bin");
    Cloud.emulator().faults().add(fault);
    endpoint.download(from, file, n -> {});
    assertThat(file).hasBinaryContent(content(LARGE));
  }

  @Test
  void bitThatWasFlippedOnTheWayIsSeen() throws IOException {
    S3Object from = stored(LARGE);
    Cloud.emulator().faults().add("s3:GetObject:nth=2:flip");
    assertThatThrownBy(() -> endpoint.download(from, directory.resolve("fetched.bin"), n -> {}))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(source + ": what came has CRC32C");
  }

  @Test
  void fileThatMayNotBeStoredLeavesNothing() throws IOException {
    Cloud.emulator().faults().add("s3:UploadPart:deny");
    assertThatThrownBy(() -> endpoint.upload(file(LARGE), target, S3Settings.DEFAULT, n -> {}))
        .isInstanceOf(AccessDeniedException.class);
    Cloud.emulator().faults().clear();
    assertNothingAt(target);
  }

  @Test
  void uploadThatIsInterruptedLeavesNothing() throws Exception {
    Path file = file(LARGE);
    long before = Cloud.emulator().faults().calls("s3", "UploadPart");
    Cloud.emulator().faults().add("s3:UploadPart:delay=300ms");
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread uploading =
        new Thread(
            () ->
                thrown.set(
                    catchThrowable(
                        () -> endpoint.upload(file, target, S3Settings.DEFAULT, n -> {}))));
    uploading.start();
    while (Cloud.emulator().faults().calls("s3", "UploadPart") == before && uploading.isAlive()) {
      Thread.onSpinWait();
    }
    uploading.interrupt();
    uploading.join(Duration.ofMinutes(5).toMillis());
    Cloud.emulator().faults().clear();
    assertThat(thrown.get()).isInstanceOf(InterruptedIOException.class);
    assertNothingAt(target);
  }

  @Test
  void objectGoesThroughThisMachineToAnotherPartition() throws IOException {
    S3Object from = stored(LARGE);
    S3Location gov = new S3Location(Cloud.bucket(Cloud.GOV), "copy.bin");
    S3Checksum.Algorithm algorithm = from.checksum().orElseThrow().algorithm();
    Checksum sum = algorithm.begin();
    try (S3Endpoint there = Cloud.connect(Cloud.GOV);
        S3AsyncClient client = Cloud.client(Cloud.GOV);
        ArchiveSource bytes = endpoint.open(source)) {
      S3Settings settings = settings(from.tags(), from.carried());
      new Copier(4, copied::addAndGet)
          .copy(
              bytes,
              there.store(settings),
              gov.toString(),
              sum,
              () -> assertThat(S3Checksum.of(algorithm, sum)).isEqualTo(from.checksum().get()));
      assertThat(bytes(client, gov)).isEqualTo(content(LARGE));
      S3Object copy = there.toCopy(gov);
      assertThat(copy.metadata()).isEqualTo(from.metadata());
      assertThat(copy.tags()).isEqualTo(TAGS);
      assertThat(copy.checksum()).isEqualTo(from.checksum());
    }
    assertThat(copied).hasValue(LARGE);
  }

  @Test
  void checksumsAreReadAndWrittenAsS3WritesThem() {
    for (S3Checksum.Algorithm algorithm : S3Checksum.Algorithm.values()) {
      Checksum sum = algorithm.begin();
      sum.update("123456789".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      String expected =
          switch (algorithm) {
            case CRC64NVME -> "CRC64NVME ae8b14860a799888";
            case CRC32C -> "CRC32C e3069283";
            case CRC32 -> "CRC32 cbf43926";
          };
      assertThat(S3Checksum.of(algorithm, sum)).hasToString(expected);
    }
    assertThat(new S3Checksum(S3Checksum.Algorithm.CRC32C, 0xE3069283L).text())
        .isEqualTo("4waSgw==");
    assertThat(Optional.of(new S3Checksum(S3Checksum.Algorithm.CRC64NVME, -1).text()))
        .hasValue("//////////8=");
  }
}
