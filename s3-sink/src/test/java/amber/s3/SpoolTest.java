package amber.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import amber.fixture.LeakCheck;
import amber.s3.FaultProxy.Harm;
import amber.s3.FaultProxy.Operation;
import amber.store.ArchiveBound;
import amber.store.PendingArchive;
import amber.work.RetryPolicy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Parts that do not fit in memory, made small by settings: 5 MiB where 1.5 MiB fit. */
class SpoolTest {

  private static final int SEGMENT = 1 << 20;
  private static final int SEGMENTS = 20;

  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  @TempDir private Path directory;

  private final MockS3 s3 = MockS3.get();
  private final S3Location location = new S3Location(s3.newBucket(), "large.bin");
  private FaultProxy proxy;
  private S3Endpoint endpoint;

  @BeforeEach
  void connect() throws IOException {
    proxy = new FaultProxy(s3.endpoint());
    RetryPolicy policy =
        new RetryPolicy(
            3,
            Duration.ofSeconds(4),
            Duration.ofMillis(1),
            Duration.ofMillis(5),
            Duration.ofMinutes(1));
    endpoint = MockS3.connect(proxy.endpoint(), policy);
  }

  @AfterEach
  void nothingIsLeftOnDisk() throws IOException {
    endpoint.close();
    proxy.close();
    assertThat(files()).isZero();
  }

  private long files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.count();
    }
  }

  private PendingArchive begin() throws IOException {
    S3Transfer transfer =
        new S3Transfer(3, S3Transfer.LARGEST_OBJECT, 6 << 20, true)
            .withLimits(new S3PartLimits(14, 8 << 20))
            .withSpool(new S3Spool(Optional.of(directory), 40 << 20));
    return endpoint
        .store(S3Settings.DEFAULT.withTransfer(transfer))
        .begin(location.toString(), new ArchiveBound(SEGMENTS * (SEGMENT + 1024L), SEGMENTS));
  }

  private static byte[] content() {
    byte[] content = new byte[SEGMENTS * SEGMENT + 4321];
    new Random(7).nextBytes(content);
    return content;
  }

  private static void append(PendingArchive pending, byte[] content) throws IOException {
    pending.append(ByteBuffer.wrap(content, 0, 1000));
    int at = 1000;
    for (int i = 0; i < SEGMENTS; i++) {
      pending.append(ByteBuffer.wrap(content, at, SEGMENT), () -> {});
      at += SEGMENT;
    }
    pending.append(ByteBuffer.wrap(content, at, content.length - at));
  }

  @Test
  void partsBeyondTheMemoryAreStoredFromDisk() throws IOException {
    byte[] content = content();
    try (PendingArchive pending = begin()) {
      append(pending, content);
      pending.commit();
    }
    assertThat(s3.bytes(location)).hasValue(content);
    // Five segments to a part, and the tail.
    assertThat(proxy.calls(Operation.PART)).isEqualTo(5);
  }

  @Test
  void partIsReadFromDiskAgainIfItWasNotStored() throws IOException {
    byte[] content = content();
    proxy.harm(Operation.PART, Harm.CUT, n -> n <= 2);
    try (PendingArchive pending = begin()) {
      append(pending, content);
      pending.commit();
    }
    assertThat(s3.bytes(location)).hasValue(content);
    assertThat(proxy.calls(Operation.PART)).isGreaterThan(5);
  }

  @Test
  void partThatNobodyTakesIsGivenUp() throws IOException {
    proxy.harm(Operation.PART, Harm.ERROR_500, n -> true);
    try (PendingArchive pending = begin()) {
      assertThatThrownBy(
              () -> {
                append(pending, content());
                pending.commit();
              })
          .isInstanceOf(IOException.class)
          .hasMessageContaining(location + ": part");
    }
    assertThat(s3.uploads(location.bucket())).isZero();
    assertThat(s3.objects(location.bucket())).isZero();
  }

  @Test
  void discardedPartsLeaveNothing() throws IOException {
    try (PendingArchive pending = begin()) {
      append(pending, content());
    }
    assertThat(s3.uploads(location.bucket())).isZero();
  }

  @Test
  void directoryThatIsGoneIsNamed() throws IOException {
    try (PendingArchive pending = begin()) {
      Files.delete(directory);
      assertThatThrownBy(() -> append(pending, content()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(directory.toString());
    } finally {
      Files.createDirectory(directory);
    }
    assertThat(s3.uploads(location.bucket())).isZero();
  }
}
