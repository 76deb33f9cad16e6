package amber.kms;

import static amber.work.ErrorClass.Meaning.DENIED;
import static amber.work.ErrorClass.Meaning.EXPIRED;
import static amber.work.ErrorClass.Meaning.INVALID;
import static amber.work.ErrorClass.Meaning.NOT_FOUND;
import static amber.work.ErrorClass.Meaning.QUOTA;
import static amber.work.ErrorClass.Meaning.REFUSED;
import static amber.work.ErrorClass.Meaning.SKEWED;
import static amber.work.ErrorClass.Meaning.THROTTLED;
import static amber.work.ErrorClass.Meaning.TRANSIENT;

import amber.work.ErrorClass;
import amber.work.ErrorClass.Meaning;
import java.io.IOException;
import java.util.List;

/**
 * The errors of KMS, as the KMS API reference has them: those of GenerateDataKey and Decrypt, and
 * "Common Errors".
 */
public final class KmsErrors {

  /** What was wrapped is of another key, or of another archive. */
  static final List<String> OF_ANOTHER =
      List.of("InvalidCiphertextException", "IncorrectKeyException");

  private static final List<ErrorClass> TABLE =
      List.of(
          kms(
              DENIED,
              "the permission is missing, or the key's own policy does not allow it; of another"
                  + " account's key that is not there, KMS says the same",
              "AccessDeniedException",
              "AccessDenied",
              "*Denied*"),
          kms(DENIED, "the key is disabled: who manages it can enable it", "DisabledException"),
          kms(
              DENIED,
              "the key is in a state in which nobody can use it, such as pending deletion, which"
                  + " who manages it can cancel",
              "KMSInvalidStateException"),
          kms(
              DENIED,
              "the access key is none, or the secret is not the one of that key",
              "UnrecognizedClientException",
              "InvalidClientTokenId",
              "IncompleteSignature",
              "MissingAuthenticationToken",
              "MissingAuthenticationTokenException",
              "NotAuthorized",
              "SignatureDoesNotMatch"),
          kms(DENIED, "the account may not use the service", "OptInRequired"),
          kms(
              DENIED,
              "what is to be unwrapped was not made with this key for this archive; Amber takes it"
                  + " for somebody else's, and tells to whom the archive is encrypted",
              OF_ANOTHER.toArray(String[]::new)),
          kms(
              EXPIRED,
              "the session's credentials have expired",
              "ExpiredToken",
              "ExpiredTokenException"),
          kms(
              SKEWED,
              "the request was signed too long ago, or the clock is wrong",
              "InvalidSignatureException",
              "RequestExpired",
              "RequestTimeTooSkewed"),
          kms(
              THROTTLED,
              "the account sends more requests than it may",
              "ThrottlingException",
              "Throttling",
              "RequestLimitExceeded"),
          kms(QUOTA, "a quota of the account is used up", "LimitExceededException"),
          kms(NOT_FOUND, "there is no such key in this account and region", "NotFoundException"),
          kms(
              TRANSIENT,
              "something failed inside KMS, or behind it",
              "DependencyTimeoutException",
              "InternalFailure",
              "KeyUnavailableException",
              "KMSInternalException",
              "RequestTimeout",
              "ServiceUnavailable",
              "ServiceUnavailableException"),
          kms(TRANSIENT, "something failed inside KMS").withStatus(500, 599),
          kms(
              REFUSED,
              "the key is none that wraps others: it must be symmetric, and for encryption",
              "InvalidKeyUsageException"),
          kms(
              INVALID,
              "the request is wrong; the message says how",
              "InvalidArnException",
              "ValidationError",
              "ValidationException"),
          kms(DENIED, "the permission is missing").withStatus(403, 403),
          kms(REFUSED, "KMS does not take the request; the message says why"));

  private KmsErrors() {}

  private static ErrorClass kms(Meaning meaning, String says, String... codes) {
    return ErrorClass.of("KMS", meaning, says, codes);
  }

  /** All classes, in the order in which they are tried. */
  public static List<ErrorClass> table() {
    return TABLE;
  }

  /**
   * What a caller gets for an error of a class, as an example.
   *
   * @param where the key
   */
  public static IOException example(ErrorClass error, String where) {
    return KmsFailures.failure(error.meaning(), where, error.says(), null);
  }
}
