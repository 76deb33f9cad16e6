package amber.ec2;

import amber.ec2.AwsException.Kind;
import amber.work.ErrorClass;
import amber.work.ErrorClass.Meaning;
import amber.work.ErrorClass.Met;
import amber.work.LoginException;
import amber.work.LoginException.Why;
import amber.work.Retry.Verdict;
import amber.work.Traffic;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.ebs.model.RequestThrottledException;
import software.amazon.awssdk.services.ebs.model.ResourceNotFoundException;
import software.amazon.awssdk.services.ebs.model.ServiceQuotaExceededException;
import software.amazon.awssdk.services.ebs.model.ValidationException;

/** Words what the SDK throws as what the rest of Amber understands. */
final class AwsErrors {

  private AwsErrors() {}

  /**
   * An exception that says where, and whose type or kind says what it means.
   *
   * @param traffic of the connection
   */
  static IOException of(String where, Throwable thrown, Traffic traffic) {
    Throwable cause = thrown;
    while (cause.getCause() != null
        && (cause instanceof ExecutionException || cause instanceof CompletionException)) {
      cause = cause.getCause();
    }
    if (cause instanceof IOException known) {
      return known;
    }
    Optional<LoginException> login = LoginException.of(where, cause);
    if (login.isPresent()) {
      return login.get();
    }
    if (cause instanceof AwsServiceException refusal) {
      return refusal(where, refusal);
    }
    if (cause instanceof SdkException) {
      String said = String.valueOf(cause.getMessage());
      String reason = Traffic.isStill(said) ? traffic.still() : "no answer: " + said;
      return new AwsException(Kind.TRANSIENT, where, reason, cause);
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return new AwsException(Kind.REFUSED, where, "request failed: " + cause, cause);
  }

  private static IOException refusal(String where, AwsServiceException refusal) {
    String code = code(refusal);
    String message = message(refusal).orElse("");
    Met met = new Met(refusal.statusCode(), code, reason(refusal).orElse(""), message);
    Meaning meaning = ErrorClass.of(Ec2Errors.table(), met).meaning();
    return failure(meaning, where, problem(refusal, code), refusal);
  }

  /** What is thrown for an error of such a meaning. */
  static IOException failure(Meaning meaning, String where, String problem, Throwable cause) {
    return switch (meaning) {
      case DENIED -> because(new AccessDeniedException(where, null, problem), cause);
      case NOT_FOUND -> because(new NoSuchFileException(where, null, problem), cause);
      case EXISTS -> because(new FileAlreadyExistsException(where, null, problem), cause);
      case EXPIRED -> new LoginException(where, problem, Why.EXPIRED, cause);
      case SKEWED -> new LoginException(where, problem, Why.SKEWED, cause);
      case QUOTA, THROTTLED, TRANSIENT, STALE_BLOCK_TOKEN, STALE_PAGE_TOKEN, REFUSED, INVALID ->
          new AwsException(Kind.valueOf(meaning.name()), where, problem, cause);
      case CONFLICT, GONE, FROZEN, ELSEWHERE -> throw new IllegalStateException("bug: " + meaning);
    };
  }

  private static IOException because(FileSystemException failure, Throwable cause) {
    if (cause != null) {
      failure.initCause(cause);
    }
    return failure;
  }

  static String code(AwsServiceException refusal) {
    AwsErrorDetails details = refusal.awsErrorDetails();
    String code = details == null ? null : details.errorCode();
    return code == null ? "HTTP " + refusal.statusCode() : code;
  }

  private static Optional<String> message(AwsServiceException refusal) {
    return Optional.ofNullable(refusal.awsErrorDetails()).map(AwsErrorDetails::errorMessage);
  }

  private static String problem(AwsServiceException refusal, String code) {
    return "%s (%s%s, request %s)"
        .formatted(
            message(refusal).orElse("refused without a message"),
            code,
            reason(refusal).map(reason -> " " + reason).orElse(""),
            refusal.requestId());
  }

  /** What EBS direct adds to a name; each of its exceptions has a type of its own for that. */
  private static Optional<String> reason(AwsServiceException refusal) {
    String reason = null;
    if (refusal instanceof ValidationException invalid) {
      reason = invalid.reasonAsString();
    } else if (refusal instanceof ResourceNotFoundException none) {
      reason = none.reasonAsString();
    } else if (refusal instanceof RequestThrottledException throttled) {
      reason = throttled.reasonAsString();
    } else if (refusal instanceof ServiceQuotaExceededException used) {
      reason = used.reasonAsString();
    } else if (refusal
        instanceof software.amazon.awssdk.services.ebs.model.AccessDeniedException denied) {
      reason = denied.reasonAsString();
    }
    return Optional.ofNullable(reason);
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
    if (failure instanceof LoginException login) {
      return new LoginException(login.getFile(), login.getReason(), login.why(), login);
    }
    if (failure instanceof FileAlreadyExistsException taken) {
      return because(
          new FileAlreadyExistsException(taken.getFile(), null, taken.getReason()), taken);
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
                refusal instanceof ValidationException
                    && reason(refusal).filter(reason::equals).isPresent())
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
    if (failure instanceof LoginException login) {
      return login.verdict();
    }
    if (is(failure, Kind.THROTTLED)) {
      return Verdict.THROTTLED;
    }
    return is(failure, Kind.TRANSIENT) ? Verdict.TRANSIENT : Verdict.FATAL;
  }
}
