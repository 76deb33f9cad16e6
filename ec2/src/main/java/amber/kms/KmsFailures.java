package amber.kms;

import amber.work.ErrorClass;
import amber.work.ErrorClass.Meaning;
import amber.work.ErrorClass.Met;
import amber.work.LoginException;
import amber.work.LoginException.Why;
import amber.work.Retry.Verdict;
import amber.work.Traffic;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/** Words what the SDK throws as what the rest of Amber understands. */
final class KmsFailures {

  private KmsFailures() {}

  /**
   * An exception that says which key, what was asked, and by its type or meaning what is to be
   * done.
   *
   * @param key its ARN
   * @param action such as {@code kms:Decrypt}
   */
  static IOException of(String key, String action, Throwable thrown, Traffic traffic) {
    Throwable cause = thrown;
    while (cause.getCause() != null
        && (cause instanceof ExecutionException || cause instanceof CompletionException)) {
      cause = cause.getCause();
    }
    if (cause instanceof IOException known) {
      return known;
    }
    Optional<LoginException> login = LoginException.of(key, cause);
    if (login.isPresent()) {
      return login.get();
    }
    if (cause instanceof AwsServiceException refusal) {
      return refusal(key, action, refusal);
    }
    if (cause instanceof SdkException) {
      String said = String.valueOf(cause.getMessage());
      String reason = Traffic.isStill(said) ? traffic.still() : "no answer: " + said;
      return new KmsException(Meaning.TRANSIENT, key, action + ": " + reason, cause);
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return new KmsException(Meaning.REFUSED, key, action + ": request failed: " + cause, cause);
  }

  private static IOException refusal(String key, String action, AwsServiceException refusal) {
    AwsErrorDetails details = refusal.awsErrorDetails();
    String message = details == null ? null : details.errorMessage();
    String code = code(refusal);
    Met met = new Met(refusal.statusCode(), code, "", message == null ? "" : message);
    Meaning meaning = ErrorClass.of(KmsErrors.table(), met).meaning();
    String problem =
        "%s: %s (%s, request %s)"
            .formatted(
                action,
                message == null ? "refused without a message" : message,
                code,
                refusal.requestId());
    return failure(meaning, key, problem, refusal);
  }

  private static String code(AwsServiceException refusal) {
    AwsErrorDetails details = refusal.awsErrorDetails();
    String code = details == null ? null : details.errorCode();
    return code == null ? "HTTP " + refusal.statusCode() : code;
  }

  /** What is thrown for an error of such a meaning. */
  static IOException failure(Meaning meaning, String key, String problem, Throwable cause) {
    return switch (meaning) {
      case DENIED -> because(new AccessDeniedException(key, null, problem), cause);
      case NOT_FOUND -> because(new NoSuchFileException(key, null, problem), cause);
      case EXPIRED -> new LoginException(key, problem, Why.EXPIRED, cause);
      case SKEWED -> new LoginException(key, problem, Why.SKEWED, cause);
      default -> new KmsException(meaning, key, problem, cause);
    };
  }

  private static IOException because(FileSystemException failure, Throwable cause) {
    if (cause != null) {
      failure.initCause(cause);
    }
    return failure;
  }

  /** Whether KMS says that what it was given is of another key, or was made for another archive. */
  static boolean isOfAnother(IOException failure) {
    return failure.getCause() instanceof AwsServiceException refusal
        && KmsErrors.OF_ANOTHER.contains(code(refusal));
  }

  /** What a failure means for the next attempt of the same request. */
  static Verdict verdict(IOException failure) {
    if (failure instanceof LoginException login) {
      return login.verdict();
    }
    return failure instanceof KmsException refusal ? refusal.meaning().verdict() : Verdict.FATAL;
  }
}
