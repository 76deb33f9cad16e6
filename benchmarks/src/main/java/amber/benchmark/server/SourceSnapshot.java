package amber.benchmark.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** A snapshot to be read. Nothing of it is computed when it is asked for. */
final class SourceSnapshot {

  static final int BLOCK_BYTES = 512 << 10;

  private final String id;
  private final long sizeBytes;
  private final int[] listed;
  private final String[] checksums;
  private final String linear;
  private final IntFunction<ByteBuf> blocks;

  private SourceSnapshot(
      String id, long sizeBytes, int[] listed, String[] checksums, IntFunction<ByteBuf> blocks) {
    this.id = id;
    this.sizeBytes = sizeBytes;
    this.listed = listed;
    this.checksums = checksums;
    this.linear = linear(checksums);
    this.blocks = blocks;
  }

  /** A disk, of which those blocks are listed that are not all zeros. */
  static SourceSnapshot ofDisk(String id, Path path) throws IOException {
    MappedFile disk = MappedFile.of(path);
    int count = Math.toIntExact((disk.size() + BLOCK_BYTES - 1) / BLOCK_BYTES);
    IntFunction<ByteBuf> blocks =
        index -> {
          long from = (long) index * BLOCK_BYTES;
          int length = (int) Math.min(BLOCK_BYTES, disk.size() - from);
          ByteBuf found = disk.slice(from, length);
          return length == BLOCK_BYTES
              ? found
              : Unpooled.wrappedBuffer(
                  found, Unpooled.wrappedBuffer(new byte[BLOCK_BYTES - length]));
        };
    int[] listed =
        IntStream.range(0, count).parallel().filter(i -> !isZero(blocks.apply(i))).toArray();
    String[] checksums = new String[count];
    IntStream.of(listed).parallel().forEach(i -> checksums[i] = checksum(blocks.apply(i)));
    return new SourceSnapshot(id, disk.size(), listed, checksums, blocks);
  }

  /** Blocks that are all the same text, and so cost their reader little beside the transfer. */
  static SourceSnapshot ofText(String id, int count) {
    byte[] line =
        "a line that compresses well, over and over again\n".getBytes(StandardCharsets.US_ASCII);
    ByteBuf block = Unpooled.directBuffer(BLOCK_BYTES);
    while (block.writableBytes() > 0) {
      block.writeBytes(line, 0, Math.min(line.length, block.writableBytes()));
    }
    String checksum = checksum(block);
    ByteBuf shared = Unpooled.unreleasableBuffer(block);
    int[] listed = IntStream.range(0, count).toArray();
    String[] checksums = IntStream.range(0, count).mapToObj(i -> checksum).toArray(String[]::new);
    return new SourceSnapshot(
        id, (long) count * BLOCK_BYTES, listed, checksums, index -> shared.slice());
  }

  private static boolean isZero(ByteBuf block) {
    return block.forEachByte(b -> b == 0) < 0;
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("bug: every Java has SHA-256", e);
    }
  }

  private static String checksum(ByteBuf block) {
    MessageDigest sha256 = sha256();
    for (java.nio.ByteBuffer piece : block.nioBuffers()) {
      sha256.update(piece);
    }
    return Base64.getEncoder().encodeToString(sha256.digest());
  }

  /** The LINEAR aggregate of a snapshot's checksums, those that are there, by index. */
  static String linear(String[] checksums) {
    MessageDigest sha256 = sha256();
    for (String checksum : checksums) {
      if (checksum != null) {
        sha256.update(Base64.getDecoder().decode(checksum));
      }
    }
    return Base64.getEncoder().encodeToString(sha256.digest());
  }

  String id() {
    return id;
  }

  int sizeGiB() {
    return Math.toIntExact((sizeBytes + (1L << 30) - 1) >> 30);
  }

  int[] listed() {
    return listed;
  }

  boolean has(int index) {
    return index >= 0 && index < checksums.length && checksums[index] != null;
  }

  String checksum(int index) {
    return checksums[index];
  }

  String linear() {
    return linear;
  }

  /** A block's bytes, to be read by one. */
  ByteBuf block(int index) {
    return blocks.apply(index);
  }
}
