package amber.s3;

import amber.work.Traffic;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.async.AsyncRequestBody;

/** Another body, whose bytes count as traffic when they are handed on. */
final class CountedBody implements AsyncRequestBody {

  private final AsyncRequestBody body;
  private final Traffic traffic;

  CountedBody(AsyncRequestBody body, Traffic traffic) {
    this.body = body;
    this.traffic = traffic;
  }

  @Override
  public Optional<Long> contentLength() {
    return body.contentLength();
  }

  @Override
  public String contentType() {
    return body.contentType();
  }

  @Override
  public void subscribe(Subscriber<? super ByteBuffer> subscriber) {
    body.subscribe(
        new Subscriber<>() {
          @Override
          public void onSubscribe(Subscription subscription) {
            subscriber.onSubscribe(subscription);
          }

          @Override
          public void onNext(ByteBuffer bytes) {
            traffic.moved(bytes.remaining());
            subscriber.onNext(bytes);
          }

          @Override
          public void onError(Throwable failure) {
            subscriber.onError(failure);
          }

          @Override
          public void onComplete() {
            subscriber.onComplete();
          }
        });
  }
}
