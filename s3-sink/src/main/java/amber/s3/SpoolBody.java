package amber.s3;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.async.AsyncRequestBody;

/** A file as the body of a request, read as fast as it is sent, on threads that may wait for it. */
final class SpoolBody implements AsyncRequestBody {

  private static final int PIECE_BYTES = 256 << 10;

  private final FileChannel channel;
  private final long sizeBytes;
  private final Executor readers;
  private final LongConsumer sent;

  SpoolBody(FileChannel channel, long sizeBytes, Executor readers, LongConsumer sent) {
    this.channel = channel;
    this.sizeBytes = sizeBytes;
    this.readers = readers;
    this.sent = sent;
  }

  @Override
  public Optional<Long> contentLength() {
    return Optional.of(sizeBytes);
  }

  @Override
  public void subscribe(Subscriber<? super ByteBuffer> subscriber) {
    subscriber.onSubscribe(new Reading(subscriber));
  }

  private final class Reading implements Subscription {

    private final Subscriber<? super ByteBuffer> subscriber;
    private final AtomicLong wanted = new AtomicLong();
    private long position;
    private volatile boolean ended;

    Reading(Subscriber<? super ByteBuffer> subscriber) {
      this.subscriber = subscriber;
    }

    @Override
    public void request(long pieces) {
      // More than there are is as good as all.
      long all = Long.MAX_VALUE / 2;
      if (wanted.getAndUpdate(before -> Math.min(all, before + Math.min(all, pieces))) > 0) {
        return;
      }
      try {
        readers.execute(this::read);
      } catch (RejectedExecutionException e) {
        fail(new IOException("the spool was closed", e));
      }
    }

    @Override
    public void cancel() {
      ended = true;
    }

    /** Runs on one thread at a time: another is begun only when nothing more was wanted. */
    private void read() {
      long pieces = wanted.get();
      do {
        for (long i = 0; i < pieces && !ended; i++) {
          readPiece();
        }
        pieces = ended ? 0 : wanted.addAndGet(-pieces);
      } while (pieces > 0);
    }

    private void readPiece() {
      try {
        ByteBuffer piece = ByteBuffer.allocate((int) Math.min(PIECE_BYTES, sizeBytes - position));
        while (piece.hasRemaining()) {
          int count = channel.read(piece, position);
          if (count < 0) {
            throw new EOFException("the spooled part ends at byte " + position);
          }
          position += count;
        }
        sent.accept(piece.position());
        if (piece.position() > 0) {
          subscriber.onNext(piece.flip());
        }
        if (position == sizeBytes && !ended) {
          ended = true;
          subscriber.onComplete();
        }
      } catch (IOException e) {
        fail(e);
      }
    }

    private void fail(IOException failure) {
      if (!ended) {
        ended = true;
        subscriber.onError(failure);
      }
    }
  }
}
