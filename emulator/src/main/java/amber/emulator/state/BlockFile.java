package amber.emulator.state;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * The blocks that were written to one snapshot, its parents' not included.
 *
 * <p>Sparse files: for each TiB of the volume one that has each block at its place, and one file
 * with each block's SHA-256, 32 bytes for each block of the volume. A digest that is all zeros
 * means that the block was not written. In memory there is one bit for each block.
 */
final class BlockFile implements Closeable {

  private static final String DIGESTS = ".sha256";
  private static final String DATA = ".data-";
  private static final int DIGEST_BYTES = 32;
  private static final int PIECE = 64 << 10;

  // Not one file for all: ext4 ends a file at 16 TiB, and a volume may have 64.
  private static final int BLOCKS_PER_FILE = 1 << 21;

  private final Path directory;
  private final String snapshotId;
  private final FileChannel digests;
  private final BitSet written;
  private final Map<Integer, FileChannel> data = new HashMap<>();

  private BlockFile(Path directory, String snapshotId, FileChannel digests, BitSet written) {
    this.directory = directory;
    this.snapshotId = snapshotId;
    this.digests = digests;
    this.written = written;
  }

  static BlockFile open(Path directory, String snapshotId) throws IOException {
    FileChannel digests = open(directory.resolve(snapshotId + DIGESTS));
    try {
      return new BlockFile(directory, snapshotId, digests, scan(digests));
    } catch (IOException e) {
      digests.close();
      throw e;
    }
  }

  static void delete(Path directory, String snapshotId) throws IOException {
    Files.deleteIfExists(directory.resolve(snapshotId + DIGESTS));
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(directory, snapshotId + DATA + "*")) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(
        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  private static BitSet scan(FileChannel digests) throws IOException {
    BitSet found = new BitSet();
    ByteBuffer piece = ByteBuffer.allocate(PIECE);
    for (long at = 0; digests.read(piece.clear(), at) > 0; at += PIECE) {
      piece.flip();
      for (int i = 0; i + DIGEST_BYTES <= piece.limit(); i += DIGEST_BYTES) {
        long any = piece.getLong(i) | piece.getLong(i + 8);
        if (any != 0) {
          found.set((int) ((at + i) / DIGEST_BYTES));
        }
      }
    }
    return found;
  }

  /** Stores a block, in the place of what was there. The digest comes last, and makes it count. */
  void write(int index, ByteBuffer block, byte[] digest, boolean zero) throws IOException {
    // A first block of zeros needs no bytes: what is not there reads as zeros.
    if (!zero || holds(index)) {
      FileChannel file = data(index);
      long at = place(index);
      while (block.hasRemaining()) {
        at += file.write(block, at);
      }
    }
    ByteBuffer sum = ByteBuffer.wrap(digest);
    long place = (long) index * DIGEST_BYTES;
    while (sum.hasRemaining()) {
      place += digests.write(sum, place);
    }
    synchronized (written) {
      written.set(index);
    }
  }

  boolean holds(int index) {
    synchronized (written) {
      return written.get(index);
    }
  }

  /** The first written block from this one on, or -1. */
  int next(int from) {
    synchronized (written) {
      return written.nextSetBit(from);
    }
  }

  int count() {
    synchronized (written) {
      return written.cardinality();
    }
  }

  /** Adds the blocks written here to a set. */
  void addTo(BitSet set) {
    synchronized (written) {
      set.or(written);
    }
  }

  byte[] digest(int index) throws IOException {
    ByteBuffer sum = ByteBuffer.allocate(DIGEST_BYTES);
    long at = (long) index * DIGEST_BYTES;
    while (sum.hasRemaining()) {
      int read = digests.read(sum, at + sum.position());
      if (read < 0) {
        throw new EOFException("block " + index + ": has no digest, should have one");
      }
    }
    return sum.array();
  }

  void copy(int index, OutputStream out) throws IOException {
    ByteBuffer piece = ByteBuffer.allocate(PIECE);
    FileChannel file = data(index);
    long at = place(index);
    for (int done = 0; done < SnapshotBlocks.BLOCK_BYTES; done += PIECE) {
      piece.clear();
      int read = 0;
      while (piece.hasRemaining() && read >= 0) {
        read = file.read(piece, at + done + piece.position());
      }
      // Past the end of the file there are zeros.
      Arrays.fill(piece.array(), piece.position(), PIECE, (byte) 0);
      out.write(piece.array());
    }
  }

  private FileChannel data(int index) throws IOException {
    int number = index / BLOCKS_PER_FILE;
    synchronized (data) {
      FileChannel file = data.get(number);
      if (file == null) {
        file = open(directory.resolve("%s%s%02d".formatted(snapshotId, DATA, number)));
        data.put(number, file);
      }
      return file;
    }
  }

  private static long place(int index) {
    return (long) (index % BLOCKS_PER_FILE) * SnapshotBlocks.BLOCK_BYTES;
  }

  @Override
  public void close() throws IOException {
    synchronized (data) {
      for (FileChannel file : data.values()) {
        file.close();
      }
    }
    digests.close();
  }
}
