package amber.emulator.state;

import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** Another emulator uses the directory. */
public final class DirectoryInUseException extends FileSystemException {

  private static final long serialVersionUID = 1L;

  DirectoryInUseException(Path directory) {
    super(
        directory.toString(),
        null,
        "is in use by another emulator, should be used by one at a time");
  }
}
