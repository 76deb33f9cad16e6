package amber.emulator.s3;

import java.time.Duration;

/**
 * What may be set of S3.
 *
 * @param restoreDelay how long an archived object takes to come back
 */
public record S3Rules(Duration restoreDelay) {

  /** Archived objects come back after two seconds. */
  public static final S3Rules DEFAULT = new S3Rules(Duration.ofSeconds(2));
}
