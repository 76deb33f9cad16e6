package amber.s3;

import amber.work.BufferPool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.Checksum;
import software.amazon.awssdk.core.async.AsyncRequestBody;

/**
 * One part while it is filled and sent: buffers of others, copies in chunks of its own, or a file
 * when it has more bytes than its share of memory.
 */
final class Part {

  /** The size of a chunk. */
  static final int CHUNK_BYTES = 1 << 20;

  /** What parts are made of. */
  interface Room {

    /** The chunks of all parts. */
    BufferPool chunks();

    /** The most bytes that one part copies into them. */
    long memoryBytes();

    /** How parts are summed up. */
    S3Checksum.Algorithm summedBy();

    /** A file for one part that has more. */
    SpoolFile newFile() throws IOException;
  }

  private final Room room;
  private final List<ByteBuffer> pieces = new ArrayList<>();
  private final List<Runnable> releases = new ArrayList<>();
  private final Checksum crc;
  private ByteBuffer chunk;
  private SpoolFile file;
  private long bytes;
  private int segments;

  Part(Room room) {
    this.room = room;
    this.crc = room.summedBy().begin();
  }

  /** Copies some of the remaining bytes, at most a chunk. */
  void copy(ByteBuffer source) throws IOException {
    int count = Math.min(CHUNK_BYTES, source.remaining());
    if (file == null && bytes + count > room.memoryBytes()) {
      spool();
    }
    if (file == null) {
      nextChunk();
      count = Math.min(chunk.remaining(), count);
    }
    ByteBuffer some = source.duplicate().limit(source.position() + count);
    crc.update(some.duplicate());
    if (file == null) {
      chunk.put(some);
    } else {
      file.append(some);
    }
    source.position(source.position() + count);
    bytes += count;
  }

  private void nextChunk() {
    if (chunk == null || !chunk.hasRemaining()) {
      endChunk();
      ByteBuffer taken = room.chunks().take();
      releases.add(() -> room.chunks().give(taken));
      chunk = taken;
    }
  }

  /** Moves what there is to a file, and gives its memory to other parts. */
  private void spool() throws IOException {
    endChunk();
    file = room.newFile();
    for (ByteBuffer piece : pieces) {
      file.append(piece);
    }
    releases.forEach(Runnable::run);
    releases.clear();
    pieces.clear();
    releases.add(file::close);
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

  /** The checksum of all bytes. */
  S3Checksum sum() {
    return S3Checksum.of(room.summedBy(), crc);
  }

  /** All bytes, in order, as the body of a request; each attempt needs its own. */
  AsyncRequestBody body() {
    endChunk();
    if (file != null) {
      return file.body();
    }
    return pieces.isEmpty()
        ? AsyncRequestBody.empty()
        : AsyncRequestBody.fromRemainingByteBuffersUnsafe(
            pieces.stream().flatMap(Part::chunks).toArray(ByteBuffer[]::new));
  }

  /** A piece in chunks, so that it shows how fast it is taken. */
  private static Stream<ByteBuffer> chunks(ByteBuffer piece) {
    return IntStream.iterate(0, from -> from < piece.remaining(), from -> from + CHUNK_BYTES)
        .mapToObj(from -> piece.slice(from, Math.min(CHUNK_BYTES, piece.remaining() - from)));
  }

  /** How its attempts are waited for. */
  Patience patience() {
    return file == null ? Patience.forBytes(bytes) : Patience.forMoving(bytes, file::bytesSent);
  }

  /** Gives all buffers back, and removes the file. */
  void release() {
    releases.forEach(Runnable::run);
    releases.clear();
    pieces.clear();
  }
}
