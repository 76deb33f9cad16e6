package amber.s3;

import amber.store.ArchiveBound;
import amber.store.ArchiveSource;
import amber.work.Preflight;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.HeadBucketResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Response;

/** What can be found out about an object and its bucket before anything is written or read. */
final class S3Check {

  private static final Pattern KEY_ARN = Pattern.compile("arn:[^:]*:kms:([^:]*):.*");

  // The second is what S3 says to who writes with a lock all the same.
  private static final Set<String> NO_LOCKS =
      Set.of("ObjectLockConfigurationNotFoundError", "InvalidRequest");

  private final Requests requests;
  private final S3Location location;
  private final Preflight preflight;
  private Optional<String> region = Optional.empty();

  S3Check(Requests requests, S3Location location, Preflight preflight) {
    this.requests = requests;
    this.location = location;
    this.preflight = preflight;
  }

  /**
   * Whether an archive may be stored there.
   *
   * @param tokens of runs whose archive may be there already
   */
  void store(S3Settings settings, Optional<ArchiveBound> bound, List<String> tokens)
      throws InterruptedIOException {
    if (bound.isPresent()) {
      preflight.check(
          () -> PartPlan.of(location.toString(), bound.orElseThrow(), settings.transfer()));
    }
    if (!preflight.check(this::requireBucket)) {
      return;
    }
    preflight.together(
        List.of(
            part -> part.check(() -> telling(part).requireFree(settings.replace(), tokens)),
            part -> part.check(telling(part)::requireWritable),
            part -> part.check(() -> requireKeyHere(settings.encryption())),
            part -> part.check(() -> telling(part).requireLockable(settings.lock()))));
  }

  /** The same, telling another preflight. */
  private S3Check telling(Preflight part) {
    return new S3Check(requests, location, part);
  }

  /** Whether the archive there may be read. */
  void read() throws InterruptedIOException {
    preflight.check(
        () -> {
          try (ArchiveSource source = S3ArchiveSource.open(requests, location)) {
            // Who may look may still not be allowed to read, or to use the key.
            int some = (int) Math.min(1, source.sizeBytes());
            source.read(0, ByteBuffer.allocate(some));
          } catch (AccessDeniedException e) {
            requireOwner();
            throw e;
          }
        });
  }

  private void requireBucket() throws IOException {
    try {
      HeadBucketResponse head = headBucket(requests.access().owner());
      region = Optional.ofNullable(head.bucketRegion());
      preflight.found(
          location.bucketLocation(),
          "is there%s%s"
              .formatted(
                  region.map(name -> ", in region " + name).orElse(""),
                  requests
                      .access()
                      .expectedBucketOwner()
                      .map(owner -> ", owned by " + owner)
                      .orElse("")));
    } catch (NoSuchFileException e) {
      throw requests.noBucket(location, e);
    } catch (AccessDeniedException e) {
      requireOwner();
      preflight.warn(
          location.bucketLocation() + ": may not be looked at, so that not all can be checked");
    }
  }

  private HeadBucketResponse headBucket(String owner) throws IOException {
    return requests.call(
        location,
        "the bucket cannot be looked up",
        () -> client().headBucket(b -> b.bucket(location.bucket()).expectedBucketOwner(owner)));
  }

  /** Tells whether access is denied because of the owner, which S3 does not say. */
  private void requireOwner() throws IOException {
    if (requests.access().expectedBucketOwner().isEmpty()) {
      return;
    }
    try {
      headBucket(null);
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      // Then it is denied for another reason as well.
      return;
    }
    try {
      headBucket(requests.access().owner());
    } catch (AccessDeniedException e) {
      AccessDeniedException stranger =
          new AccessDeniedException(
              location.bucketLocation(),
              null,
              "is owned by another account, should be by " + requests.access().owner());
      stranger.initCause(e);
      throw stranger;
    }
  }

  private void requireFree(boolean replace, List<String> tokens) throws IOException {
    boolean taken;
    try {
      Optional<HeadObjectResponse> there = requests.head(location);
      taken = there.isPresent() && !isOf(tokens, there.get());
    } catch (AccessDeniedException e) {
      if (!replace) {
        preflight.warn(
            location + ": may not be looked at, so that it shows at the end only if it exists");
      }
      return;
    }
    if (taken && !replace) {
      throw new FileAlreadyExistsException(location.toString(), null, "archive already exists");
    }
    preflight.found(location.toString(), taken ? "is there, and is replaced" : "is free");
  }

  private boolean isOf(List<String> tokens, HeadObjectResponse head) throws IOException {
    for (String token : tokens) {
      if (Publication.isOf(EarlierUpload.token(location, token).attempt(), head)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Asks for what a real upload asks for, but of an upload that does not exist: S3 looks at
   * permissions first. It changes nothing, even in a store that takes requests for others: none is
   * sent that could write before one that reads has shown that the store knows such uploads.
   */
  private void requireWritable() throws IOException {
    String nowhere = UUID.randomUUID().toString();
    Refusal listing = refusal("parts cannot be listed", () -> listParts(nowhere));
    if (listing == Refusal.DENIED) {
      preflight.warn(
          location
              + ": parts may not be listed (s3:ListMultipartUploadParts), so that what a run"
              + " that fails leaves behind may not be found");
    }
    if (listing != Refusal.NO_SUCH_UPLOAD) {
      return;
    }
    Refusal storing = refusal("cannot be written", () -> storePart(nowhere));
    if (storing == Refusal.DENIED) {
      throw new AccessDeniedException(
          location.toString(), null, "may not be written to (s3:PutObject)");
    }
    foundAllowed(storing, "s3:PutObject");
    Refusal aborting = refusal("uploads cannot be aborted", () -> abort(nowhere));
    foundAllowed(aborting, "s3:AbortMultipartUpload");
    if (aborting == Refusal.DENIED) {
      preflight.warn(
          location
              + ": uploads may not be aborted (s3:AbortMultipartUpload), so that a run that"
              + " fails leaves its parts behind");
    }
  }

  /** Who is told that there is no such upload may ask. */
  private void foundAllowed(Refusal refusal, String permission) {
    if (refusal == Refusal.NO_SUCH_UPLOAD) {
      preflight.found(location.toString(), permission + " is allowed");
    }
  }

  private enum Refusal {
    NO_SUCH_UPLOAD,
    DENIED,
    OTHER
  }

  private <T> Refusal refusal(String doing, Supplier<CompletableFuture<T>> request)
      throws IOException {
    try {
      requests.call(location, doing, request);
      return Refusal.OTHER;
    } catch (AccessDeniedException e) {
      return Refusal.DENIED;
    } catch (RequestException e) {
      return e.code().equals("NoSuchUpload") ? Refusal.NO_SUCH_UPLOAD : Refusal.OTHER;
    } catch (NoSuchFileException e) {
      return Refusal.OTHER;
    }
  }

  private CompletableFuture<? extends S3Response> listParts(String uploadId) {
    return client()
        .listParts(
            b ->
                b.bucket(location.bucket())
                    .key(location.key())
                    .uploadId(uploadId)
                    .expectedBucketOwner(requests.access().owner())
                    .requestPayer(requests.access().payer()));
  }

  private CompletableFuture<? extends S3Response> storePart(String uploadId) {
    return client()
        .uploadPart(
            b ->
                b.bucket(location.bucket())
                    .key(location.key())
                    .uploadId(uploadId)
                    .partNumber(1)
                    .contentLength(0L)
                    .expectedBucketOwner(requests.access().owner())
                    .requestPayer(requests.access().payer()),
            AsyncRequestBody.empty());
  }

  private CompletableFuture<? extends S3Response> abort(String uploadId) {
    return client()
        .abortMultipartUpload(
            b ->
                b.bucket(location.bucket())
                    .key(location.key())
                    .uploadId(uploadId)
                    .expectedBucketOwner(requests.access().owner())
                    .requestPayer(requests.access().payer()));
  }

  private void requireKeyHere(S3Encryption encryption) throws IOException {
    Matcher arn = KEY_ARN.matcher(encryption.kmsKeyId().orElse(""));
    if (arn.matches() && region.isPresent() && !arn.group(1).equals(region.orElseThrow())) {
      throw new IOException(
          "%s: the KMS key is in region %s, should be in the bucket's, %s"
              .formatted(location, arn.group(1), region.orElseThrow()));
    }
  }

  private void requireLockable(S3ObjectLock lock) throws IOException {
    if (lock.retention().isEmpty() && !lock.legalHold()) {
      return;
    }
    if (lock.retention().filter(r -> !r.until().isAfter(Instant.now())).isPresent()) {
      throw new IOException(
          "%s: the lock ends at %s, should end later than now"
              .formatted(location, lock.retention().orElseThrow().until()));
    }
    try {
      requests.call(
          location,
          "locks cannot be looked up",
          () ->
              client()
                  .getObjectLockConfiguration(
                      b ->
                          b.bucket(location.bucket())
                              .expectedBucketOwner(requests.access().owner())));
      preflight.found(location.bucketLocation(), "allows object locks");
    } catch (AccessDeniedException e) {
      preflight.warn(location.bucketLocation() + ": may not be asked whether it allows locks");
    } catch (RequestException e) {
      if (!NO_LOCKS.contains(e.code())) {
        throw e;
      }
      throw new IOException(
          location.bucketLocation() + ": does not allow object locks, should be made to", e);
    }
  }

  private S3AsyncClient client() {
    return requests.client();
  }
}
