package amber.s3;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;

/** What uploads to one key leave behind, which costs money and is seen by nobody. */
final class Leftovers {

  private static final int ROUNDS = 10;
  private static final Duration ROUND_PAUSE = Duration.ofMillis(200);

  // The most that S3 and a client may differ in what time it is.
  private static final Duration CLOCK_SKEW = Duration.ofMinutes(15);

  // Longer than all attempts to begin an upload take.
  private static final Duration CREATION_LIMIT = Duration.ofMinutes(30);

  private final Requests requests;
  private final S3Location location;

  Leftovers(Requests requests, S3Location location) {
    this.requests = requests;
    this.location = location;
  }

  /** Throws away what a token leads to; that it is gone already is no failure. */
  void abort(UploadToken token) throws IOException {
    if (token.uploadId().isPresent()) {
      abort(token.uploadId().get());
    } else if (token.isOfUpload()) {
      abortEmpty(token.since(), token.since().plus(CREATION_LIMIT), Optional.empty());
    }
  }

  /** Aborts an upload until it has no parts: one that was on its way may still arrive. */
  void abort(String uploadId) throws IOException {
    for (int round = 1; ; round++) {
      abortOnce(uploadId);
      int parts = countParts(uploadId);
      if (parts == 0) {
        return;
      }
      if (round == ROUNDS) {
        throw new IOException(
            "%s: %d parts of the unfinished upload %s are left, should be aborted: they are paid for"
                .formatted(location, parts, uploadId));
      }
      pause(location, "parts are being aborted");
    }
  }

  /**
   * Aborts uploads that were begun between two times, and have no part. Ours that was never
   * answered is one; a rival's would have parts by the time that we are done, or can begin again.
   */
  void abortEmpty(Instant since, Instant until, Optional<String> known) throws IOException {
    for (MultipartUpload upload : uploads()) {
      boolean ours = known.filter(upload.uploadId()::equals).isPresent();
      if (!ours
          && upload.initiated() != null
          && upload.initiated().isAfter(since.minus(CLOCK_SKEW))
          && upload.initiated().isBefore(until.plus(CLOCK_SKEW))
          && countParts(upload.uploadId()) == 0) {
        abortOnce(upload.uploadId());
      }
    }
  }

  /**
   * The ids of uploads that were begun since, whoever began them, and are not aborted in the next
   * moments.
   */
  List<String> leftSince(Instant since) throws IOException {
    for (int round = 1; ; round++) {
      List<String> left =
          uploads().stream()
              .filter(upload -> upload.initiated() != null && !upload.initiated().isBefore(since))
              .map(MultipartUpload::uploadId)
              .toList();
      if (left.isEmpty() || round == ROUNDS) {
        return left;
      }
      pause(location, "parts are being aborted");
    }
  }

  private void abortOnce(String uploadId) throws IOException {
    try {
      requests.call(
          location,
          "upload %s cannot be aborted".formatted(uploadId),
          () ->
              requests
                  .client()
                  .abortMultipartUpload(
                      b ->
                          b.bucket(location.bucket())
                              .key(location.key())
                              .uploadId(uploadId)
                              .expectedBucketOwner(requests.access().owner())
                              .requestPayer(requests.access().payer())));
    } catch (NoSuchFileException e) {
      // Gone already: an abort whose answer was lost, or a rule of the bucket.
      return;
    } catch (RequestException e) {
      requireGone(e);
    }
  }

  private int countParts(String uploadId) throws IOException {
    return new PartListing(requests, location, uploadId).count();
  }

  /** Passes over a refusal that says that there is no such upload. */
  static void requireGone(RequestException failure) throws RequestException {
    if (!failure.code().equals("NoSuchUpload")) {
      throw failure;
    }
  }

  private List<MultipartUpload> uploads() throws IOException {
    List<MultipartUpload> uploads = new ArrayList<>();
    String[] markers = new String[2];
    ListMultipartUploadsResponse page;
    do {
      page =
          requests.call(
              location,
              "the unfinished uploads cannot be listed",
              () ->
                  requests
                      .client()
                      .listMultipartUploads(
                          b ->
                              b.bucket(location.bucket())
                                  .prefix(location.key())
                                  .keyMarker(markers[0])
                                  .uploadIdMarker(markers[1])
                                  .expectedBucketOwner(requests.access().owner())
                                  .requestPayer(requests.access().payer())));
      page.uploads().stream()
          .filter(upload -> upload.key().equals(location.key()))
          .forEach(uploads::add);
      markers[0] = page.nextKeyMarker();
      markers[1] = page.nextUploadIdMarker();
    } while (Boolean.TRUE.equals(page.isTruncated()) && location.key().equals(markers[0]));
    return uploads;
  }

  /** Waits for a moment in which S3 may have come to know more. */
  static void pause(S3Location location, String doing) throws InterruptedIOException {
    try {
      TimeUnit.NANOSECONDS.sleep(ROUND_PAUSE.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("%s: interrupted while %s".formatted(location, doing));
    }
  }
}
