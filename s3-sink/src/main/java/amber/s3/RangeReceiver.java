package amber.s3;

import amber.work.Traffic;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * Puts one answer's bytes into a buffer, without a copy in between. Once it is stopped it touches
 * the buffer no more, however late the rest of the answer comes.
 */
final class RangeReceiver implements AsyncResponseTransformer<GetObjectResponse, Void> {

  private final ByteBuffer target;
  private final Traffic traffic;
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private boolean stopped;

  /** Fills the remaining bytes, of which it moves the position. */
  RangeReceiver(ByteBuffer target, Traffic traffic) {
    this.target = target;
    this.traffic = traffic;
  }

  synchronized void stop() {
    stopped = true;
  }

  private synchronized boolean take(ByteBuffer bytes) {
    if (stopped || bytes.remaining() > target.remaining()) {
      return false;
    }
    traffic.moved(bytes.remaining());
    target.put(bytes);
    return true;
  }

  @Override
  public CompletableFuture<Void> prepare() {
    return done;
  }

  @Override
  public void onResponse(GetObjectResponse response) {
    // Its length is checked by what comes.
  }

  @Override
  public void onStream(SdkPublisher<ByteBuffer> publisher) {
    publisher.subscribe(
        new Subscriber<>() {
          private Subscription subscription;

          @Override
          public void onSubscribe(Subscription s) {
            subscription = s;
            s.request(Long.MAX_VALUE);
          }

          @Override
          public void onNext(ByteBuffer bytes) {
            if (!take(bytes)) {
              subscription.cancel();
              done.completeExceptionally(new IOException("more bytes came than were asked for"));
            }
          }

          @Override
          public void onError(Throwable failure) {
            done.completeExceptionally(failure);
          }

          @Override
          public void onComplete() {
            done.complete(null);
          }
        });
  }

  @Override
  public void exceptionOccurred(Throwable failure) {
    done.completeExceptionally(failure);
  }
}
