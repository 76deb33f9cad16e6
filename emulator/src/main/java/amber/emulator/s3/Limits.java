package amber.emulator.s3;

import amber.emulator.http.FailureException;
import amber.emulator.http.Header;
import amber.emulator.http.Request;
import amber.emulator.http.Target;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/** Limits of what may be said of an object in headers, which S3Mock does not know. */
final class Limits {

  private static final String METADATA = "x-amz-meta-";
  private static final int MOST_METADATA_BYTES = 2048;
  private static final String TAGGING = "x-amz-tagging";
  private static final int MOST_TAGS = 10;
  private static final int MOST_TAG_KEY = 128;
  private static final int MOST_TAG_VALUE = 256;

  private Limits() {}

  static void check(Request request) throws FailureException {
    checkMetadata(request);
    if (request.header(TAGGING).isPresent()) {
      checkTags(Target.of("", request.header(TAGGING).get()).query());
    }
  }

  private static void checkMetadata(Request request) throws FailureException {
    int bytes = 0;
    for (Header header : request.headers()) {
      if (header.name().toLowerCase(Locale.ROOT).startsWith(METADATA)) {
        bytes += header.name().length() - METADATA.length();
        bytes += header.value().getBytes(StandardCharsets.UTF_8).length;
      }
    }
    if (bytes > MOST_METADATA_BYTES) {
      throw S3Failures.refused(
          400,
          "MetadataTooLarge",
          "Your metadata headers exceed the maximum allowed metadata size");
    }
  }

  private static void checkTags(Map<String, String> tags) throws FailureException {
    if (tags.size() > MOST_TAGS) {
      throw S3Failures.refused(
          400, "BadRequest", "Object tags cannot be greater than " + MOST_TAGS);
    }
    for (Map.Entry<String, String> tag : tags.entrySet()) {
      if (tag.getKey().isEmpty()
          || tag.getKey().length() > MOST_TAG_KEY
          || tag.getKey().startsWith("aws:")) {
        throw S3Failures.refused(400, "InvalidTag", "The TagKey you have provided is invalid");
      }
      if (tag.getValue().length() > MOST_TAG_VALUE) {
        throw S3Failures.refused(400, "InvalidTag", "The TagValue you have provided is invalid");
      }
    }
  }
}
