package amber.emulator.ebs;

import java.time.Duration;

/**
 * What may be set of EBS direct.
 *
 * @param completionDelay how long a snapshot stays pending after CompleteSnapshot
 * @param notFoundWindow how long after StartSnapshot blocks and completion are told that the
 *     snapshot does not exist
 * @param relistInvalidatesTokens whether a new list of a snapshot's blocks makes the block tokens
 *     of the list before useless at once; AWS says only that they change
 * @param emptyPageEvery every so many-th page of a list is empty but for its token; 0 for never
 * @param quotas requests per second and pending snapshots
 */
public record EbsRules(
    Duration completionDelay,
    Duration notFoundWindow,
    boolean relistInvalidatesTokens,
    int emptyPageEvery,
    Quotas quotas) {

  /** No delays, tokens that live as long as AWS promises, and the default quotas of an account. */
  public static final EbsRules DEFAULT =
      new EbsRules(Duration.ZERO, Duration.ZERO, false, 0, Quotas.DEFAULT);

  /** The same with another time from CompleteSnapshot to completed. */
  public EbsRules withCompletionDelay(Duration delay) {
    return new EbsRules(delay, notFoundWindow, relistInvalidatesTokens, emptyPageEvery, quotas);
  }

  /** The same with another time after StartSnapshot in which the snapshot is not found. */
  public EbsRules withNotFoundWindow(Duration window) {
    return new EbsRules(completionDelay, window, relistInvalidatesTokens, emptyPageEvery, quotas);
  }

  /** The same with block tokens that a new list invalidates, or not. */
  public EbsRules withRelistInvalidatesTokens(boolean invalidates) {
    return new EbsRules(completionDelay, notFoundWindow, invalidates, emptyPageEvery, quotas);
  }

  /** The same with an empty page now and then. */
  public EbsRules withEmptyPageEvery(int pages) {
    return new EbsRules(completionDelay, notFoundWindow, relistInvalidatesTokens, pages, quotas);
  }

  /** The same with other quotas. */
  public EbsRules withQuotas(Quotas newQuotas) {
    return new EbsRules(
        completionDelay, notFoundWindow, relistInvalidatesTokens, emptyPageEvery, newQuotas);
  }
}
