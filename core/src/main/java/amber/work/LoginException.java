package amber.work;

import amber.work.Retry.Verdict;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.Locale;
import java.util.Optional;

/**
 * A service was not told who asks, or does not believe it any more. It is not {@link
 * java.nio.file.AccessDeniedException}: whoever may not see one thing may see another, but this is
 * so for everything.
 */
public final class LoginException extends FileSystemException {

  private static final long serialVersionUID = 1L;

  /** Why the service does not know who asks. */
  public enum Why {
    /** There are no credentials, or whatever gives them failed. */
    MISSING(Verdict.FATAL),
    /** They were good once. */
    EXPIRED(Verdict.FATAL),
    /** The signature's time is too far from the service's; the next one may be right. */
    SKEWED(Verdict.BRIEFLY);

    private final Verdict verdict;

    Why(Verdict verdict) {
      this.verdict = verdict;
    }
  }

  private final Why why;

  /** Says where and what. */
  public LoginException(String where, String problem, Why why, Throwable cause) {
    super(where, null, problem);
    this.why = why;
    if (cause != null) {
      initCause(cause);
    }
  }

  /**
   * Of a request that failed because there were no credentials to sign it with.
   *
   * @param where what was asked for
   * @param thrown what came of the request; whatever gave no credentials threw a {@link
   *     UncheckedIOException} of such an exception
   */
  public static Optional<LoginException> of(String where, Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof LoginException found) {
        return Optional.of(new LoginException(where, found.getReason(), found.why, found));
      }
    }
    return Optional.empty();
  }

  /** What whatever gives credentials shall throw when it failed. */
  public static UncheckedIOException missing(RuntimeException failure) {
    String message = String.valueOf(failure.getMessage());
    Why why = message.toLowerCase(Locale.ROOT).contains("expired") ? Why.EXPIRED : Why.MISSING;
    return new UncheckedIOException(
        new LoginException("credentials", "no credentials: " + message, why, failure));
  }

  /** Why the service does not know who asks. */
  public Why why() {
    return why;
  }

  /** What it says about the next attempt. */
  public Verdict verdict() {
    return why.verdict;
  }
}
