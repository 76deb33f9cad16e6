package amber.ec2;

import amber.ec2.AwsException.Kind;
import amber.work.Retry.Verdict;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.ebs.model.ResourceNotFoundException;
import software.amazon.awssdk.services.ebs.model.ValidationException;

/** Words what the SDK throws as what the rest of Amber understands. */
final class AwsErrors {

  private static final Set<String> THROTTLES =
      Set.of(
          "ThrottlingException",
          "Throttling",
          "RequestThrottledException",
          "ConcurrentLimitExceededException",
          "RequestLimitExceeded",
          "EC2ThrottledException",
          "TooManyRequestsException",
          "SlowDown");
  private static final Set<String> PASSING =
      Set.of("InvalidSignatureException", "RequestExpired", "RetryableError", "RequestTimeout");
  private static final Set<String> DENIALS =
      Set.of("UnauthorizedOperation", "AuthFailure", "OptInRequired", "Blocked");
  private static final Set<String> PASSING_REASONS =
      Set.of("WRITE_REQUEST_TIMEOUT", "CONFLICTING_BLOCK_UPDATE");

  private AwsErrors() {}

  /** An exception that says where, and whose type or kind says what it means. */
  static IOException of(String where, Throwable thrown) {
    Throwable cause = thrown;
    while (cause.getCause() != null
        && (cause instanceof ExecutionException || cause instanceof CompletionException)) {
      cause = cause.getCause();
    }
    if (cause instanceof IOException known) {
      return known;
    }
    if (cause instanceof AwsServiceException refusal) {
      return refusal(where, refusal);
    }
    if (cause instanceof SdkException && mentionsCredentials(cause)) {
      return because(
          new AccessDeniedException(where, null, "no credentials: " + cause.getMessage()), cause);
    }
    if (cause instanceof SdkException) {
      return new AwsException(Kind.TRANSIENT, where, "no answer: " + cause.getMessage(), cause);
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return new AwsException(Kind.INVALID, where, "request failed: " + cause, cause);
  }

  // The SDK has no type for it.
  private static boolean mentionsCredentials(Throwable cause) {
    return String.valueOf(cause.getMessage()).contains("Unable to load credentials");
  }

  private static IOException refusal(String where, AwsServiceException refusal) {
    String code = code(refusal);
    String problem = problem(refusal, code);
    if (isDenied(refusal, code)) {
      return because(new AccessDeniedException(where, null, problem), refusal);
    }
    if (refusal instanceof ResourceNotFoundException || code.endsWith(".NotFound")) {
      return because(new NoSuchFileException(where, null, problem), refusal);
    }
    return new AwsException(kind(refusal, code), where, problem, refusal);
  }

  private static IOException because(FileSystemException failure, Throwable cause) {
    failure.initCause(cause);
    return failure;
  }

  static String code(AwsServiceException refusal) {
    AwsErrorDetails details = refusal.awsErrorDetails();
    String code = details == null ? null : details.errorCode();
    return code == null ? "HTTP " + refusal.statusCode() : code;
  }

  private static String problem(AwsServiceException refusal, String code) {
    AwsErrorDetails details = refusal.awsErrorDetails();
    String message = details == null ? null : details.errorMessage();
    String reason =
        refusal instanceof ValidationException invalid && invalid.reasonAsString() != null
            ? " " + invalid.reasonAsString()
            : "";
    return "%s (%s%s, request %s)"
        .formatted(
            message == null ? "refused without a message" : message,
            code,
            reason,
            refusal.requestId());
  }

  private static boolean isDenied(AwsServiceException refusal, String code) {
    boolean named = DENIALS.contains(code) || code.toLowerCase(Locale.ROOT).contains("denied");
    return named || (refusal.statusCode() == 403 && !PASSING.contains(code));
  }

  private static Kind kind(AwsServiceException refusal, String code) {
    if (THROTTLES.contains(code)) {
      return Kind.THROTTLED;
    }
    if (refusal.statusCode() >= 500 || PASSING.contains(code)) {
      return Kind.TRANSIENT;
    }
    if (refusal instanceof ValidationException invalid) {
      return invalidKind(invalid);
    }
    // Of all 402s, AWS gives one: ServiceQuotaExceededException.
    boolean used = code.endsWith("LimitExceeded") && !code.equals("TagLimitExceeded");
    return refusal.statusCode() == 402 || used ? Kind.QUOTA : Kind.INVALID;
  }

  private static Kind invalidKind(ValidationException invalid) {
    String reason = String.valueOf(invalid.reasonAsString());
    if (reason.equals("INVALID_BLOCK_TOKEN")) {
      return Kind.STALE_BLOCK_TOKEN;
    }
    if (reason.equals("INVALID_PAGE_TOKEN")) {
      return Kind.STALE_PAGE_TOKEN;
    }
    // What EBS says when the block did not arrive in time; the reason alone does not tell.
    boolean late = String.valueOf(invalid.getMessage()).contains("Failed to read block data");
    return late || PASSING_REASONS.contains(reason) ? Kind.TRANSIENT : Kind.INVALID;
  }

  /** The same failure for another thread, which comes to it by another way. */
  static IOException again(IOException failure) {
    if (failure instanceof AwsException refusal) {
      return new AwsException(refusal.kind(), refusal.getMessage(), refusal);
    }
    if (failure instanceof NoSuchFileException none) {
      return because(new NoSuchFileException(none.getFile(), null, none.getReason()), none);
    }
    if (failure instanceof AccessDeniedException denied) {
      return because(new AccessDeniedException(denied.getFile(), null, denied.getReason()), denied);
    }
    return new IOException(failure.getMessage(), failure);
  }

  /** Whether the request found nothing, or not yet. */
  static boolean isNotFound(IOException failure) {
    return failure instanceof NoSuchFileException;
  }

  /** Whether AWS answered with this error code. */
  static boolean hasCode(IOException failure, String code) {
    return refusal(failure).filter(refusal -> code(refusal).equals(code)).isPresent();
  }

  /** Whether EBS gave this reason. */
  static boolean hasReason(IOException failure, String reason) {
    return refusal(failure)
        .filter(
            refusal ->
                refusal instanceof ValidationException invalid
                    && reason.equals(invalid.reasonAsString()))
        .isPresent();
  }

  private static Optional<AwsServiceException> refusal(IOException failure) {
    return failure.getCause() instanceof AwsServiceException refusal
        ? Optional.of(refusal)
        : Optional.empty();
  }

  static boolean is(IOException failure, Kind kind) {
    return failure instanceof AwsException refusal && refusal.kind() == kind;
  }

  /** What a failure means for the next attempt of the same request. */
  static Verdict verdict(IOException failure) {
    if (is(failure, Kind.THROTTLED)) {
      return Verdict.THROTTLED;
    }
    return is(failure, Kind.TRANSIENT) ? Verdict.TRANSIENT : Verdict.FATAL;
  }
}
