package amber.s3;

import amber.work.Retry;
import amber.work.RetryPolicy;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/**
 * Requests to S3 as calls that wait: each attempt within its limit, failures as what they mean to a
 * caller, and retried where that may help.
 */
final class Requests {

  // No connection of use is slower; a body gets that much more time.
  private static final long SLOWEST_BYTES_PER_SECOND = 128 << 10;

  private final S3AsyncClient client;
  private final S3Access access;
  private final Retry retry;

  Requests(S3AsyncClient client, S3Access access, RetryPolicy policy) {
    this.client = client;
    this.access = access;
    this.retry = new Retry(policy, RequestException::verdict);
  }

  S3AsyncClient client() {
    return client;
  }

  S3Access access() {
    return access;
  }

  Retry retry() {
    return retry;
  }

  /**
   * Asks until there is an answer.
   *
   * @param doing what it is for, such as {@code cannot be read}
   */
  <T> T call(S3Location location, String doing, Supplier<CompletableFuture<T>> request)
      throws IOException {
    return call(location, doing, 0, request);
  }

  /** Asks until there is an answer; {@code bytes} are sent or received. */
  <T> T call(S3Location location, String doing, long bytes, Supplier<CompletableFuture<T>> request)
      throws IOException {
    return retry.call((number, limit) -> once(location, doing, withBody(limit, bytes), request));
  }

  static Duration withBody(Duration limit, long bytes) {
    return limit.plusSeconds(bytes / SLOWEST_BYTES_PER_SECOND);
  }

  /** Asks once. */
  static <T> T once(
      S3Location location, String doing, Duration limit, Supplier<CompletableFuture<T>> request)
      throws IOException {
    CompletableFuture<T> answer;
    try {
      answer = request.get();
    } catch (RuntimeException e) {
      throw Failures.of(location, doing, e);
    }
    try {
      return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw new InterruptedIOException(location + ": interrupted while waiting for S3");
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw Failures.of(
          location, doing, new TimeoutException("no answer in %d s".formatted(limit.toSeconds())));
    } catch (ExecutionException e) {
      throw Failures.of(location, doing, e.getCause());
    }
  }

  /** What S3 says about an object, if it is there. */
  Optional<HeadObjectResponse> head(S3Location location) throws IOException {
    try {
      return Optional.of(
          call(
              location,
              "cannot be looked up",
              () ->
                  client.headObject(
                      b ->
                          b.bucket(location.bucket())
                              .key(location.key())
                              .expectedBucketOwner(access.owner())
                              .requestPayer(access.payer()))));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** Fails if S3 says that there is no such bucket; it may not want to tell. */
  void requireBucket(S3Location location) throws IOException {
    try {
      call(
          location,
          "the bucket cannot be looked up",
          () ->
              client.headBucket(
                  b -> b.bucket(location.bucket()).expectedBucketOwner(access.owner())));
    } catch (NoSuchFileException e) {
      NoSuchFileException missing =
          new NoSuchFileException(S3Location.SCHEME + location.bucket(), null, "no such bucket");
      missing.initCause(e);
      throw missing;
    } catch (AccessDeniedException e) {
      // Who may store may still not be allowed to ask this.
      return;
    }
  }
}
