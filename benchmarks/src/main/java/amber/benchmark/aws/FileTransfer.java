package amber.benchmark.aws;

import amber.s3.S3Endpoint;
import amber.s3.S3Location;
import amber.s3.S3Settings;
import amber.store.ArchiveSource;
import amber.store.PendingArchive;
import amber.work.BufferPool;
import amber.work.WorkAhead;
import amber.work.Worker;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.stream.LongStream;

/** Whole files to S3 and back by the parts of Amber that pack and unpack use for it. */
final class FileTransfer {

  private static final int PIECE_BYTES = 8 << 20;

  private FileTransfer() {}

  static void upload(String file, S3Endpoint s3, String object) throws IOException {
    try (FileChannel source = FileChannel.open(Path.of(file), StandardOpenOption.READ);
        PendingArchive pending = s3.store(S3Settings.DEFAULT.withReplace(true)).begin(object)) {
      // One being read, one being waited for.
      BufferPool buffers = new BufferPool(pending.buffersKept() + 2, PIECE_BYTES);
      long size = source.size();
      for (long at = 0; at < size; at += PIECE_BYTES) {
        ByteBuffer piece = buffers.take().clear();
        read(source, at, piece.limit((int) Math.min(PIECE_BYTES, size - at)));
        pending.append(piece.flip(), () -> buffers.give(piece));
      }
      pending.commit();
    }
  }

  private static void read(FileChannel source, long at, ByteBuffer piece) throws IOException {
    long position = at;
    while (piece.hasRemaining()) {
      int count = source.read(piece, position);
      if (count < 0) {
        throw new IOException("the file ends at byte %d, it became shorter".formatted(position));
      }
      position += count;
    }
  }

  static void download(S3Endpoint s3, String object, String file, int threads) throws IOException {
    try (ArchiveSource source = s3.open(S3Location.parse(object));
        FileChannel target =
            FileChannel.open(
                Path.of(file),
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
      long size = source.sizeBytes();
      Iterator<Long> pieces =
          LongStream.iterate(0, at -> at < size, at -> at + PIECE_BYTES).iterator();
      try (WorkAhead<Long, Long> copies =
          new WorkAhead<>(pieces, threads, 2 * threads, () -> new Copier(source, target))) {
        while (copies.hasNext()) {
          copies.next();
        }
      }
    }
  }

  /** Copies pieces, each at once. */
  private static final class Copier implements Worker<Long, Long> {
    private final ArchiveSource source;
    private final FileChannel target;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(PIECE_BYTES);

    Copier(ArchiveSource source, FileChannel target) {
      this.source = source;
      this.target = target;
    }

    @Override
    public Long run(Long at) throws IOException {
      long length = Math.min(PIECE_BYTES, source.sizeBytes() - at);
      source.read(at, buffer.clear().limit((int) length));
      buffer.flip();
      long position = at;
      while (buffer.hasRemaining()) {
        position += target.write(buffer, position);
      }
      return position;
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }
}
