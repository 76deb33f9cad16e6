package amber;

import amber.store.ArchiveBound;
import amber.store.ArchiveSink;
import amber.store.ArchiveSource;
import amber.store.PendingArchive;
import amber.store.Remains;
import amber.store.ResumableSink;
import amber.store.StoredArchive;
import amber.work.BufferPool;
import amber.work.WorkAhead;
import amber.work.Worker;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;
import java.util.zip.Checksum;

/**
 * Copies an archive byte for byte, from any source into any sink. Several pieces are read at once,
 * each in one read, and stored in order.
 */
public final class Copier {

  /** Pieces of an archive that has few enough of them for a store to take each as it is. */
  private static final int PIECE_BYTES = 16 << 20;

  /** Pieces of larger ones. */
  private static final int LARGE_PIECE_BYTES = 32 << 20;

  private static final long MANY_PIECES = 9_000;

  /** Something to be checked when all bytes are stored and nobody can see them yet. */
  @FunctionalInterface
  public interface Check {
    /** Fails if the copy must not become visible. */
    void run() throws IOException;
  }

  /** A checksum that can begin in the middle. */
  public interface Sum {

    /** Takes in all remaining bytes. */
    void update(ByteBuffer bytes);

    /** What it has come to. */
    long value();

    /** Goes on as if bytes had been taken in before of which it came to this; before the first. */
    void goOnFrom(long value);
  }

  /** One that knows only to begin at the beginning. */
  private record Plain(Checksum checksum) implements Sum {

    @Override
    public void update(ByteBuffer bytes) {
      checksum.update(bytes);
    }

    @Override
    public long value() {
      return checksum.getValue();
    }

    @Override
    public void goOnFrom(long value) {
      throw new UnsupportedOperationException();
    }
  }

  private final int threads;
  private final LongConsumer copied;

  /**
   * A copier.
   *
   * @param threads how many pieces are read at once
   * @param copied told of bytes that are read and handed on
   */
  public Copier(int threads, LongConsumer copied) {
    this.threads = threads;
    this.copied = copied;
  }

  /**
   * Copies. The archive appears in the sink whole, or not at all.
   *
   * @param checksum takes in all bytes, in order
   * @param beforeCommit the last thing before the copy becomes visible
   */
  public StoredArchive copy(
      ArchiveSource source, ArchiveSink sink, String name, Checksum checksum, Check beforeCommit)
      throws IOException {
    try (PendingArchive pending = sink.begin(name, bound(source.sizeBytes()))) {
      copy(source, pending, 0, new Plain(checksum), Optional.empty());
      beforeCommit.run();
      return pending.commit();
    }
  }

  /**
   * Copies, and notes how far it came; if an earlier run noted that as well, goes on from there.
   *
   * @param source what the earlier run read, if there was one
   * @param sum takes in all bytes, in order, but for those that the earlier run had taken in; of
   *     none if the earlier run has made the copy visible
   * @param beforeCommit the last thing before the copy becomes visible
   */
  public StoredArchive copy(
      ArchiveSource source,
      ResumableSink sink,
      String name,
      Sum sum,
      Check beforeCommit,
      CopyJournal journal)
      throws IOException {
    Optional<Remains> remains = journal.remains();
    if (remains.isPresent()) {
      Optional<StoredArchive> committed = sink.committed(name, remains.get());
      if (committed.isPresent()) {
        copied.accept(source.sizeBytes());
        return committed.get();
      }
    }
    ArchiveBound bound = bound(source.sizeBytes());
    try (PendingArchive pending =
        remains.isPresent()
            ? sink.resume(name, bound, remains.get(), journal)
            : sink.begin(name, bound, journal)) {
      long start = 0;
      if (remains.isPresent()) {
        journal.resumedAt(pending.keptBytes());
        start = passOver(pending, sum, journal);
      }
      copy(source, pending, start, sum, Optional.of(journal));
      beforeCommit.run();
      return pending.commit();
    }
  }

  /** Passes over what the store has already, if the checksum of that is known. */
  private long passOver(PendingArchive pending, Sum sum, CopyJournal journal) throws IOException {
    long kept = pending.keptBytes();
    OptionalLong known = journal.sum(kept);
    if (known.isEmpty()) {
      return 0;
    }
    sum.goOnFrom(known.getAsLong());
    pending.skip(kept);
    copied.accept(kept);
    return kept;
  }

  /** What a copy of that many bytes is to a store: pieces of known size. */
  public static ArchiveBound bound(long sizeBytes) {
    return new ArchiveBound(
        sizeBytes, (sizeBytes + pieceBytes(sizeBytes) - 1) / pieceBytes(sizeBytes));
  }

  private static int pieceBytes(long sizeBytes) {
    return sizeBytes <= MANY_PIECES * PIECE_BYTES ? PIECE_BYTES : LARGE_PIECE_BYTES;
  }

  private void copy(
      ArchiveSource source,
      PendingArchive pending,
      long start,
      Sum sum,
      Optional<CopyJournal> journal)
      throws IOException {
    long size = source.sizeBytes();
    int pieceBytes = pieceBytes(size);
    int window = threads + 2;
    BufferPool buffers = new BufferPool(window + pending.buffersKept(), pieceBytes);
    Iterator<Piece> pieces =
        LongStream.range(0, (size - start + pieceBytes - 1) / pieceBytes)
            .map(n -> start + n * pieceBytes)
            .mapToObj(at -> new Piece(at, Math.min(size - at, pieceBytes)))
            .iterator();
    long end = start;
    try (WorkAhead<Piece, ByteBuffer> read =
        new WorkAhead<>(pieces, threads, window, () -> new Reading(source, buffers))) {
      while (read.hasNext()) {
        ByteBuffer piece = read.next();
        int count = piece.remaining();
        sum.update(piece.duplicate());
        end += count;
        if (journal.isPresent()) {
          journal.get().piece(end, sum.value());
        }
        pending.append(piece, () -> buffers.give(piece));
        copied.accept(count);
      }
    }
  }

  /** Some bytes of the source; its text names it when a wait is given up. */
  private record Piece(long position, long bytes) {}

  private record Reading(ArchiveSource source, BufferPool buffers)
      implements Worker<Piece, ByteBuffer> {

    @Override
    public ByteBuffer run(Piece piece) throws IOException {
      ByteBuffer bytes = buffers.take().limit((int) piece.bytes());
      source.read(piece.position(), bytes);
      return bytes.flip();
    }

    @Override
    public void close() {
      // The pool's buffers are the garbage collector's.
    }
  }
}
