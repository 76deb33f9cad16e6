package amber.disk;

import amber.block.Block;
import amber.block.BlockSet;
import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Finds where a file has data and where holes, by lseek(2) with SEEK_DATA and SEEK_HOLE, which Java
 * does not offer.
 */
final class Holes {

  // Linux and macOS number the two the other way round (lseek(2) of both).
  private static final int SEEK_DATA = Platform.isMac() ? 4 : 3;
  private static final int SEEK_HOLE = Platform.isMac() ? 3 : 4;
  private static final int SEEK_END = 2;
  private static final int O_RDONLY = 0;
  private static final int ENXIO = 6;

  private Holes() {}

  /** The C library, bound when it is first needed. */
  private static final class C {
    static {
      Native.register(C.class, Platform.C_LIBRARY_NAME);
    }

    static native int open(String path, int flags) throws LastErrorException;

    static native long lseek(int file, long offset, int whence) throws LastErrorException;

    static native int close(int file) throws LastErrorException;
  }

  /**
   * The blocks of which at least one byte lies in no hole, or nothing if the system cannot tell.
   *
   * @param sizeBytes the file's size
   */
  static Optional<BlockSet> listed(Path file, long sizeBytes) throws IOException {
    try {
      int descriptor = C.open(file.toString(), O_RDONLY);
      try {
        return Optional.of(scan(descriptor, sizeBytes));
      } finally {
        C.close(descriptor);
      }
    } catch (LastErrorException | LinkageError e) {
      // EINVAL: this file system or device knows no holes. LinkageError: no C library to ask.
      return Optional.empty();
    }
  }

  private static BlockSet scan(int descriptor, long sizeBytes) {
    BlockSet.Builder blocks = new BlockSet.Builder();
    long position = 0;
    while (position < sizeBytes) {
      long data = nextData(descriptor, position);
      if (data < 0 || data >= sizeBytes) {
        break;
      }
      long hole = Math.min(C.lseek(descriptor, data, SEEK_HOLE), sizeBytes);
      int first = (int) (data / Block.SIZE);
      int end = (int) ((hole + Block.SIZE - 1) / Block.SIZE);
      blocks.add(first, end - first);
      // Data in the rest of the last block would list it again.
      position = Math.max(hole, Block.offset(end));
    }
    return blocks.build();
  }

  private static long nextData(int descriptor, long position) {
    try {
      return C.lseek(descriptor, position, SEEK_DATA);
    } catch (LastErrorException e) {
      if (e.getErrorCode() == ENXIO) {
        return -1;
      }
      throw e;
    }
  }

  /** The size of a device whose file has none, or nothing if the system cannot tell. */
  static Optional<Long> deviceBytes(Path device) {
    try {
      int descriptor = C.open(device.toString(), O_RDONLY);
      try {
        return Optional.of(C.lseek(descriptor, 0, SEEK_END));
      } finally {
        C.close(descriptor);
      }
    } catch (LastErrorException | LinkageError e) {
      return Optional.empty();
    }
  }
}
