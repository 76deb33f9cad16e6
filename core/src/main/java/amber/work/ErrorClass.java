package amber.work;

import amber.work.Retry.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Errors of a service that mean the same to whoever asked. A service's errors are a table of these,
 * which decides what becomes of a request that failed: the first class that an error is of counts.
 * docs/operations.md is made of the same tables.
 *
 * @param service who answers so, such as {@code EC2}
 * @param sign what such an error is known by
 * @param meaning what it means to whoever asked
 * @param says what has happened, for people: a clause that begins in lower case
 */
public record ErrorClass(String service, Sign sign, Meaning meaning, String says) {

  /** What an error means to whoever asked. */
  public enum Meaning {
    /** Whoever asks may not do this; that may be granted. */
    DENIED(Verdict.FATAL, true),
    /** The credentials were good once. */
    EXPIRED(Verdict.FATAL, true),
    /**
     * The time in the signature is too far from the service's. The SDK signs the next attempt by
     * the service's clock.
     */
    SKEWED(Verdict.BRIEFLY, true),
    /** What was asked for is not there; it may be brought back. */
    NOT_FOUND(Verdict.FATAL, true),
    /** The name is taken. */
    EXISTS(Verdict.FATAL, false),
    /** Another request about the same name is under way. */
    CONFLICT(Verdict.TRANSIENT, false),
    /** What an earlier request has begun is not there any more. */
    GONE(Verdict.FATAL, false),
    /** It is there, and cannot be read yet. */
    FROZEN(Verdict.FATAL, true),
    /** It is in another region. */
    ELSEWHERE(Verdict.FATAL, false),
    /** A quota of the account is used up. */
    QUOTA(Verdict.FATAL, true),
    /** Too many requests; the service asks for fewer. */
    THROTTLED(Verdict.THROTTLED, true),
    /** No answer, a damaged one, or a failure inside the service. */
    TRANSIENT(Verdict.TRANSIENT, true),
    /** A token for a block is no longer good: the blocks are listed again. */
    STALE_BLOCK_TOKEN(Verdict.TRANSIENT, true),
    /** A token for the next page of a list is no longer good: it is listed again from there. */
    STALE_PAGE_TOKEN(Verdict.TRANSIENT, true),
    /**
     * The request is right, and something that it depends on is not, or nobody knows why it was
     * refused: another attempt would be as well, but not for ever.
     */
    REFUSED(Verdict.FATAL, true),
    /** The request is wrong, and another attempt would be as well, whenever it is made. */
    INVALID(Verdict.FATAL, false);

    private final Verdict verdict;
    private final boolean mendable;

    Meaning(Verdict verdict, boolean mendable) {
      this.verdict = verdict;
      this.mendable = mendable;
    }

    /** What it says about the next attempt. */
    public Verdict verdict() {
      return verdict;
    }

    /**
     * Whether a later run that goes on with what a failed one has stored can come to a better end:
     * by itself, or when a user has put something right. If not, what was stored is worth nothing.
     */
    public boolean isMendable() {
      return mendable;
    }
  }

  /**
   * An error as it was met. What a service does not tell is an empty text.
   *
   * @param status of HTTP
   * @param code the service's name for the error
   * @param reason what EBS direct adds to some names
   * @param message for people
   */
  public record Met(int status, String code, String reason, String message) {}

  /**
   * What an error is known by. All that is given must hold.
   *
   * @param codes one of these names, in which {@code *} stands for anything; an empty text for an
   *     error without a name; none for every error
   * @param reasons one of these, or none for every reason
   * @param text a part of the message
   * @param leastStatus the lowest status of HTTP
   * @param mostStatus the highest
   */
  public record Sign(
      List<String> codes, List<String> reasons, String text, int leastStatus, int mostStatus) {

    private static final int ANY_LEAST = 0;
    private static final int ANY_MOST = 999;

    /** Copies the names. */
    public Sign {
      codes = List.copyOf(codes);
      reasons = List.copyOf(reasons);
    }

    static Sign codes(String... codes) {
      return new Sign(List.of(codes), List.of(), "", ANY_LEAST, ANY_MOST);
    }

    private boolean isOf(Met met) {
      return (codes.isEmpty() || codes.stream().anyMatch(code -> isLike(code, met.code())))
          && (reasons.isEmpty() || reasons.contains(met.reason()))
          && met.message().contains(text)
          && met.status() >= leastStatus
          && met.status() <= mostStatus;
    }

    private static boolean isLike(String pattern, String code) {
      if (!pattern.contains("*")) {
        return pattern.equals(code);
      }
      return code.matches(Pattern.quote(pattern).replace("*", "\\E.*\\Q"));
    }

    /** For people, in the notation of Markdown: names, reasons, what the message says, status. */
    public String text(String anything) {
      List<String> parts = new ArrayList<>();
      for (String code : codes) {
        parts.add(code.isEmpty() ? "no name" : "`" + code + "`");
      }
      String all = String.join(", ", parts);
      if (!reasons.isEmpty()) {
        all += " (" + String.join(", ", reasons) + ")";
      }
      if (!text.isEmpty()) {
        all += " \"" + text + "\"";
      }
      if (mostStatus != ANY_MOST) {
        String status =
            leastStatus == mostStatus ? "" + leastStatus : leastStatus + " to " + mostStatus;
        all = all.isEmpty() ? "HTTP " + status : "HTTP " + status + ", " + all;
      }
      return all.isEmpty() ? anything : all;
    }
  }

  /** Errors of these names. */
  public static ErrorClass of(String service, Meaning meaning, String says, String... codes) {
    return new ErrorClass(service, Sign.codes(codes), meaning, says);
  }

  /** Those of them that have one of these reasons. */
  public ErrorClass withReasons(String... reasons) {
    return with(
        new Sign(
            sign.codes(), List.of(reasons), sign.text(), sign.leastStatus(), sign.mostStatus()));
  }

  /** Those of them whose message has this part. */
  public ErrorClass withText(String text) {
    return with(
        new Sign(sign.codes(), sign.reasons(), text, sign.leastStatus(), sign.mostStatus()));
  }

  /** Those of them that come with such a status. */
  public ErrorClass withStatus(int least, int most) {
    return with(new Sign(sign.codes(), sign.reasons(), sign.text(), least, most));
  }

  private ErrorClass with(Sign other) {
    return new ErrorClass(service, other, meaning, says);
  }

  /**
   * The class that an error is of.
   *
   * @param table whose last class every error is of
   */
  public static ErrorClass of(List<ErrorClass> table, Met met) {
    return table.stream()
        .filter(each -> each.sign.isOf(met))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("bug: no class for the error " + met));
  }
}
