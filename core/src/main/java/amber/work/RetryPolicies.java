package amber.work;

import java.time.Duration;
import java.util.List;

/**
 * How Amber tries requests again: all the policies that there are, so that they can be compared.
 */
public final class RetryPolicies {

  /** Requests about objects. */
  public static final RetryPolicy OBJECTS =
      new RetryPolicy(
          8,
          Duration.ofMinutes(1),
          Duration.ofMillis(100),
          Duration.ofSeconds(20),
          Duration.ofMinutes(10));

  /** Requests for blocks, and about images and snapshots. */
  public static final RetryPolicy BLOCKS =
      new RetryPolicy(
          12,
          Duration.ofSeconds(60),
          Duration.ofMillis(200),
          Duration.ofSeconds(20),
          Duration.ofMinutes(10));

  /** Requests for keys, of which a run sends few, and whose answers it waits for. */
  public static final RetryPolicy KEYS =
      new RetryPolicy(
          8,
          Duration.ofSeconds(20),
          Duration.ofMillis(100),
          Duration.ofSeconds(5),
          Duration.ofMinutes(2));

  /** What was made and is not wanted costs money if it stays, but nobody waits long for its end. */
  public static final RetryPolicy CLEAN_UP =
      new RetryPolicy(
          20,
          Duration.ofMinutes(1),
          Duration.ofMillis(100),
          Duration.ofSeconds(4),
          Duration.ofSeconds(40));

  /** Requests to an emulator on the same machine. */
  public static final RetryPolicy LOCAL =
      new RetryPolicy(
          12,
          Duration.ofSeconds(30),
          Duration.ofMillis(50),
          Duration.ofSeconds(2),
          Duration.ofMinutes(2));

  /** How long AWS may deny that something new exists: two minutes were seen. */
  public static final Duration FRESH_LIMIT = Duration.ofMinutes(2);

  /**
   * A policy with its name.
   *
   * @param name of the policy
   * @param of what is tried again by it
   */
  public record Named(String name, String of, RetryPolicy policy) {}

  private RetryPolicies() {}

  /**
   * Requests about a snapshot that is new, and may not be known everywhere yet: also when AWS says
   * that it does not exist.
   *
   * @param other how requests about older ones are tried again
   * @param limit how long AWS may say so
   */
  public static RetryPolicy fresh(RetryPolicy other, Duration limit) {
    return new RetryPolicy(
        1000,
        other.attemptLimit(),
        Duration.ofMillis(200),
        Duration.ofSeconds(4),
        // A little longer than AWS may take, for the attempt that then succeeds.
        limit.plus(limit.dividedBy(8)));
  }

  /** All of them, as they are unless somebody says otherwise. */
  public static List<Named> all() {
    return List.of(
        new Named("objects", "requests to S3", OBJECTS),
        new Named("blocks", "requests to EBS direct and EC2", BLOCKS),
        new Named(
            "fresh",
            "requests about a snapshot that was begun less than 2 minutes ago; that it does not"
                + " exist counts as a failure that passes",
            fresh(BLOCKS, FRESH_LIMIT)),
        new Named("keys", "requests to KMS", KEYS),
        new Named(
            "clean-up",
            "deleting snapshots and deregistering images of a run that failed",
            CLEAN_UP),
        new Named("local", "requests of `amber local import` and `export` to the emulator", LOCAL));
  }
}
