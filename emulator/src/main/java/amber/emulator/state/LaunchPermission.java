package amber.emulator.state;

/** Somebody who may launch an image. */
public record LaunchPermission(Kind kind, String value) {

  /** Who is meant by the value. */
  public enum Kind {
    /** An account. */
    USER,
    /** A group, of which there is one: {@code all}. */
    GROUP,
    /** The ARN of an organization. */
    ORGANIZATION,
    /** The ARN of a unit of an organization. */
    ORGANIZATIONAL_UNIT
  }
}
