package amber.s3;

import amber.work.Retry.Verdict;
import java.io.IOException;

/** A request that S3 refused or did not answer. */
final class RequestException extends IOException {

  private static final long serialVersionUID = 1L;

  private final Verdict verdict;
  private final String code;
  private final boolean doubtful;

  /**
   * Says where and what.
   *
   * @param doubtful whether the request may have had its effect all the same
   */
  RequestException(
      String location,
      String problem,
      Throwable cause,
      Verdict verdict,
      String code,
      boolean doubtful) {
    super(location + ": " + problem, cause);
    this.verdict = verdict;
    this.code = code;
    this.doubtful = doubtful;
  }

  Verdict verdict() {
    return verdict;
  }

  /** S3's name for the error, or an empty text. */
  String code() {
    return code;
  }

  boolean doubtful() {
    return doubtful;
  }

  /** What a failure says about the next attempt. */
  static Verdict verdict(IOException failure) {
    return failure instanceof RequestException request ? request.verdict() : Verdict.FATAL;
  }

  /** Whether what failed may have had its effect. */
  static boolean isDoubtful(IOException failure) {
    return failure instanceof RequestException request && request.doubtful();
  }

  /** Whether S3 gave this name to the error. */
  static boolean hasCode(IOException failure, String code) {
    return failure instanceof RequestException request && request.code().equals(code);
  }
}
