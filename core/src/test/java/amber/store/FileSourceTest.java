package amber.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class FileSourceTest extends ArchiveSourceContract {

  @TempDir Path directory;

  @Override
  protected ArchiveSource open(byte[] content) throws IOException {
    return FileStore.open(Files.write(directory.resolve("archive.bin"), content));
  }
}
