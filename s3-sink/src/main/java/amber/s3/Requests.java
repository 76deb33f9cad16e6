package amber.s3;

import amber.work.Grace;
import amber.work.LoginException;
import amber.work.Retry;
import amber.work.RetryPolicy;
import amber.work.Traffic;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/**
 * Requests to S3 as calls that wait: each attempt within its limit, failures as what they mean to a
 * caller, and retried where that may help.
 */
final class Requests {

  private final S3AsyncClient client;
  private final PatientClient patientClient;
  private final S3Access access;
  private final RetryPolicy policy;
  private final Traffic traffic;
  private final Retry retry;

  /** Makes a client when it is needed. */
  @FunctionalInterface
  interface PatientClient {
    S3AsyncClient get() throws IOException;
  }

  Requests(
      S3AsyncClient client,
      PatientClient patientClient,
      S3Access access,
      RetryPolicy policy,
      Traffic traffic) {
    this.client = client;
    this.patientClient = patientClient;
    this.access = access;
    this.policy = policy;
    this.traffic = traffic;
    this.retry = new Retry(policy, RequestException::verdict, traffic);
  }

  S3AsyncClient client() {
    return client;
  }

  /** For requests over which S3 works for long. */
  S3AsyncClient patientClient() throws IOException {
    return patientClient.get();
  }

  S3Access access() {
    return access;
  }

  Traffic traffic() {
    return traffic;
  }

  /** What repeats by itself is asked for once. */
  <T> T callOnce(
      S3Location location, String doing, Patience patience, Supplier<CompletableFuture<T>> request)
      throws IOException {
    Duration limit = policy.attemptLimit().plus(patience.more());
    return once(location, doing, patience, Grace.within(limit), request);
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
    return call(location, doing, Patience.USUAL, request);
  }

  /** Asks until there is an answer, and waits for each in this way. */
  <T> T call(
      S3Location location, String doing, Patience patience, Supplier<CompletableFuture<T>> request)
      throws IOException {
    try {
      return retry.call(
          patience.more(), (number, limit) -> once(location, doing, patience, limit, request));
    } catch (RequestException e) {
      throw explained(location, doing, e);
    }
  }

  /**
   * The answer to a request for headers has no room for S3's reason. If it could be that nobody
   * knows who asks, another request finds that out.
   */
  private IOException explained(S3Location location, String doing, RequestException failure) {
    if (!failure.isUnexplained()) {
      return failure;
    }
    try {
      once(
          location,
          doing,
          Patience.USUAL,
          policy.attemptLimit(),
          () ->
              client.listObjectsV2(
                  b ->
                      b.bucket(location.bucket())
                          .maxKeys(1)
                          .expectedBucketOwner(access.owner())
                          .requestPayer(access.payer())));
      return failure;
    } catch (LoginException e) {
      return e;
    } catch (IOException e) {
      failure.addSuppressed(e);
      return failure;
    }
  }

  /** Asks once. */
  <T> T once(
      S3Location location,
      String doing,
      Patience patience,
      Duration limit,
      Supplier<CompletableFuture<T>> request)
      throws IOException {
    Traffic.UnderWay asking = traffic.begin(() -> "%s: %s yet".formatted(location, doing));
    Optional<Traffic.UnderWay> waiting =
        patience.theirs() ? Optional.of(traffic.waiting()) : Optional.empty();
    try {
      T answer = ask(location, doing, patience, limit, request);
      traffic.moved(1);
      return answer;
    } finally {
      waiting.ifPresent(Traffic.UnderWay::close);
      asking.close();
    }
  }

  private <T> T ask(
      S3Location location,
      String doing,
      Patience patience,
      Duration limit,
      Supplier<CompletableFuture<T>> request)
      throws IOException {
    CompletableFuture<T> answer;
    try {
      answer = request.get();
    } catch (RuntimeException e) {
      throw Failures.of(location, doing, e, still(patience));
    }
    try {
      return patience.await(answer, limit);
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw new InterruptedIOException(location + ": interrupted while waiting for S3");
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw Failures.of(
          location,
          doing,
          new TimeoutException("no answer in %d s".formatted(limit.toSeconds())),
          still(patience));
    } catch (ExecutionException e) {
      throw Failures.of(location, doing, e.getCause(), still(patience));
    }
  }

  /** Who works for long may be waited for on a connection with a limit of its own. */
  private String still(Patience patience) {
    return patience.theirs() ? "no byte moved for long on the connection" : traffic.still();
  }

  /** What S3 says about an object, if it is there. */
  Optional<HeadObjectResponse> head(S3Location location) throws IOException {
    return head(location, null);
  }

  /**
   * What S3 says about an object, if it is there.
   *
   * @param checksums whether to tell its checksums, which takes the right to use its key; or null
   */
  Optional<HeadObjectResponse> head(S3Location location, ChecksumMode checksums)
      throws IOException {
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
                              .checksumMode(checksums)
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
      throw noBucket(location, e);
    } catch (AccessDeniedException e) {
      // Who may store may still not be allowed to ask this.
      return;
    }
  }

  /** What to say of a bucket that is not there. */
  NoSuchFileException noBucket(S3Location location, IOException cause) {
    NoSuchFileException missing =
        new NoSuchFileException(location.bucketLocation(), null, "no such bucket");
    missing.initCause(cause);
    return missing;
  }
}
