package amber.emulator.http;

/** What can be wrong with any request of any service; each service words it in its own way. */
public enum Trouble {
  /** The caller asks too often. */
  THROTTLED,
  /** The service failed, and another attempt may help. */
  INTERNAL,
  /** The service is not there just now. */
  UNAVAILABLE,
  /** The request carries no signature. */
  UNSIGNED,
  /** The signature names a region that this endpoint does not have. */
  UNKNOWN_REGION,
  /** The signature is too old. */
  EXPIRED_SIGNATURE,
  /** The session that the caller's credentials are of has ended. */
  EXPIRED_TOKEN,
  /** The caller may not do this. */
  DENIED
}
