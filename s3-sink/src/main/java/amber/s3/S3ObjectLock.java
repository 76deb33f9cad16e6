package amber.s3;

import java.time.Instant;
import java.util.Optional;

/**
 * How long an object cannot be deleted or overwritten. The bucket must allow locks.
 *
 * @param retention a mode and its end, if any
 * @param legalHold whether it is held until someone lifts that
 */
public record S3ObjectLock(Optional<Retention> retention, boolean legalHold) {

  /** No lock but the bucket's own. */
  public static final S3ObjectLock NONE = new S3ObjectLock(Optional.empty(), false);

  /**
   * A lock with an end.
   *
   * @param compliance whether nobody at all may shorten it, not even the account's root
   * @param until its end
   */
  public record Retention(boolean compliance, Instant until) {}
}
