package amber.seal;

/** A signature does not vouch for what it stands beside. Whoever knows where adds the place. */
public final class BadSignatureException extends Exception {

  private static final long serialVersionUID = 1L;

  /** Says what is and what should be. */
  BadSignatureException(String problem) {
    super(problem);
  }
}
