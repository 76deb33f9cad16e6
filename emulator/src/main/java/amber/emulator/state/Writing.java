package amber.emulator.state;

import java.time.Instant;
import java.util.Optional;

/**
 * What matters of a snapshot only while it is pending.
 *
 * @param timeoutMinutes how long it may be left alone before it is given up
 * @param lastActivity when it was started or last written to
 * @param writableFrom from when on block writes find it: for some seconds after its start they may
 *     be told that it does not exist
 * @param completesAt when it becomes completed, once that was asked for
 */
public record Writing(
    int timeoutMinutes, Instant lastActivity, Instant writableFrom, Optional<Instant> completesAt) {

  /** Of a snapshot that is started now and can be written to at once. */
  public static Writing from(Instant now, int timeoutMinutes) {
    return new Writing(timeoutMinutes, now, now, Optional.empty());
  }

  Writing activeAt(Instant time) {
    return time.isAfter(lastActivity)
        ? new Writing(timeoutMinutes, time, writableFrom, completesAt)
        : this;
  }

  Writing completingAt(Instant time) {
    return new Writing(timeoutMinutes, lastActivity, writableFrom, Optional.of(time));
  }
}
