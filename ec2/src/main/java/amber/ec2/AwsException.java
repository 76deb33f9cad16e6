package amber.ec2;

import amber.work.ErrorClass.Meaning;
import java.io.IOException;

/** AWS refused a request or did not answer it; says where, and what kind of refusal it is. */
public final class AwsException extends IOException {

  private static final long serialVersionUID = 1L;

  /** What a refusal means for whoever asked. */
  public enum Kind {
    /** The request is wrong; another attempt would be as well, whenever it is made. */
    INVALID,
    /**
     * Something that it depends on is not right, or nobody knows why; a later run may fare better.
     */
    REFUSED,
    /** A token for a block is no longer good: list the blocks again. */
    STALE_BLOCK_TOKEN,
    /** A token for the next page of a list is no longer good: list again from there. */
    STALE_PAGE_TOKEN,
    /** A quota of the account is used up. */
    QUOTA,
    /** Too many requests; AWS asks for fewer. */
    THROTTLED,
    /** No answer, a damaged one, or a failure inside AWS: another attempt may help. */
    TRANSIENT
  }

  private final Kind kind;

  AwsException(Kind kind, String where, String problem, Throwable cause) {
    super(where + ": " + problem, cause);
    this.kind = kind;
  }

  AwsException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** What the refusal means. */
  public Kind kind() {
    return kind;
  }

  /** What the refusal means, in the words of all services. */
  public Meaning meaning() {
    return Meaning.valueOf(kind.name());
  }
}
