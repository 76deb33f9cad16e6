package amber.s3;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadResponse;

/**
 * A rule of the bucket that aborts uploads that are not finished ({@code
 * AbortIncompleteMultipartUpload}), as S3 tells of it when an upload is begun.
 *
 * @param at when this upload would be aborted
 * @param id the rule's name, or an empty text
 */
record AbortRule(Instant at, String id) {

  // A slow line, and still one that somebody would send an archive over.
  private static final long SLOW_BYTES_PER_SECOND = 4 << 20;

  static Optional<AbortRule> of(CreateMultipartUploadResponse begun) {
    return Optional.ofNullable(begun.abortDate())
        .map(at -> new AbortRule(at, begun.abortRuleId() == null ? "" : begun.abortRuleId()));
  }

  /**
   * What to say of it, if an upload that begins now could be aborted before it is done.
   *
   * @param bytes the most that the upload will have
   */
  Optional<String> warning(S3Location location, long bytes, Instant now) {
    Duration needed = Duration.ofSeconds(bytes / SLOW_BYTES_PER_SECOND);
    if (now.plus(needed).isBefore(at)) {
      return Optional.empty();
    }
    return Optional.of(
        "%s: the bucket's rule '%s' aborts the upload at %s, which could be before it is done: it may take %d hours"
            .formatted(location, id, at.truncatedTo(ChronoUnit.SECONDS), needed.toHours() + 1));
  }
}
