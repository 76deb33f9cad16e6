package amber.ec2;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.util.Optional;

/**
 * What EC2 tells to some and not to others.
 *
 * @param value what it told
 * @param problem why it did not, if it did not
 */
public record Told<T>(Optional<T> value, Optional<String> problem) {

  /** Asks EC2. */
  @FunctionalInterface
  interface Question<T> {
    T ask() throws IOException;
  }

  static <T> Told<T> of(T value) {
    return new Told<>(Optional.of(value), Optional.empty());
  }

  static <T> Told<T> not(String problem) {
    return new Told<>(Optional.empty(), Optional.of(problem));
  }

  /** What nobody has asked. */
  public static <T> Told<T> unasked() {
    return not("nobody has asked");
  }

  /**
   * Asks; that the caller may not, or that the region does not know the question, is no failure.
   *
   * @throws IOException if nobody answers
   */
  static <T> Told<T> ask(Question<T> question) throws IOException {
    try {
      return of(question.ask());
    } catch (AccessDeniedException e) {
      return not(e.getReason());
    } catch (AwsException e) {
      if (e.kind() != AwsException.Kind.INVALID && e.kind() != AwsException.Kind.REFUSED) {
        throw e;
      }
      return not(e.getMessage());
    }
  }

  /** Whether it told. */
  public boolean isKnown() {
    return value.isPresent();
  }
}
