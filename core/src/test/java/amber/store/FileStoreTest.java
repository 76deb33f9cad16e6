package amber.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileStoreTest extends ArchiveSinkContract {

  @TempDir Path directory;

  @Override
  protected ArchiveSink sink(boolean replace) {
    return new FileStore(replace, false);
  }

  @Override
  protected String name(String simple) {
    return directory.resolve(simple).toString();
  }

  @Override
  protected Optional<byte[]> stored(String name) throws IOException {
    Path file = Path.of(name);
    return Files.exists(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
  }

  @Override
  protected int things() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return (int) files.count();
    }
  }

  @Test
  void directoryIsNoArchive() {
    assertThatThrownBy(() -> sink(true).begin(directory.toString()))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining(directory.toString())
        .hasMessageContaining("is a directory");
    assertThatThrownBy(() -> FileStore.open(directory))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("is a directory");
  }

  @Test
  void missingDirectoryIsNamed() {
    assertThatThrownBy(() -> sink(false).begin(name("missing/a")))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining(name("missing"));
  }

  @Test
  void missingArchiveIsNamed() {
    assertThatThrownBy(() -> FileStore.open(directory.resolve("a")))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining(name("a"));
  }

  @Test
  void danglingLinkTakesANameToo() throws IOException {
    Files.createSymbolicLink(directory.resolve("a"), directory.resolve("nowhere"));
    try (PendingArchive pending = sink(false).begin(name("a"))) {
      assertThatThrownBy(pending::commit).isInstanceOf(FileAlreadyExistsException.class);
    }
    assertThat(things()).isEqualTo(1);
  }

  @Test
  void relativeNamesAreTakenFromTheWorkingDirectory() throws IOException {
    Path file = Path.of("").toAbsolutePath().relativize(directory.resolve("a"));
    try (PendingArchive pending = sink(false).begin(file.toString())) {
      pending.append(ByteBuffer.wrap(new byte[] {1}));
      assertThat(pending.commit().location()).isEqualTo(file.toString());
    }
    assertThat(stored(name("a"))).isPresent();
  }

  @Test
  void syncedArchiveIsTheSame() throws IOException {
    try (PendingArchive pending = new FileStore(false, true).begin(name("a"))) {
      pending.append(ByteBuffer.wrap(new byte[] {1, 2}));
      pending.commit();
    }
    assertThat(stored(name("a"))).hasValue(new byte[] {1, 2});
  }
}
