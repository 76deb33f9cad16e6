package amber.cli;

import amber.archive.ArchiveReader;
import amber.archive.CorruptArchiveException;
import amber.store.ArchiveSource;
import amber.store.FileStore;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens the archives that operands name. */
final class Archives {

  private static final int ZSTD_MAGIC = 0xFD2FB528;

  private Archives() {}

  /** The file that an ARCHIVE to be read names. */
  static ArchiveSource source(String operand) throws IOException {
    if (operand.equals(Operand.STREAM)) {
      throw RefusedException.usage(
          "-: an archive cannot be read from stdin, its end is needed first",
          "save it to a file; or let stock tools unpack the stream: zstd -dc | tar -xS");
    }
    Path path = Operand.path(operand);
    if (Files.isDirectory(path)) {
      throw RefusedException.usage(
          path + ": is a directory, should be an archive file",
          "amber pack DIRECTORY ARCHIVE makes an archive of an image directory");
    }
    return FileStore.open(path);
  }

  /** Opens an archive by its end, and says more than its reader can if that is not there. */
  static ArchiveReader open(ArchiveSource source) throws IOException {
    try {
      return ArchiveReader.open(source);
    } catch (CorruptArchiveException e) {
      String hint =
          beginsAsArchive(source)
              ? "amber verify --scan ARCHIVE tells what is whole;"
                  + " amber unpack --salvage ARCHIVE TARGET recovers it"
              : "its first bytes are none of an archive's: is it the right file?";
      throw new RefusedException(Outcome.CORRUPT, e.getMessage(), hint, e);
    }
  }

  private static boolean beginsAsArchive(ArchiveSource source) throws IOException {
    ByteBuffer start = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    try {
      source.read(0, start);
    } catch (EOFException e) {
      return false;
    }
    return start.getInt(0) == ZSTD_MAGIC;
  }
}
