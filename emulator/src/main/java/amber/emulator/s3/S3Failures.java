package amber.emulator.s3;

import amber.emulator.http.Failure;
import amber.emulator.http.FailureException;
import amber.emulator.http.Response;
import amber.emulator.http.Trouble;
import java.nio.charset.StandardCharsets;

/** The errors of S3 that the relay answers itself, and how they look on the wire. */
final class S3Failures {

  static final String XML = "application/xml";

  private static final int OK = 200;

  private S3Failures() {}

  static FailureException refused(int status, String code, String message) {
    return new FailureException(Failure.of(status, code, message));
  }

  static Failure of(Trouble trouble) {
    return switch (trouble) {
      case THROTTLED -> Failure.of(503, "SlowDown", "Please reduce your request rate.");
      case INTERNAL ->
          Failure.of(500, "InternalError", "We encountered an internal error. Please try again.");
      case UNAVAILABLE ->
          Failure.of(503, "ServiceUnavailable", "Service is unable to handle request.");
      case UNSIGNED, DENIED -> Failure.of(403, "AccessDenied", "Access Denied");
      case UNKNOWN_REGION ->
          Failure.of(
              400,
              "AuthorizationHeaderMalformed",
              "The authorization header is malformed; the region is none of the emulator's.");
      case EXPIRED_TOKEN -> Failure.of(400, "ExpiredToken", "The provided token has expired.");
      case EXPIRED_SIGNATURE ->
          Failure.of(
              403,
              "RequestTimeTooSkewed",
              "The difference between the request time and the current time is too large.");
    };
  }

  static Response word(Failure failure, String requestId) {
    // S3 sends blanks while it works, and what has gone wrong in the meantime after these.
    String blanks = failure.status() == OK ? " ".repeat(20) : "";
    return xml(
            failure.status(),
            blanks
                + "<Error><Code>%s</Code><Message>%s</Message><RequestId>%s</RequestId></Error>"
                    .formatted(escape(failure.code()), escape(failure.message()), requestId))
        .with("x-amz-request-id", requestId);
  }

  static Response xml(int status, String content) {
    String text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + content;
    return Response.of(status, XML, text.getBytes(StandardCharsets.UTF_8));
  }

  static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
