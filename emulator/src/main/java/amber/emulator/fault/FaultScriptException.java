package amber.emulator.fault;

/** A fault script says something that cannot be done. */
public final class FaultScriptException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  FaultScriptException(String rule, String problem) {
    super("fault '" + rule + "': " + problem);
  }
}
