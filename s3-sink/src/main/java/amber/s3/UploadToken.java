package amber.s3;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * By what a later run finds a multipart upload again.
 *
 * @param attempt what the object will carry as {@link S3Metadata#ATTEMPT}, fixed when the upload
 *     was created
 * @param checksums whether it was created for parts that carry a CRC-32C
 * @param uploadId S3's name for it
 */
record UploadToken(String attempt, boolean checksums, String uploadId) {

  private static final String WITH = "crc32c";
  private static final String WITHOUT = "plain";

  // The id is whatever a server likes, and stands at the end.
  private static final Pattern TEXT =
      Pattern.compile(
          "([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) (%s|%s) ([^\\p{Cntrl}]+)"
              .formatted(WITH, WITHOUT));

  /** Reads what {@link #toString} wrote. */
  static UploadToken parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "note '%s', should be an attempt, '%s' or '%s', and an upload's id"
              .formatted(text, WITH, WITHOUT));
    }
    return new UploadToken(matcher.group(1), matcher.group(2).equals(WITH), matcher.group(3));
  }

  /** One line of text. */
  @Override
  public String toString() {
    return "%s %s %s".formatted(attempt, checksums ? WITH : WITHOUT, uploadId);
  }
}
