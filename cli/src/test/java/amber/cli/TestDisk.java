package amber.cli;

import amber.block.Block;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Random;

/** Sparse disks with known content. */
final class TestDisk {

  private TestDisk() {}

  /** A disk of holes only. */
  static Path empty(Path file, long sizeBytes) throws IOException {
    try (RandomAccessFile disk = new RandomAccessFile(file.toFile(), "rw")) {
      disk.setLength(sizeBytes);
    }
    return file;
  }

  /** Four blocks of noise, a hole of two, a zero block and a hole of one. */
  static Path small(Path file) throws IOException {
    empty(file, 8L * Block.SIZE);
    noise(file, 0, 4, 1);
    zeros(file, 6, 1);
    return file;
  }

  static void noise(Path file, int firstBlock, int blocks, long seed) throws IOException {
    byte[] bytes = new byte[blocks * Block.SIZE];
    new Random(seed).nextBytes(bytes);
    write(file, firstBlock, bytes);
  }

  static void zeros(Path file, int firstBlock, int blocks) throws IOException {
    write(file, firstBlock, new byte[blocks * Block.SIZE]);
  }

  private static void write(Path file, int firstBlock, byte[] bytes) throws IOException {
    try (RandomAccessFile disk = new RandomAccessFile(file.toFile(), "rw")) {
      disk.seek(Block.offset(firstBlock));
      disk.write(bytes);
    }
  }
}
