package amber.fuzz;

/** Says what does not hold. */
public final class Require {

  private Require() {}

  /** Throws an error with this message if something does not hold that always should. */
  public static void that(boolean holds, String message, Object... arguments) {
    if (!holds) {
      throw new AssertionError(message.formatted(arguments));
    }
  }
}
