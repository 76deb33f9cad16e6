package amber.s3;

import amber.work.Retry;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/** The requests by which one object is written, whole or in parts. */
final class ObjectUpload {

  private static final String NONE_MATCH = "*";

  // S3 may take minutes to put thousands of parts together.
  private static final Duration COMPLETION = Duration.ofMinutes(10);

  private final Requests requests;
  private final S3Settings settings;
  private final S3Location location;
  // Tells our object from another of the same key when an answer was lost.
  private final String attempt = UUID.randomUUID().toString();
  private final WriteHeaders headers;
  private volatile String uploadId;
  private boolean creationInDoubt;
  private Instant firstCreation;

  ObjectUpload(Requests requests, S3Settings settings, S3Location location) {
    this.requests = requests;
    this.settings = settings;
    this.location = location;
    Map<String, String> metadata = new TreeMap<>(settings.metadata().encoded());
    metadata.put(S3Metadata.ATTEMPT, attempt);
    this.headers = new WriteHeaders(settings, metadata);
  }

  S3Location location() {
    return location;
  }

  /** Whether there is a multipart upload. */
  boolean isBegun() {
    return uploadId != null;
  }

  /** Begins a multipart upload. */
  void begin() throws IOException {
    CreateMultipartUploadRequest.Builder builder =
        CreateMultipartUploadRequest.builder()
            .bucket(location.bucket())
            .key(location.key())
            .expectedBucketOwner(requests.access().owner())
            .requestPayer(requests.access().payer());
    headers.applyTo(builder);
    if (settings.transfer().checksums()) {
      builder.checksumAlgorithm(ChecksumAlgorithm.CRC32_C).checksumType(ChecksumType.FULL_OBJECT);
    }
    firstCreation = Instant.now();
    uploadId =
        noting(
                () -> creationInDoubt = true,
                "an upload cannot be begun",
                Patience.USUAL,
                () -> client().createMultipartUpload(builder.build()))
            .uploadId();
  }

  /** Stores one part. Many threads may. */
  CompletedPart store(int number, Part part) throws IOException {
    String crc = checksum(part.crc32c());
    UploadPartRequest request =
        UploadPartRequest.builder()
            .bucket(location.bucket())
            .key(location.key())
            .uploadId(uploadId)
            .partNumber(number)
            .contentLength(part.bytes())
            .checksumCRC32C(crc)
            .expectedBucketOwner(requests.access().owner())
            .requestPayer(requests.access().payer())
            .build();
    String etag =
        requests
            .call(
                location,
                "part %d cannot be stored".formatted(number),
                part.patience(),
                () -> client().uploadPart(request, part.body()))
            .eTag();
    return CompletedPart.builder().partNumber(number).eTag(etag).checksumCRC32C(crc).build();
  }

  /** Makes the object of its parts. */
  void complete(List<CompletedPart> parts, long bytes, int crc32c) throws IOException {
    CompleteMultipartUploadRequest.Builder builder =
        CompleteMultipartUploadRequest.builder()
            .bucket(location.bucket())
            .key(location.key())
            .uploadId(uploadId)
            .multipartUpload(m -> m.parts(parts))
            .mpuObjectSize(bytes)
            .ifNoneMatch(settings.replace() ? null : NONE_MATCH)
            .expectedBucketOwner(requests.access().owner())
            .requestPayer(requests.access().payer());
    if (settings.transfer().checksums()) {
      builder.checksumType(ChecksumType.FULL_OBJECT).checksumCRC32C(checksum(crc32c));
    }
    publish(
        bytes,
        Patience.longer(COMPLETION),
        () -> client().completeMultipartUpload(builder.build()));
  }

  /** Stores the object at once. */
  void put(Part part) throws IOException {
    PutObjectRequest.Builder builder =
        PutObjectRequest.builder()
            .bucket(location.bucket())
            .key(location.key())
            .contentLength(part.bytes())
            .checksumCRC32C(checksum(part.crc32c()))
            .ifNoneMatch(settings.replace() ? null : NONE_MATCH)
            .expectedBucketOwner(requests.access().owner())
            .requestPayer(requests.access().payer());
    headers.applyTo(builder);
    publish(part.bytes(), part.patience(), () -> client().putObject(builder.build(), part.body()));
  }

  /** Does what makes the object visible, and finds out what happened if no answer says so. */
  private <T> void publish(long bytes, Patience patience, Supplier<CompletableFuture<T>> request)
      throws IOException {
    boolean[] doubt = new boolean[1];
    try {
      noting(() -> doubt[0] = true, "cannot be stored", patience, request);
    } catch (IOException e) {
      Optional<HeadObjectResponse> there = look(e, doubt[0]);
      if (doubt[0] && there.filter(this::isOurs).isPresent()) {
        requireSize(there.orElseThrow(), bytes);
        return;
      }
      if (there.isPresent()
          && !settings.replace()
          && RequestException.hasCode(e, "ConditionalRequestConflict")) {
        FileAlreadyExistsException taken =
            new FileAlreadyExistsException(location.toString(), null, "archive already exists");
        taken.initCause(e);
        throw taken;
      }
      throw e;
    }
    confirmSize(bytes);
  }

  /** What is under the key after a failure; nobody needs to know if it is certain. */
  private Optional<HeadObjectResponse> look(IOException failure, boolean doubt) throws IOException {
    boolean conflict = RequestException.hasCode(failure, "ConditionalRequestConflict");
    if (!doubt && !conflict) {
      return Optional.empty();
    }
    try {
      return requests.head(location);
    } catch (IOException e) {
      failure.addSuppressed(e);
      if (doubt) {
        throw new UnknownCommitException(location.toString(), failure);
      }
      throw failure;
    }
  }

  private boolean isOurs(HeadObjectResponse head) {
    return attempt.equals(head.metadata().get(S3Metadata.ATTEMPT));
  }

  private void confirmSize(long bytes) throws IOException {
    try {
      Optional<HeadObjectResponse> head = requests.head(location).filter(this::isOurs);
      if (head.isPresent()) {
        requireSize(head.orElseThrow(), bytes);
      }
    } catch (RequestException | AccessDeniedException e) {
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

  /** Throws the parts away, and an upload whose beginning was never answered. */
  void discard(boolean committed) throws IOException {
    Leftovers leftovers = new Leftovers(requests, location);
    if (uploadId != null && !committed) {
      leftovers.abort(uploadId);
    }
    if (creationInDoubt) {
      leftovers.abortEmpty(firstCreation, Optional.ofNullable(uploadId));
    }
  }

  private <T> T noting(
      Runnable doubt, String doing, Patience patience, Supplier<CompletableFuture<T>> request)
      throws IOException {
    Retry retry = requests.retry();
    return retry.call(
        patience.more(),
        (number, limit) -> {
          try {
            return Requests.once(location, doing, patience, limit, request);
          } catch (IOException e) {
            if (!(e instanceof NoSuchFileException) && isInDoubt(e)) {
              doubt.run();
            }
            throw e;
          }
        });
  }

  private static boolean isInDoubt(IOException failure) {
    return RequestException.isDoubtful(failure) || failure instanceof InterruptedIOException;
  }

  private S3AsyncClient client() {
    return requests.client();
  }

  private String checksum(int crc32c) {
    if (!settings.transfer().checksums()) {
      return null;
    }
    return Base64.getEncoder()
        .encodeToString(ByteBuffer.allocate(Integer.BYTES).putInt(crc32c).array());
  }
}
