package amber.s3;

import amber.work.BufferPool;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/** One part while it is filled and sent: buffers of others, and copies in chunks of its own. */
final class Part {

  /** The size of a chunk. */
  static final int CHUNK_BYTES = 1 << 20;

  private final BufferPool chunks;
  private final List<ByteBuffer> pieces = new ArrayList<>();
  private final List<Runnable> releases = new ArrayList<>();
  private final CRC32C crc = new CRC32C();
  private ByteBuffer chunk;
  private long bytes;
  private int segments;

  Part(BufferPool chunks) {
    this.chunks = chunks;
  }

  /** Copies some of the remaining bytes, at most a chunk. */
  void copy(ByteBuffer source) {
    if (chunk == null || !chunk.hasRemaining()) {
      endChunk();
      ByteBuffer taken = chunks.take();
      releases.add(() -> chunks.give(taken));
      chunk = taken;
    }
    int count = Math.min(chunk.remaining(), source.remaining());
    ByteBuffer some = source.duplicate().limit(source.position() + count);
    crc.update(some.duplicate());
    chunk.put(some);
    source.position(source.position() + count);
    bytes += count;
  }

  /** Takes the remaining bytes over, without a copy. */
  void keep(ByteBuffer source, Runnable release) {
    endChunk();
    crc.update(source.duplicate());
    pieces.add(source.slice().asReadOnlyBuffer());
    releases.add(release);
    bytes += source.remaining();
    source.position(source.limit());
  }

  private void endChunk() {
    if (chunk != null) {
      pieces.add(chunk.duplicate().flip().asReadOnlyBuffer());
      chunk = null;
    }
  }

  void countSegment() {
    segments++;
  }

  long bytes() {
    return bytes;
  }

  int segments() {
    return segments;
  }

  /** The CRC-32C of all bytes. */
  int crc32c() {
    return (int) crc.getValue();
  }

  /** The bytes, in order; every call gives buffers of its own. */
  ByteBuffer[] content() {
    endChunk();
    return pieces.stream().map(ByteBuffer::duplicate).toArray(ByteBuffer[]::new);
  }

  /** Gives all buffers back. */
  void release() {
    releases.forEach(Runnable::run);
    releases.clear();
    pieces.clear();
  }
}
