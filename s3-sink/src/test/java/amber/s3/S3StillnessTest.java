package amber.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import amber.emulator.fault.Faults;
import amber.store.ArchiveSource;
import amber.store.PendingArchive;
import amber.work.RetryPolicy;
import amber.work.Traffic;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections over which nothing comes or goes are given up, and the request is asked again. */
@Timeout(90)
class S3StillnessTest {

  private static final Duration STILL = Duration.ofSeconds(2);
  private static final int LARGE = 24 << 20;

  // Far beyond what a test may take: who waits for it fails.
  private static final RetryPolicy PATIENT =
      new RetryPolicy(
          3,
          Duration.ofMinutes(10),
          Duration.ofMillis(5),
          Duration.ofMillis(50),
          Duration.ofMinutes(10));

  private final S3Location location = new S3Location(Cloud.bucket(Cloud.EAST), "a.bin");
  private final Faults faults = Cloud.emulator().faults();
  private final Queue<String> again = new ConcurrentLinkedQueue<>();
  private final Traffic traffic =
      new Traffic(STILL, (failure, verdict, number, pause) -> again.add(failure.getMessage()));
  private S3Endpoint endpoint;

  @BeforeEach
  void connect() throws IOException {
    endpoint = connect(Cloud.connection(Cloud.EAST));
  }

  private S3Endpoint connect(S3Connection connection) throws IOException {
    return S3Endpoint.connect(connection, MockS3.credentials(), S3Access.DEFAULT, PATIENT, traffic);
  }

  @AfterEach
  void close() {
    faults.clear();
    endpoint.close();
  }

  private static byte[] content() {
    byte[] content = new byte[LARGE];
    new Random(7).nextBytes(content);
    return content;
  }

  private void store() throws IOException {
    try (PendingArchive pending = endpoint.store(S3Settings.DEFAULT).begin(location.toString())) {
      pending.append(ByteBuffer.wrap(content()), () -> {});
      pending.append(ByteBuffer.wrap(new byte[1000]), () -> {});
      pending.commit();
    }
  }

  private byte[] read(int count) throws IOException {
    ByteBuffer target = ByteBuffer.allocate(count);
    try (ArchiveSource source = endpoint.open(location)) {
      source.read(0, target);
    }
    return target.array();
  }

  @ParameterizedTest
  @ValueSource(strings = {"CreateMultipartUpload", "UploadPart", "HeadObject"})
  void silentServerIsAskedAgainWhileAnArchiveIsStored(String operation) throws IOException {
    faults.add("s3:" + operation + ":nth=1:silence");
    store();
    assertThat(again).hasSize(1);
    assertThat(read(LARGE)).isEqualTo(content());
    assertThat(traffic.movedBytes()).isGreaterThanOrEqualTo(LARGE);
    assertThat(traffic.underWay()).isEmpty();
  }

  @Test
  void storeThatIsBusyPuttingPartsTogetherMaySayNothing() throws IOException {
    faults.add("s3:CompleteMultipartUpload:nth=1:delay=5s");
    store();
    assertThat(again).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"silence", "silence-after"})
  void silentServerIsAskedAgainForARange(String silence) throws IOException {
    store();
    faults.add("s3:GetObject:nth=1:" + silence);
    assertThat(read(LARGE)).isEqualTo(content());
    assertThat(again).singleElement().asString().contains("byte 0 cannot be read");
  }

  @Test
  void slowAnswerIsNotASilentOne() throws IOException {
    store();
    faults.add("s3:GetObject:nth=1:drip=10000");
    assertThat(read(40_000)).hasSize(40_000);
    assertThat(again).isEmpty();
  }

  @Test
  void serverThatNeverAcceptsIsGivenUp() throws IOException {
    // The system takes connections, and nobody ever looks at them: as if the peer had vanished.
    try (ServerSocket nobody = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        S3Endpoint vanished =
            connect(MockS3.connection(URI.create("http://127.0.0.1:" + nobody.getLocalPort())))) {
      assertThatThrownBy(() -> vanished.open(location)).hasMessageContaining("cannot be looked up");
    }
    assertThat(again).hasSize(2);
  }
}
