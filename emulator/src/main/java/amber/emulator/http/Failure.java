package amber.emulator.http;

import java.util.Optional;

/**
 * An error as a service words it.
 *
 * @param status the HTTP status
 * @param code the error's name, such as {@code ValidationException}
 * @param reason the machine-readable reason that EBS direct adds, where it has one
 * @param message the sentence for people
 */
public record Failure(int status, String code, Optional<String> reason, String message) {

  /** An error without a reason. */
  public static Failure of(int status, String code, String message) {
    return new Failure(status, code, Optional.empty(), message);
  }

  /** An error with a reason. */
  public static Failure of(int status, String code, String reason, String message) {
    return new Failure(status, code, Optional.of(reason), message);
  }
}
