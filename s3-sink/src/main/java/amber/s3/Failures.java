package amber.s3;

import amber.work.ErrorClass;
import amber.work.ErrorClass.Meaning;
import amber.work.ErrorClass.Met;
import amber.work.LoginException;
import amber.work.Traffic;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.RetryableException;

/** What S3's refusals and the network's failures mean to a caller. */
final class Failures {

  private static final int OK = 200;
  private static final int BAD_REQUEST = 400;
  private static final int SERVER_ERROR = 500;

  private Failures() {}

  /**
   * The failure of a request about an object.
   *
   * @param doing what was asked for, such as {@code part 3 cannot be stored}
   * @param still how to say that nothing moved on the connection
   */
  static IOException of(S3Location location, String doing, Throwable failure, String still) {
    Optional<LoginException> login = login(location, failure);
    if (login.isPresent()) {
      return login.orElseThrow();
    }
    if (failure instanceof AwsServiceException refused) {
      return refused(location, doing, refused);
    }
    if (failure instanceof Error error) {
      throw error;
    }
    boolean passing = isOfTheNetwork(failure);
    return new RequestException(
        location.toString(),
        doing + ": " + (Traffic.isStill(reason(failure)) ? still : reason(failure)),
        failure,
        passing ? Meaning.TRANSIENT : Meaning.REFUSED,
        "",
        passing);
  }

  private static Optional<LoginException> login(S3Location location, Throwable failure) {
    // The native library keeps a name of the failure, and nothing else.
    boolean ofLibrary = String.valueOf(failure.getMessage()).contains("AWS_AUTH_CREDENTIALS");
    return ofLibrary
        ? Optional.of(
            new LoginException(
                location.toString(),
                "no credentials: " + failure.getMessage(),
                LoginException.Why.MISSING,
                failure))
        : LoginException.of(location.toString(), failure);
  }

  private static IOException refused(
      S3Location location, String doing, AwsServiceException refused) {
    String code = code(refused);
    Met met = new Met(refused.statusCode(), code, "", text(refused));
    Meaning meaning =
        isMisplaced(refused) ? Meaning.ELSEWHERE : ErrorClass.of(S3Errors.table(), met).meaning();
    if (code.equals("NoSuchBucket")) {
      return because(
          refused, new NoSuchFileException(location.bucketLocation(), null, "no such bucket"));
    }
    String problem =
        meaning == Meaning.ELSEWHERE ? moved(refused) : doing + ": " + message(refused, code);
    // What a server says it could not do, it may have done; so what it had promised to do.
    boolean doubtful =
        refused.statusCode() >= SERVER_ERROR
            || refused.statusCode() == OK
            || code.equals("InternalError");
    return failure(meaning, code, location, problem, refused, doubtful);
  }

  /** What is thrown for an error of such a meaning. */
  static IOException failure(
      Meaning meaning,
      String code,
      S3Location location,
      String problem,
      Throwable cause,
      boolean doubtful) {
    String where = location.toString();
    return switch (meaning) {
      case DENIED -> because(cause, new AccessDeniedException(where, null, problem));
      case NOT_FOUND -> because(cause, new NoSuchFileException(where, null, "no such archive"));
      case EXISTS ->
          because(cause, new FileAlreadyExistsException(where, null, "archive already exists"));
      case FROZEN -> because(cause, new FrozenArchiveException(where, "an archive class", false));
      case EXPIRED -> new LoginException(where, problem, LoginException.Why.EXPIRED, cause);
      case SKEWED -> new LoginException(where, problem, LoginException.Why.SKEWED, cause);
      case ELSEWHERE ->
          new RequestException(location.bucketLocation(), problem, cause, meaning, code, doubtful);
      case CONFLICT,
          GONE,
          QUOTA,
          THROTTLED,
          TRANSIENT,
          STALE_BLOCK_TOKEN,
          STALE_PAGE_TOKEN,
          REFUSED,
          INVALID ->
          new RequestException(where, problem, cause, meaning, code, doubtful);
    };
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

  private static String moved(AwsServiceException refused) {
    String region = bucketRegion(refused).map(name -> "region " + name).orElse("another region");
    return "is in %s, should be asked for there".formatted(region);
  }

  private static String code(AwsServiceException refused) {
    String code = refused.awsErrorDetails() == null ? null : refused.awsErrorDetails().errorCode();
    // A HEAD has no body, and its status stands where the code should be.
    return code == null || code.chars().allMatch(Character::isDigit) ? "" : code;
  }

  private static String text(AwsServiceException refused) {
    String text =
        refused.awsErrorDetails() == null ? null : refused.awsErrorDetails().errorMessage();
    return text == null ? "" : text;
  }

  private static String message(AwsServiceException refused, String code) {
    String text = text(refused);
    return "S3 answers %d %s%s"
        .formatted(refused.statusCode(), code, text.isEmpty() ? "" : " (" + text + ")")
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
    if (cause != null) {
      failure.initCause(cause);
    }
    return failure;
  }
}
