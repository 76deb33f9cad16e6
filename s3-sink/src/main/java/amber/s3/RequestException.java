package amber.s3;

import amber.work.ErrorClass.Meaning;
import amber.work.LoginException;
import amber.work.Retry.Verdict;
import java.io.IOException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** A request that S3 refused or did not answer. */
public final class RequestException extends IOException {

  private static final long serialVersionUID = 1L;

  private static final int BAD_REQUEST = 400;

  private final Meaning meaning;
  private final String code;
  private final boolean doubtful;
  private final Verdict verdict;

  /**
   * Says where and what.
   *
   * @param code S3's name for the error, or an empty text
   * @param doubtful whether the request may have had its effect all the same
   */
  RequestException(
      String location,
      String problem,
      Throwable cause,
      Meaning meaning,
      String code,
      boolean doubtful) {
    this(location + ": " + problem, cause, meaning, code, doubtful, meaning.verdict());
  }

  private RequestException(
      String message,
      Throwable cause,
      Meaning meaning,
      String code,
      boolean doubtful,
      Verdict verdict) {
    super(message, cause);
    this.meaning = meaning;
    this.code = code;
    this.doubtful = doubtful;
    this.verdict = verdict;
  }

  /** This, as a failure after which there is no other attempt, if that is what it means. */
  RequestException lastingIf(Meaning fatal) {
    return meaning == fatal
        ? new RequestException(getMessage(), getCause(), meaning, code, doubtful, Verdict.FATAL)
        : this;
  }

  /** What it means. */
  public Meaning meaning() {
    return meaning;
  }

  /** S3's name for the error, or an empty text. */
  String code() {
    return code;
  }

  boolean doubtful() {
    return doubtful;
  }

  /** Whether S3 refused without a reason, as it does where an answer has no body. */
  boolean isUnexplained() {
    return code.isEmpty()
        && meaning == Meaning.REFUSED
        && getCause() instanceof AwsServiceException refused
        && refused.statusCode() == BAD_REQUEST;
  }

  /** What a failure says about the next attempt. */
  static Verdict verdict(IOException failure) {
    if (failure instanceof LoginException login) {
      return login.verdict();
    }
    return failure instanceof RequestException request ? request.verdict : Verdict.FATAL;
  }

  /** Whether what failed may have had its effect. */
  static boolean isDoubtful(IOException failure) {
    return failure instanceof RequestException request && request.doubtful();
  }

  /** Whether S3 gave this name to the error. */
  static boolean hasCode(IOException failure, String code) {
    return failure instanceof RequestException request && request.code().equals(code);
  }

  /** Whether this is what it means. */
  static boolean is(IOException failure, Meaning meaning) {
    return failure instanceof RequestException request && request.meaning() == meaning;
  }
}
