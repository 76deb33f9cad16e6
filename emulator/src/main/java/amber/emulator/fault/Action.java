package amber.emulator.fault;

import amber.emulator.http.Failure;
import amber.emulator.http.Trouble;
import java.time.Duration;
import java.util.Optional;

/** What a rule does to a request. */
sealed interface Action {

  /**
   * Waits before the request is looked at: somewhere between the two, or as {@code spread} says.
   */
  record Delay(Duration least, Duration most, boolean exponential) implements Action {}

  /** Lets only so many requests through in a second; the others are throttled. */
  record Rate(int perSecond) implements Action {}

  /** Answers a trouble in the service's own words, without doing what was asked for. */
  record Refuse(Trouble trouble) implements Action {}

  /**
   * Answers an error of this name, without doing what was asked for.
   *
   * @param status the status, or 0 for 400
   */
  record Answer(int status, String code, Optional<String> reason, Optional<String> message)
      implements Action {

    Failure failure() {
      String text = message.orElse(code + " was asked for by a fault script.");
      return new Failure(status == 0 ? 400 : status, code, reason, text);
    }
  }

  /** Answers a status with the body that a proxy would have, without doing what was asked for. */
  record Status(int status) implements Action {}

  /** Closes the connection without doing what was asked for. */
  record CutBefore() implements Action {}

  /** Does what was asked for, then closes the connection without an answer. */
  record CutAfter() implements Action {}

  /** Sends so many bytes of the body, then closes the connection; -1 for half of them. */
  record Truncate(long bytes) implements Action {}

  /** Changes one bit of the body, somewhere. */
  record Flip() implements Action {}

  /** Changes one bit of the request's body before the service sees it, somewhere. */
  record FlipRequest() implements Action {}

  /** Lets the request not see what was made since the rule was added. */
  record Unseen() implements Action {}

  /**
   * Says nothing for so long, then closes the connection.
   *
   * @param before whether nothing is done of what was asked for, nor read of its body
   */
  record Silence(Duration length, boolean before) implements Action {}

  /** Sends the body so slowly. */
  record Drip(int bytesPerSecond) implements Action {}
}
