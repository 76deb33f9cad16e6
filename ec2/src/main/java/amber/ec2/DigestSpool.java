package amber.ec2;

import amber.block.Block;
import amber.block.BlockDigest;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.BitSet;

/**
 * The digests of the blocks that were written, until all are there and can be hashed in the order
 * of the blocks. In a temporary file: 64 MiB for each TiB would be a lot of memory, and is a small
 * file. For any number of threads.
 */
final class DigestSpool implements Closeable {

  private static final int CHUNK = 2048;

  private final FileChannel file;
  private final BitSet written = new BitSet();

  private DigestSpool(FileChannel file) {
    this.file = file;
  }

  static DigestSpool open() throws IOException {
    Path path = Files.createTempFile("amber-digests-", ".tmp");
    return new DigestSpool(
        FileChannel.open(
            path,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE));
  }

  void put(int index, byte[] digest) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(digest);
    long at = (long) index * Block.DIGEST_SIZE;
    while (bytes.hasRemaining()) {
      at += file.write(bytes, at);
    }
    synchronized (written) {
      written.set(index);
    }
  }

  /** The first block from this one on that was not written. */
  int nextAbsent(int index) {
    synchronized (written) {
      return written.nextClearBit(index);
    }
  }

  /** How many different blocks were written. */
  int count() {
    synchronized (written) {
      return written.cardinality();
    }
  }

  /** The SHA-256 over all digests, by ascending index of their blocks: what EBS calls LINEAR. */
  byte[] linear() throws IOException {
    MessageDigest sha256 = BlockDigest.newSha256();
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK * Block.DIGEST_SIZE);
    synchronized (written) {
      for (int from = written.nextSetBit(0); from >= 0; ) {
        int end = Math.min(from + CHUNK, written.nextClearBit(from));
        chunk.clear().limit((end - from) * Block.DIGEST_SIZE);
        read(chunk, (long) from * Block.DIGEST_SIZE);
        sha256.update(chunk.flip());
        from = written.nextSetBit(end);
      }
    }
    return sha256.digest();
  }

  private void read(ByteBuffer chunk, long position) throws IOException {
    long at = position;
    while (chunk.hasRemaining()) {
      int count = file.read(chunk, at);
      if (count < 0) {
        throw new IOException(
            "the temporary file of digests ends at %d, should hold %d more bytes"
                .formatted(at, chunk.remaining()));
      }
      at += count;
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
