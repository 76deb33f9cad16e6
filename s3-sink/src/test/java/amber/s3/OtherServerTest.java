package amber.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import amber.archive.Geometry;
import amber.block.Block;
import amber.fixture.Archives;
import amber.fixture.GeneratedVolume;
import amber.fixture.MemoryVolumes;
import amber.store.ArchiveSink;
import amber.store.ArchiveSinkContract;
import amber.store.PendingArchive;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What S3 is to others: the same promises, kept over moto, where the machine has it. */
class OtherServerTest extends ArchiveSinkContract {

  private static final int START_SECONDS = 60;

  private static Process server;
  private static MockS3 s3;

  private final String bucket = s3.newBucket();
  private FaultProxy proxy;
  private S3Endpoint endpoint;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(isInstalled(), "moto_server is not installed");
    int port = freePort();
    server =
        new ProcessBuilder("moto_server", "-H", "127.0.0.1", "-p", Integer.toString(port))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assumeTrue(answers(port), "moto_server does not start on this machine");
    s3 = MockS3.at(URI.create("http://127.0.0.1:" + port));
  }

  private static boolean isInstalled() {
    return List.of(System.getenv("PATH").split(File.pathSeparator)).stream()
        .anyMatch(directory -> new File(directory, "moto_server").canExecute());
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static boolean answers(int port) throws InterruptedException {
    long started = System.nanoTime();
    while (System.nanoTime() - started < TimeUnit.SECONDS.toNanos(START_SECONDS)) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return socket.isConnected();
      } catch (IOException e) {
        // Not yet; or never, if it has ended.
        if (server.waitFor(100, TimeUnit.MILLISECONDS)) {
          return false;
        }
      }
    }
    return false;
  }

  @AfterAll
  static void stop() throws InterruptedException {
    if (server != null) {
      server.descendants().forEach(ProcessHandle::destroy);
      server.destroy();
      server.waitFor(START_SECONDS, TimeUnit.SECONDS);
    }
  }

  @BeforeEach
  void connect() throws IOException {
    // It makes commits follow each other, as they do in S3.
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
  void imageComesBackAsItWas() throws IOException {
    List<GeneratedVolume> volumes =
        List.of(
            new GeneratedVolume(1, 50L * Block.SIZE, GeneratedVolume.blocks(0, 50), 0, Block.SIZE),
            GeneratedVolume.mixed(2, 30L * Block.SIZE + 512));
    Geometry geometry = new Geometry(8, 16);
    Archives.pack(Archives.options(2, geometry), volumes, sink(false), name("a.bin"));
    S3Location location = S3Location.parse(name("a.bin"));
    Archives.verify(endpoint.open(location), 2);
    MemoryVolumes restored = new MemoryVolumes();
    Archives.unpack(endpoint.open(location), 2, restored);
    assertThat(restored.differenceTo(volumes)).isEmpty();
    assertThat(things()).isEqualTo(1);
  }

  @Test
  void uploadWhoseNameWasTakenMeanwhileIsRefusedAndThrownAway() throws IOException {
    try (PendingArchive late = sink(false).begin(name("a"))) {
      late.append(ByteBuffer.allocateDirect(6 << 20), () -> {});
      try (PendingArchive first = sink(false).begin(name("a"))) {
        first.append(ByteBuffer.wrap(new byte[] {1}));
        first.commit();
      }
      assertThatThrownBy(late::commit).isInstanceOf(FileAlreadyExistsException.class);
    }
    assertThat(stored(name("a"))).hasValue(new byte[] {1});
    assertThat(things()).isEqualTo(1);
  }

  @Test
  void discardedUploadLeavesNoPart() throws IOException {
    try (PendingArchive pending = sink(false).begin(name("a"))) {
      for (int i = 0; i < 3; i++) {
        pending.append(ByteBuffer.allocateDirect(6 << 20), () -> {});
      }
      assertThat(s3.uploads(bucket)).isEqualTo(1);
    }
    assertThat(things()).isZero();
  }

  @Test
  void metadataComesBackAsItWas() throws IOException {
    S3Metadata metadata = new S3Metadata(Map.of(S3Metadata.AMI_NAME, "web café 日本  100%"));
    try (PendingArchive pending =
        endpoint.store(S3Settings.DEFAULT.withMetadata(metadata)).begin(name("a"))) {
      pending.append(ByteBuffer.wrap(new byte[] {1}));
      pending.commit();
    }
    assertThat(endpoint.object(S3Location.parse(name("a"))).metadata())
        .isEqualTo(metadata.values());
  }
}
