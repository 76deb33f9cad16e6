package amber.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import amber.image.UnsupportedImageException;
import amber.store.ArchiveBound;
import amber.store.ArchiveSink;
import amber.store.ArchiveSinkContract;
import amber.store.PendingArchive;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

class S3StoreTest extends ArchiveSinkContract {

  private final MockS3 s3 = MockS3.get();
  private final String bucket = s3.newBucket();
  private FaultProxy proxy;
  private S3Endpoint endpoint;

  @BeforeEach
  void connect() throws IOException {
    // It also makes commits follow each other: S3Mock looks and writes in two steps.
    proxy = new FaultProxy(s3.endpoint());
    endpoint = MockS3.connect(proxy.endpoint(), MockS3.QUICK);
  }

  @AfterEach
  void close() {
    endpoint.close();
    proxy.close();
  }

  @Override
  protected ArchiveSink sink(boolean replace) {
    return endpoint.store(S3Settings.DEFAULT.withReplace(replace));
  }

  @Override
  protected String name(String simple) {
    return "s3://" + bucket + "/dir/" + simple;
  }

  @Override
  protected Optional<byte[]> stored(String name) {
    return s3.bytes(S3Location.parse(name));
  }

  @Override
  protected int things() {
    return s3.objects(bucket) + s3.uploads(bucket);
  }

  @Test
  void archiveOfManyPartsIsWholeAndHasTheChecksumOfItsBytes() throws IOException {
    byte[] content = new byte[23 << 20];
    new Random(1).nextBytes(content);
    try (PendingArchive pending = sink(false).begin(name("a"))) {
      int at = 0;
      for (int size : new int[] {10, 7 << 20, 1 << 20, 4 << 20, 3 << 20, 100}) {
        pending.append(ByteBuffer.wrap(content, at, size), () -> {});
        at += size;
      }
      pending.append(ByteBuffer.wrap(content, at, content.length - at));
      assertThat(s3.uploads(bucket)).isEqualTo(1);
      assertThat(pending.commit().sizeBytes()).isEqualTo(content.length);
    }
    assertThat(stored(name("a"))).hasValue(content);
    assertThat(things()).isEqualTo(1);
    CRC32C crc = new CRC32C();
    crc.update(content);
    byte[] sum = ByteBuffer.allocate(4).putInt((int) crc.getValue()).array();
    HeadObjectResponse head = s3.head(S3Location.parse(name("a")));
    if (head.checksumCRC32C() != null) {
      assertThat(head.checksumCRC32C()).startsWith(Base64.getEncoder().encodeToString(sum));
    }
  }

  @Test
  void discardedUploadLeavesNoPart() throws IOException {
    try (PendingArchive pending = sink(false).begin(name("a"))) {
      for (int i = 0; i < 5; i++) {
        pending.append(ByteBuffer.allocateDirect(6 << 20), () -> {});
      }
      assertThat(s3.uploads(bucket)).isEqualTo(1);
    }
    assertThat(things()).isZero();
  }

  @Test
  void interruptedThreadLeavesNothingEither() throws IOException {
    try (PendingArchive pending = sink(false).begin(name("a"))) {
      pending.append(ByteBuffer.allocateDirect(6 << 20), () -> {});
      Thread.currentThread().interrupt();
    }
    assertThat(Thread.interrupted()).isTrue();
    assertThat(things()).isZero();
  }

  @Test
  void uploadWhoseNameWasTakenMeanwhileIsRefusedAndThrownAway() throws IOException {
    try (PendingArchive late = sink(false).begin(name("a"))) {
      late.append(ByteBuffer.allocateDirect(6 << 20), () -> {});
      try (PendingArchive first = sink(false).begin(name("a"))) {
        first.append(ByteBuffer.wrap(new byte[] {1}));
        first.commit();
      }
      assertThatThrownBy(late::commit)
          .isInstanceOf(FileAlreadyExistsException.class)
          .hasMessageContaining(name("a"));
      // S3Mock forgets a key when an upload to it is aborted, so this is asked before.
      assertThat(stored(name("a"))).hasValue(new byte[] {1});
    }
    assertThat(s3.uploads(bucket)).isZero();
  }

  @Test
  void segmentsAreGroupedWhenThereAreMoreThanParts() throws IOException {
    ArchiveSink sink = sink(false);
    byte[] content = new byte[20 << 20];
    new Random(2).nextBytes(content);
    try (PendingArchive pending = sink.begin(name("a"), new ArchiveBound(20_000L << 20, 20_000))) {
      assertThat(pending.buffersKept()).isZero();
      for (int at = 0; at < content.length; at += 1 << 20) {
        pending.append(ByteBuffer.wrap(content, at, 1 << 20), () -> {});
      }
      pending.commit();
    }
    assertThat(stored(name("a"))).hasValue(content);
  }

  @Test
  void archiveThatMayBecomeTooLargeIsRefusedAtOnce() {
    assertThatThrownBy(
            () -> sink(false).begin(name("a"), new ArchiveBound(S3Transfer.LARGEST_OBJECT + 1, 9)))
        .isInstanceOf(UnsupportedImageException.class)
        .hasMessageContaining(name("a"));
    assertThat(things()).isZero();
  }

  @Test
  void metadataComesBackAsItWas() throws IOException {
    S3Metadata metadata =
        S3Metadata.ofImage(
            Map.of(
                S3Metadata.AMI_NAME,
                "web café 日本  100%",
                S3Metadata.AMI_DESCRIPTION,
                "長".repeat(255)),
            "1",
            Optional.of(new UUID(1, 2)),
            Instant.EPOCH);
    ArchiveSink sink = endpoint.store(S3Settings.DEFAULT.withMetadata(metadata));
    for (int size : new int[] {1, 6 << 20}) {
      try (PendingArchive pending = sink.begin(name("a" + size))) {
        pending.append(ByteBuffer.allocate(size), () -> {});
        pending.commit();
      }
      Map<String, String> read = endpoint.object(S3Location.parse(name("a" + size))).metadata();
      assertThat(read).isEqualTo(metadata.values());
      assertThat(read.get(S3Metadata.AMI_NAME)).isEqualTo("web café 日本  100%");
    }
  }

  @Test
  void missingBucketIsNamed() {
    assertThatThrownBy(() -> sink(false).begin("s3://nowhere-at-all/a"))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("s3://nowhere-at-all");
    assertThatThrownBy(() -> endpoint.open(S3Location.parse("s3://nowhere-at-all/a")))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("no such bucket");
  }

  @Test
  void placeIsNoArchive() {
    assertThatThrownBy(() -> sink(false).begin("s3://" + bucket + "/dir/"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("names no object");
  }
}
