package amber.s3;

import amber.work.LeftBehindException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CopyPartResult;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.UploadPartCopyRequest;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/** The requests by which one object is written, whole or in parts. */
final class ObjectUpload {

  private final Requests requests;
  private final S3Location location;
  private final Publication publication;
  private final WriteHeaders headers;
  private final Optional<S3Checksum.Algorithm> checksum;
  private volatile String uploadId;
  private boolean creationInDoubt;
  private Instant firstCreation;
  private Consumer<AbortRule> ruled = rule -> {};

  ObjectUpload(Requests requests, S3Settings settings, S3Location location) {
    this(
        requests,
        settings,
        location,
        new Publication(requests, location, settings.replace()),
        settings.transfer().checksum());
  }

  private ObjectUpload(
      Requests requests,
      S3Settings settings,
      S3Location location,
      Publication publication,
      Optional<S3Checksum.Algorithm> checksum) {
    this.requests = requests;
    this.location = location;
    this.publication = publication;
    this.checksum = checksum;
    this.headers = new WriteHeaders(settings, publication.metadata(settings));
  }

  /** One that an earlier run has begun: what the object carries was fixed then. */
  static ObjectUpload resumed(
      Requests requests, S3Settings settings, S3Location location, UploadToken token) {
    ObjectUpload upload =
        new ObjectUpload(
            requests,
            settings,
            location,
            Publication.resumed(requests, location, settings.replace(), token.attempt()),
            token.checksum());
    upload.uploadId = token.uploadId().orElseThrow();
    return upload;
  }

  S3Location location() {
    return location;
  }

  /** Asks to be told of a rule of the bucket that would abort the upload. */
  void onRule(Consumer<AbortRule> listener) {
    ruled = listener;
  }

  /** Whether there is a multipart upload. */
  boolean isBegun() {
    return uploadId != null;
  }

  /** The checksum that parts are to have, whether they carry it or not. */
  S3Checksum.Algorithm summedBy() {
    return checksum.orElse(S3Checksum.Algorithm.CRC32C);
  }

  /** Begins a multipart upload of parts that carry a checksum, unless the settings say not. */
  void begin() throws IOException {
    begin(checksum);
  }

  /** By what a later run finds the multipart upload again. */
  UploadToken token() {
    return UploadToken.of(publication.attempt(), checksum, uploadId);
  }

  /** By what a later run finds the object, if it is stored at once and no answer comes. */
  UploadToken atOnce() {
    return UploadToken.atOnce(publication.attempt(), checksum);
  }

  /** By what a later run finds the multipart upload, if no answer says that it is begun. */
  UploadToken intended() {
    return UploadToken.intended(publication.attempt(), checksum, Instant.now());
  }

  /** Begins a multipart upload of an object that has such a checksum of its whole. */
  void begin(Optional<S3Checksum.Algorithm> ofWhole) throws IOException {
    CreateMultipartUploadRequest.Builder builder =
        CreateMultipartUploadRequest.builder()
            .bucket(location.bucket())
            .key(location.key())
            .expectedBucketOwner(requests.access().owner())
            .requestPayer(requests.access().payer());
    headers.applyTo(builder);
    ofWhole.ifPresent(
        algorithm ->
            builder.checksumAlgorithm(algorithm.s3()).checksumType(ChecksumType.FULL_OBJECT));
    firstCreation = Instant.now();
    CreateMultipartUploadResponse begun =
        publication.noting(
            () -> creationInDoubt = true,
            "an upload cannot be begun",
            Patience.USUAL,
            () -> client().createMultipartUpload(builder.build()));
    uploadId = begun.uploadId();
    AbortRule.of(begun).ifPresent(ruled);
  }

  /** Stores one part. Many threads may. */
  StoredPart store(int number, Part part) throws IOException {
    S3Checksum sum = part.sum();
    UploadPartRequest.Builder request =
        UploadPartRequest.builder()
            .bucket(location.bucket())
            .key(location.key())
            .uploadId(uploadId)
            .partNumber(number)
            .contentLength(part.bytes())
            .expectedBucketOwner(requests.access().owner())
            .requestPayer(requests.access().payer());
    if (checksum.isPresent()) {
      sum.applyTo(request);
    }
    String etag =
        requests
            .call(
                location,
                "part %d cannot be stored".formatted(number),
                part.patience(),
                () -> client().uploadPart(request.build(), body(part)))
            .eTag();
    return new StoredPart(number, part.bytes(), sum, etag);
  }

  /** Stores one part of what another object holds, without its bytes coming here. */
  CompletedPart copy(int number, CopiedRange range) throws IOException {
    UploadPartCopyRequest.Builder request =
        UploadPartCopyRequest.builder()
            .destinationBucket(location.bucket())
            .destinationKey(location.key())
            .uploadId(uploadId)
            .partNumber(number)
            .expectedBucketOwner(requests.access().owner())
            .requestPayer(requests.access().payer());
    range.applyTo(request);
    S3AsyncClient patient = requests.patientClient();
    CopyPartResult result =
        requests
            .call(
                location,
                "part %d cannot be copied".formatted(number),
                Patience.forCopy(range.bytes()),
                () -> patient.uploadPartCopy(request.build()))
            .copyPartResult();
    return CompletedPart.builder()
        .partNumber(number)
        .eTag(result.eTag())
        .checksumCRC32C(result.checksumCRC32C())
        .checksumCRC32(result.checksumCRC32())
        .checksumCRC64NVME(result.checksumCRC64NVME())
        .build();
  }

  /** Makes the object of its parts, which are all that it has, in order. */
  void complete(List<StoredPart> parts) throws IOException {
    long bytes = 0;
    CrcSum sum = new CrcSum(summedBy());
    for (StoredPart part : parts) {
      bytes += part.bytes();
      sum.add(part.sum(), part.bytes());
    }
    complete(
        parts.stream().map(part -> part.completed(checksum.isPresent())).toList(),
        bytes,
        checksum.map(algorithm -> sum.value()));
  }

  /** Makes the object of its parts. */
  void complete(List<CompletedPart> parts, long bytes, Optional<S3Checksum> whole)
      throws IOException {
    CompleteMultipartUploadRequest.Builder builder =
        CompleteMultipartUploadRequest.builder()
            .bucket(location.bucket())
            .key(location.key())
            .uploadId(uploadId)
            .multipartUpload(m -> m.parts(parts))
            .mpuObjectSize(bytes)
            .ifNoneMatch(publication.noneMatch())
            .expectedBucketOwner(requests.access().owner())
            .requestPayer(requests.access().payer());
    whole.ifPresent(sum -> sum.applyTo(builder));
    S3AsyncClient patient = requests.patientClient();
    publication.publishParts(
        bytes,
        Patience.forCompletion(parts.size(), bytes),
        () -> patient.completeMultipartUpload(builder.build()));
  }

  /** Stores the object at once. */
  void put(Part part) throws IOException {
    PutObjectRequest.Builder builder =
        PutObjectRequest.builder()
            .bucket(location.bucket())
            .key(location.key())
            .contentLength(part.bytes())
            .ifNoneMatch(publication.noneMatch())
            .expectedBucketOwner(requests.access().owner())
            .requestPayer(requests.access().payer());
    headers.applyTo(builder);
    if (checksum.isPresent()) {
      part.sum().applyTo(builder);
    }
    publication.publish(
        part.bytes(), part.patience(), () -> client().putObject(builder.build(), body(part)));
  }

  private CountedBody body(Part part) {
    return new CountedBody(part.body(), requests.traffic());
  }

  /**
   * Throws the parts away, and an upload whose beginning was never answered.
   *
   * @param kept whether the parts are part of an object, or to be kept for a later run
   */
  void discard(boolean kept) throws IOException {
    try {
      Leftovers leftovers = new Leftovers(requests, location);
      if (uploadId != null && !kept) {
        leftovers.abort(uploadId);
      }
      if (creationInDoubt) {
        leftovers.abortEmpty(firstCreation, Instant.now(), Optional.ofNullable(uploadId));
      }
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      throw new LeftBehindException(
          "%s: an unfinished upload may be left, should be aborted, by hand or by a rule of the bucket: %s"
              .formatted(location, e.getMessage()),
          e);
    }
  }

  private S3AsyncClient client() {
    return requests.client();
  }
}
