package amber.s3;

import amber.work.ErrorClass.Meaning;
import amber.work.LoginException;
import amber.work.Retry;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/**
 * What makes one object visible, and what has become of it if no answer says so. The object carries
 * the name of this attempt, which tells it from another of the same key.
 */
final class Publication {

  private final Requests requests;
  private final S3Location location;
  private final boolean replace;
  private final String attempt;
  private final boolean resumed;

  Publication(Requests requests, S3Location location, boolean replace) {
    this(requests, location, replace, UUID.randomUUID().toString(), false);
  }

  /** One that an earlier run of the same attempt may have asked for, too. */
  static Publication resumed(
      Requests requests, S3Location location, boolean replace, String attempt) {
    return new Publication(requests, location, replace, attempt, true);
  }

  private Publication(
      Requests requests, S3Location location, boolean replace, String attempt, boolean resumed) {
    this.requests = requests;
    this.attempt = attempt;
    this.resumed = resumed;
    this.location = location;
    this.replace = replace;
  }

  /** The name of this attempt, a UUID. */
  String attempt() {
    return attempt;
  }

  /** The metadata that the object must carry. */
  Map<String, String> metadata(S3Settings settings) {
    Map<String, String> metadata = new TreeMap<>(settings.metadata().encoded());
    metadata.put(S3Metadata.ATTEMPT, attempt);
    return metadata;
  }

  /** What the request that makes the object visible asks not to be there. */
  String noneMatch() {
    return replace ? null : "*";
  }

  /** Makes the object visible by a request, and confirms that it has so many bytes. */
  <T> void publish(long bytes, Patience patience, Supplier<CompletableFuture<T>> request)
      throws IOException {
    publish(bytes, patience, Repeat.ALSO_AFTER_CONFLICT, request);
  }

  /**
   * Makes an object of parts visible by a request. If another request for the key is under way, S3
   * wants the parts anew, and this request is not repeated.
   */
  <T> void publishParts(long bytes, Patience patience, Supplier<CompletableFuture<T>> request)
      throws IOException {
    publish(bytes, patience, Repeat.NOT_AFTER_CONFLICT, request);
  }

  private enum Repeat {
    ALSO_AFTER_CONFLICT,
    NOT_AFTER_CONFLICT
  }

  private <T> void publish(
      long bytes, Patience patience, Repeat repeat, Supplier<CompletableFuture<T>> request)
      throws IOException {
    boolean[] doubt = new boolean[1];
    try {
      noting(() -> doubt[0] = true, "cannot be stored", patience, repeat, request);
    } catch (IOException e) {
      settle(e, doubt[0] || mayBeOfEarlierRun(e), bytes);
      return;
    }
    confirm(bytes);
  }

  /** Whether it fails because an earlier run's request had its effect, late. */
  private boolean mayBeOfEarlierRun(IOException failure) {
    return resumed
        && (failure instanceof FileAlreadyExistsException
            || failure instanceof NoSuchFileException
            || RequestException.is(failure, Meaning.CONFLICT)
            || RequestException.is(failure, Meaning.GONE));
  }

  /** Asks, and notes when an attempt fails that may have had its effect. */
  <T> T noting(
      Runnable doubt, String doing, Patience patience, Supplier<CompletableFuture<T>> request)
      throws IOException {
    return noting(doubt, doing, patience, Repeat.ALSO_AFTER_CONFLICT, request);
  }

  private <T> T noting(
      Runnable doubt,
      String doing,
      Patience patience,
      Repeat repeat,
      Supplier<CompletableFuture<T>> request)
      throws IOException {
    Retry retry = requests.retry();
    return retry.call(
        patience.more(),
        (number, limit) -> {
          try {
            return requests.once(location, doing, patience, limit, request);
          } catch (IOException e) {
            if (!(e instanceof NoSuchFileException) && isInDoubt(e)) {
              doubt.run();
            }
            throw repeat == Repeat.NOT_AFTER_CONFLICT && e instanceof RequestException refused
                ? refused.lastingIf(Meaning.CONFLICT)
                : e;
          }
        });
  }

  private static boolean isInDoubt(IOException failure) {
    return RequestException.isDoubtful(failure) || failure instanceof InterruptedIOException;
  }

  /**
   * Finds out what has become of the object.
   *
   * @param failure thrown again unless the object is there, and ours
   * @param doubt whether it may be there in spite of the failure
   * @throws LostRaceException if S3 refused because of another request for the key
   */
  void settle(IOException failure, boolean doubt, long bytes) throws IOException {
    boolean conflict = RequestException.is(failure, Meaning.CONFLICT);
    Optional<HeadObjectResponse> there = Optional.empty();
    if (doubt || conflict) {
      // With a request of ours in doubt, it may be the other one, and still be at work.
      there = conflict && doubt ? awaitOurs(failure) : look(failure, doubt);
    }
    if (doubt && there.filter(this::isOurs).isPresent()) {
      requireSize(there.orElseThrow(), bytes);
      return;
    }
    if (!conflict) {
      throw failure;
    }
    if (there.isPresent() && !replace) {
      FileAlreadyExistsException taken =
          new FileAlreadyExistsException(location.toString(), null, "archive already exists");
      taken.initCause(failure);
      throw taken;
    }
    throw new LostRaceException(location.toString(), failure);
  }

  /** What is under the key after a failure that does not tell. */
  private Optional<HeadObjectResponse> look(IOException failure, boolean doubt) throws IOException {
    try {
      return requests.head(location);
    } catch (IOException e) {
      failure.addSuppressed(e);
      throw doubt
          ? new UnknownCommitException(location.toString(), failure)
          : new LostRaceException(location.toString(), failure);
    }
  }

  /** Looks as often as a request is tried, until it is known which object is there. */
  private Optional<HeadObjectResponse> awaitOurs(IOException failure) throws IOException {
    RequestException notYet =
        new RequestException(
            location.toString(), "is not there yet", failure, Meaning.TRANSIENT, "", false);
    try {
      return requests
          .retry()
          .call(
              (number, limit) -> {
                Optional<HeadObjectResponse> there = look(failure, true);
                if (there.isEmpty() || (replace && !isOurs(there.orElseThrow()))) {
                  throw notYet;
                }
                return there;
              });
    } catch (RequestException e) {
      if (e != notYet) {
        throw e;
      }
      throw new UnknownCommitException(location.toString(), failure);
    }
  }

  private boolean isOurs(HeadObjectResponse head) {
    return isOf(attempt, head);
  }

  /** Whether an object was stored by this attempt. */
  static boolean isOf(String attempt, HeadObjectResponse head) {
    return attempt.equals(head.metadata().get(S3Metadata.ATTEMPT));
  }

  /** Looks whether the object is as large as it should be, if it can be looked at. */
  void confirm(long bytes) throws IOException {
    try {
      Optional<HeadObjectResponse> head = requests.head(location).filter(this::isOurs);
      if (head.isPresent()) {
        requireSize(head.orElseThrow(), bytes);
      }
    } catch (RequestException | AccessDeniedException | LoginException e) {
      // It is stored: S3 has said so, and has compared the size itself if it can.
      return;
    }
  }

  private void requireSize(HeadObjectResponse head, long bytes) throws IOException {
    if (head.contentLength() != bytes) {
      throw new IOException(
          "%s: was stored with %d bytes, should have %d; do not use it"
              .formatted(location, head.contentLength(), bytes));
    }
  }
}
