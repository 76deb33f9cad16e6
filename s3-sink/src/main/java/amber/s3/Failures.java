package amber.s3;

import amber.work.Retry.Verdict;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.RetryableException;

/** What S3's refusals and the network's failures mean to a caller. */
final class Failures {

  private static final int MOVED = 301;
  private static final int BAD_REQUEST = 400;
  private static final int DENIED = 403;
  private static final int NOT_FOUND = 404;
  private static final int PRECONDITION = 412;
  private static final int TOO_MANY = 429;
  private static final int SERVER_ERROR = 500;

  private static final Set<String> THROTTLING =
      Set.of(
          "SlowDown",
          "Throttling",
          "ThrottlingException",
          "RequestLimitExceeded",
          "TooManyRequests");

  // The digest of what arrived was wrong, or the request came in too slowly: both pass.
  private static final Set<String> PASSING =
      Set.of(
          "InternalError",
          "ServiceUnavailable",
          "RequestTimeout",
          "BadDigest",
          "XAmzContentSHA256Mismatch",
          "OperationAborted",
          "ConditionalRequestConflict");

  private Failures() {}

  /**
   * The failure of a request about an object.
   *
   * @param doing what was asked for, such as {@code part 3 cannot be stored}
   */
  static IOException of(S3Location location, String doing, Throwable failure) {
    if (failure instanceof AwsServiceException refused) {
      return refused(location, doing, refused);
    }
    if (failure instanceof Error error) {
      throw error;
    }
    boolean passing = isOfTheNetwork(failure);
    return new RequestException(
        location.toString(),
        doing + ": " + reason(failure),
        failure,
        passing ? Verdict.TRANSIENT : Verdict.FATAL,
        "",
        passing);
  }

  private static IOException refused(
      S3Location location, String doing, AwsServiceException refused) {
    String code = code(refused);
    String where = location.toString();
    if (code.equals("NoSuchBucket")) {
      return because(
          refused, new NoSuchFileException(location.bucketLocation(), null, "no such bucket"));
    }
    if (code.equals("InvalidObjectState")) {
      return because(refused, new FrozenArchiveException(where, "an archive class", false));
    }
    if (code.equals("NoSuchKey") || (code.isEmpty() && refused.statusCode() == NOT_FOUND)) {
      return because(refused, new NoSuchFileException(where, null, "no such archive"));
    }
    if (refused.statusCode() == PRECONDITION) {
      return because(
          refused, new FileAlreadyExistsException(where, null, "archive already exists"));
    }
    if (refused.statusCode() == MOVED || isMisplaced(refused)) {
      return moved(location, refused);
    }
    if (refused.statusCode() == DENIED && !code.equals("RequestTimeTooSkewed")) {
      return because(
          refused, new AccessDeniedException(where, null, doing + ": " + message(refused, code)));
    }
    return new RequestException(
        where,
        doing + ": " + message(refused, code),
        refused,
        verdict(refused, code),
        code,
        // What a server says it could not do, it may have done.
        refused.statusCode() >= SERVER_ERROR || code.equals("InternalError"));
  }

  /** Some regions do not point to where a bucket is, but find the signature to be wrong. */
  private static boolean isMisplaced(AwsServiceException refused) {
    boolean signature =
        code(refused).isEmpty() || code(refused).equals("AuthorizationHeaderMalformed");
    return refused.statusCode() == BAD_REQUEST && signature && bucketRegion(refused).isPresent();
  }

  private static Optional<String> bucketRegion(AwsServiceException refused) {
    AwsErrorDetails details = refused.awsErrorDetails();
    return details == null || details.sdkHttpResponse() == null
        ? Optional.empty()
        : details.sdkHttpResponse().firstMatchingHeader("x-amz-bucket-region");
  }

  private static IOException moved(S3Location location, AwsServiceException refused) {
    String region = bucketRegion(refused).map(name -> "region " + name).orElse("another region");
    return new RequestException(
        location.bucketLocation(),
        "is in %s, should be asked for there".formatted(region),
        refused,
        Verdict.FATAL,
        "PermanentRedirect",
        false);
  }

  private static Verdict verdict(AwsServiceException refused, String code) {
    if (THROTTLING.contains(code)
        || refused.statusCode() == TOO_MANY
        || (code.isEmpty() && refused.statusCode() == 503)) {
      return Verdict.THROTTLED;
    }
    boolean passing = refused.statusCode() >= SERVER_ERROR || PASSING.contains(code);
    return passing && refused.statusCode() != 501 ? Verdict.TRANSIENT : Verdict.FATAL;
  }

  private static String code(AwsServiceException refused) {
    String code = refused.awsErrorDetails() == null ? null : refused.awsErrorDetails().errorCode();
    // A HEAD has no body, and its status stands where the code should be.
    return code == null || code.chars().allMatch(Character::isDigit) ? "" : code;
  }

  private static String message(AwsServiceException refused, String code) {
    String message =
        refused.awsErrorDetails() == null ? null : refused.awsErrorDetails().errorMessage();
    String status = "S3 answers %d".formatted(refused.statusCode());
    return "%s %s%s"
        .formatted(status, code, message == null || message.isEmpty() ? "" : " (" + message + ")")
        .strip();
  }

  private static boolean isOfTheNetwork(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof IOException
          || t instanceof TimeoutException
          || t instanceof ApiCallTimeoutException
          || t instanceof ApiCallAttemptTimeoutException
          || t instanceof RetryableException
          || t.getClass().getName().startsWith("software.amazon.awssdk.crt.")) {
        return true;
      }
    }
    return false;
  }

  private static String reason(Throwable failure) {
    String message = failure.getMessage();
    if (message == null) {
      return failure.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }
    return message;
  }

  private static IOException because(Throwable cause, IOException failure) {
    failure.initCause(cause);
    return failure;
  }
}
