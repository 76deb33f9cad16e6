package amber.kms;

import amber.work.ErrorClass.Meaning;
import java.io.IOException;

/** KMS refused a request or did not answer it; says which key it is about, and what it means. */
public final class KmsException extends IOException {

  private static final long serialVersionUID = 1L;

  private final Meaning meaning;

  KmsException(Meaning meaning, String where, String problem, Throwable cause) {
    super(where + ": " + problem, cause);
    this.meaning = meaning;
  }

  /** What the refusal means. */
  public Meaning meaning() {
    return meaning;
  }
}
