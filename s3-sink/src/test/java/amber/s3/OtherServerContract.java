package amber.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What S3 is to others: the same promises, kept over a server of another make. */
abstract class OtherServerContract extends ArchiveSinkContract {

  private MockS3 s3;
  private String bucket;
  private FaultProxy proxy;
  private S3Endpoint endpoint;

  /** The server, which runs. */
  abstract MockS3 server();

  /** Whether the machine has a program. */
  static boolean isInstalled(String program) {
    return List.of(System.getenv("PATH").split(File.pathSeparator)).stream()
        .anyMatch(directory -> new File(directory, program).canExecute());
  }

  @BeforeEach
  void connect() throws IOException {
    s3 = server();
    bucket = s3.newBucket();
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
