package amber.s3;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import amber.store.ArchiveSource;
import amber.store.ArchiveSourceContract;
import amber.store.PendingArchive;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class S3ArchiveSourceTest extends ArchiveSourceContract {

  private final MockS3 s3 = MockS3.get();
  private final S3Location location = new S3Location(s3.newBucket(), "archive.bin");
  private S3Endpoint endpoint;

  @BeforeEach
  void connect() throws IOException {
    endpoint = MockS3.connect(s3.endpoint(), MockS3.QUICK);
  }

  @AfterEach
  void close() {
    endpoint.close();
  }

  @Override
  protected ArchiveSource open(byte[] content) throws IOException {
    try (PendingArchive pending =
        endpoint.store(S3Settings.DEFAULT.withReplace(true)).begin(location.toString())) {
      pending.append(ByteBuffer.wrap(content));
      pending.commit();
    }
    return endpoint.open(location);
  }

  @Test
  void archiveThatWasReplacedIsNotReadOn() throws IOException {
    try (ArchiveSource source = open(new byte[] {1, 2, 3})) {
      open(new byte[] {4, 5, 6}).close();
      assertThatThrownBy(() -> source.read(0, ByteBuffer.allocate(2)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(location + ": has been replaced");
    }
  }

  @Test
  void missingArchiveIsNamed() {
    assertThatThrownBy(() -> endpoint.open(new S3Location(location.bucket(), "missing")))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("/missing: no such archive");
  }
}
