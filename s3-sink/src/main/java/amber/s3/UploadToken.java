package amber.s3;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * By what a later run finds a multipart upload again, or what was asked for without an answer: the
 * beginning of one, or an object that is stored at once.
 *
 * @param attempt what the object will carry as {@link S3Metadata#ATTEMPT}, fixed when the upload
 *     was created
 * @param checksum what it was created for its parts to carry, if anything: one of those that Amber
 *     makes
 * @param uploadId S3's name for it, if it was told
 * @param since when the beginning of an upload was asked for, by this machine's clock, to the
 *     second; else the epoch
 */
record UploadToken(
    String attempt,
    Optional<S3Checksum.Algorithm> checksum,
    Optional<String> uploadId,
    Instant since) {

  private static final String WITHOUT = "plain";

  // S3's ids have no blanks.
  private static final String UNKNOWN = "asked ";
  private static final String AT_ONCE = "at once";

  // The id is whatever a server likes, and stands at the end.
  private static final Pattern TEXT =
      Pattern.compile(
          "([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) (crc32c|crc64nvme|%s) ([^\\p{Cntrl}]+)"
              .formatted(WITHOUT));

  /** Of an upload. */
  static UploadToken of(String attempt, Optional<S3Checksum.Algorithm> checksum, String uploadId) {
    return new UploadToken(attempt, checksum, Optional.of(uploadId), Instant.EPOCH);
  }

  /** Of an object that is about to be stored at once, of which nothing else can be left. */
  static UploadToken atOnce(String attempt, Optional<S3Checksum.Algorithm> checksum) {
    return new UploadToken(attempt, checksum, Optional.empty(), Instant.EPOCH);
  }

  /** Whether there is an upload, or may be. */
  boolean isOfUpload() {
    return uploadId.isPresent() || !since.equals(Instant.EPOCH);
  }

  /** Of an upload whose beginning is about to be asked for. */
  static UploadToken intended(
      String attempt, Optional<S3Checksum.Algorithm> checksum, Instant since) {
    return new UploadToken(
        attempt, checksum, Optional.empty(), since.truncatedTo(ChronoUnit.SECONDS));
  }

  /** Reads what {@link #toString} wrote. */
  static UploadToken parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw notOurs(text);
    }
    String attempt = matcher.group(1);
    Optional<S3Checksum.Algorithm> checksum =
        Optional.of(matcher.group(2))
            .filter(name -> !name.equals(WITHOUT))
            .map(name -> S3Checksum.Algorithm.valueOf(name.toUpperCase(Locale.ROOT)));
    String rest = matcher.group(3);
    if (rest.equals(AT_ONCE)) {
      return atOnce(attempt, checksum);
    }
    if (!rest.startsWith(UNKNOWN)) {
      return of(attempt, checksum, rest);
    }
    try {
      return intended(attempt, checksum, Instant.parse(rest.substring(UNKNOWN.length())));
    } catch (DateTimeException e) {
      IllegalArgumentException damaged = notOurs(text);
      damaged.initCause(e);
      throw damaged;
    }
  }

  private static IllegalArgumentException notOurs(String text) {
    return new IllegalArgumentException(
        "note '%s', should be an attempt, a checksum or '%s', and an upload's id"
            .formatted(text, WITHOUT));
  }

  /** One line of text. */
  @Override
  public String toString() {
    String name = checksum.map(each -> each.name().toLowerCase(Locale.ROOT)).orElse(WITHOUT);
    String asked = isOfUpload() ? UNKNOWN + since : AT_ONCE;
    return "%s %s %s".formatted(attempt, name, uploadId.orElse(asked));
  }
}
