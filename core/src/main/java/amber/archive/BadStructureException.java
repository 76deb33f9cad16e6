package amber.archive;

/** A structure of the format contradicts itself. Whoever knows where it lies adds the place. */
final class BadStructureException extends Exception {

  private static final long serialVersionUID = 1L;

  private BadStructureException(String message) {
    super(message);
  }

  static void check(boolean holds, String message, Object... details) throws BadStructureException {
    if (!holds) {
      throw new BadStructureException(message.formatted(details));
    }
  }
}
