package amber.ec2;

import static amber.work.ErrorClass.Meaning.DENIED;
import static amber.work.ErrorClass.Meaning.EXISTS;
import static amber.work.ErrorClass.Meaning.EXPIRED;
import static amber.work.ErrorClass.Meaning.INVALID;
import static amber.work.ErrorClass.Meaning.NOT_FOUND;
import static amber.work.ErrorClass.Meaning.QUOTA;
import static amber.work.ErrorClass.Meaning.REFUSED;
import static amber.work.ErrorClass.Meaning.SKEWED;
import static amber.work.ErrorClass.Meaning.STALE_BLOCK_TOKEN;
import static amber.work.ErrorClass.Meaning.STALE_PAGE_TOKEN;
import static amber.work.ErrorClass.Meaning.THROTTLED;
import static amber.work.ErrorClass.Meaning.TRANSIENT;

import amber.work.ErrorClass;
import amber.work.ErrorClass.Meaning;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/**
 * The errors of EC2 and EBS direct. The sources are the service model of EBS direct, its user guide
 * ("Error codes for the EBS direct APIs"), and the EC2 API reference ("Error codes").
 */
public final class Ec2Errors {

  private static final String EBS = "EBS direct";
  private static final String EC2 = "EC2";
  private static final String BOTH = "both";

  private static final String VALIDATION = "ValidationException";
  private static final String NONE = "ResourceNotFoundException";
  private static final String THROTTLE = "RequestThrottledException";
  private static final String DENIAL = "AccessDeniedException";

  private static final List<ErrorClass> OF_WHO_ASKS =
      List.of(
          ebs(DENIED, "the snapshot is another account's, and not shared with this one", DENIAL)
              .withReasons("UNAUTHORIZED_ACCOUNT"),
          ebs(DENIED, "KMS does not allow the use of the snapshot's key", DENIAL)
              .withReasons("DEPENDENCY_ACCESS_DENIED"),
          both(
              DENIED,
              "the permission is missing",
              "UnauthorizedOperation",
              "AccessDenied",
              DENIAL,
              "*Denied*"),
          both(
              DENIED,
              "the access key is none, or the secret is not the one of that key",
              "AuthFailure",
              "UnrecognizedClientException",
              "InvalidClientTokenId",
              "SignatureDoesNotMatch"),
          ec2(DENIED, "the account may not use the service", "OptInRequired", "Blocked"),
          both(
              EXPIRED,
              "the session's credentials have expired",
              "ExpiredToken",
              "ExpiredTokenException"),
          both(
              SKEWED,
              "the request was signed too long ago, or the clock is wrong; EC2 says so of expired"
                  + " credentials, too. Another attempt is signed anew, by AWS's clock",
              "InvalidSignatureException",
              "RequestExpired",
              "RequestTimeTooSkewed"));

  private static final List<ErrorClass> OF_HOW_MUCH =
      List.of(
          ebs(THROTTLED, "one snapshot takes no more requests each second", THROTTLE)
              .withReasons("RESOURCE_LEVEL_THROTTLE"),
          ebs(THROTTLED, "KMS takes no more requests just now", THROTTLE)
              .withReasons("DEPENDENCY_REQUEST_THROTTLED"),
          ebs(
              THROTTLED,
              "the account sends more requests each second than it may",
              THROTTLE,
              "ThrottlingException",
              "Throttling"),
          ebs(
              THROTTLED,
              "too many snapshots are begun at once",
              "ConcurrentLimitExceededException"),
          ec2(
              THROTTLED,
              "the account sends more requests than it may",
              "RequestLimitExceeded",
              "EC2ThrottledException",
              "TooManyRequestsException",
              "SlowDown"),
          ec2(INVALID, "there are more tags than 50, or a tag is too long", "TagLimitExceeded"),
          ebs(QUOTA, "a quota of the account is used up", "ServiceQuotaExceededException"),
          ec2(
              QUOTA,
              "as many snapshots are pending as the account may have",
              "PendingSnapshotLimitExceeded",
              "ConcurrentSnapshotLimitExceeded"),
          ec2(
              QUOTA,
              "the account has as many as it may have",
              "SnapshotLimitExceeded",
              "ResourceLimitExceeded",
              "MaxIOPSLimitExceeded",
              "*LimitExceeded"),
          ebs(QUOTA, "a quota is used up").withStatus(402, 402));

  private static final List<ErrorClass> OF_THINGS =
      List.of(
          ebs(
                  NOT_FOUND,
                  "there is no such snapshot; of one that is new, EBS may say so for a while, and the"
                      + " request is sent again",
                  NONE)
              .withReasons("SNAPSHOT_NOT_FOUND"),
          ebs(NOT_FOUND, "the grant of the key is not there", NONE).withReasons("GRANT_NOT_FOUND"),
          ebs(NOT_FOUND, "the key is not there", NONE).withReasons("DEPENDENCY_RESOURCE_NOT_FOUND"),
          ebs(NOT_FOUND, "there is no such image", NONE).withReasons("IMAGE_NOT_FOUND"),
          ebs(NOT_FOUND, "what was asked for is not there", NONE),
          ec2(
              NOT_FOUND,
              "there is no such image in this account and region, or it may not be seen",
              "InvalidAMIID.NotFound"),
          ec2(
              NOT_FOUND,
              "there is no such snapshot in this account and region",
              "InvalidSnapshot.NotFound"),
          ec2(NOT_FOUND, "what was asked for is not there", "*.NotFound"),
          ec2(
              EXISTS,
              "an image has the name, or had it until a moment ago",
              "InvalidAMIName.Duplicate"));

  private static final List<ErrorClass> OF_MOMENTS =
      List.of(
          ebs(TRANSIENT, "the block did not arrive in time", VALIDATION)
              .withReasons("WRITE_REQUEST_TIMEOUT"),
          ebs(TRANSIENT, "the block did not arrive in time", VALIDATION)
              .withText("Failed to read block data"),
          ebs(TRANSIENT, "the block is being written by another request", VALIDATION)
              .withReasons("CONFLICTING_BLOCK_UPDATE"),
          ebs(STALE_BLOCK_TOKEN, "the block's token is not good any more", VALIDATION)
              .withReasons("INVALID_BLOCK_TOKEN"),
          ebs(STALE_PAGE_TOKEN, "the page's token is not good any more", VALIDATION)
              .withReasons("INVALID_PAGE_TOKEN"),
          both(
              TRANSIENT,
              "something failed inside AWS",
              "InternalServerException",
              "InternalError",
              "RetryableError",
              "RequestTimeout"),
          both(TRANSIENT, "something failed inside AWS").withStatus(500, 599));

  private static final List<ErrorClass> OF_REQUESTS =
      List.of(
          reason(REFUSED, "the key is none that EBS can use", "INVALID_CUSTOMER_KEY"),
          reason(REFUSED, "the grant of the key is none", "INVALID_GRANT_TOKEN"),
          reason(
              REFUSED,
              "the snapshot is none that can be used so: pending, in error, archived, public, or"
                  + " completed already. A later run begins one anew that it was writing",
              "INVALID_SNAPSHOT_ID"),
          reason(INVALID, "the snapshots are not of one line", "UNRELATED_SNAPSHOTS"),
          reason(INVALID, "the block is none of the snapshot", "INVALID_BLOCK"),
          reason(
              INVALID,
              "the block came in an encoding that EBS does not take",
              "INVALID_CONTENT_ENCODING"),
          reason(INVALID, "a tag is none that EBS takes", "INVALID_TAG"),
          reason(
              REFUSED,
              "another service refused what EBS asked of it",
              "INVALID_DEPENDENCY_REQUEST"),
          reason(
              REFUSED,
              "a parameter is none that EBS takes; at completion: blocks are missing, or are"
                  + " others, and a later run begins that snapshot anew",
              "INVALID_PARAMETER_VALUE"),
          reason(INVALID, "the size is none that a volume can have", "INVALID_VOLUME_SIZE"),
          reason(INVALID, "the image is none", "INVALID_IMAGE_ID"),
          ebs(INVALID, "the same client token came with other parameters", "ConflictException"),
          ec2(INVALID, "the id is none that an image can have", "InvalidAMIID.Malformed"),
          ec2(REFUSED, "the image was deregistered, or is not ready", "InvalidAMIID.Unavailable"),
          ec2(INVALID, "the name is none that an image can have", "InvalidAMIName.Malformed"),
          ec2(
              INVALID,
              "a value of an image's attribute is none, such as an account's id",
              "InvalidAMIAttributeItemValue"),
          ec2(
              INVALID,
              "the device map is wrong; the message says where",
              "InvalidBlockDeviceMapping"),
          ec2(INVALID, "the id is none that a snapshot can have", "InvalidSnapshotID.Malformed"),
          ec2(
              INVALID,
              "an image uses the snapshot: it must be deregistered first",
              "InvalidSnapshot.InUse"),
          ec2(INVALID, "a tag's key is none", "InvalidTagKey.Malformed"),
          ec2(REFUSED, "it is protected, or not possible in its state", "OperationNotPermitted"),
          ec2(REFUSED, "it is not possible in the state of the image or snapshot", "InvalidState"),
          ec2(INVALID, "the time is past, or too far ahead", "InvalidTime"),
          ec2(INVALID, "the request is wrong; the message says how", "InvalidRequest"),
          ec2(INVALID, "the region or the kind of image does not allow it", "Unsupported"),
          ec2(INVALID, "there is no such type of volume", "UnknownVolumeType"),
          ec2(
              INVALID,
              "EC2 does not copy the snapshot there; Amber does",
              "SnapshotCopyUnsupported.InterRegion"));

  private static final List<ErrorClass> OF_ALL_ELSE =
      List.of(
          both(DENIED, "the permission is missing").withStatus(403, 403),
          both(REFUSED, "AWS does not take the request; the message says why"));

  private static final List<ErrorClass> TABLE =
      Stream.of(OF_WHO_ASKS, OF_HOW_MUCH, OF_THINGS, OF_MOMENTS, OF_REQUESTS, OF_ALL_ELSE)
          .flatMap(List::stream)
          .toList();

  private Ec2Errors() {}

  private static ErrorClass ebs(Meaning meaning, String says, String... codes) {
    return ErrorClass.of(EBS, meaning, says, codes);
  }

  private static ErrorClass ec2(Meaning meaning, String says, String... codes) {
    return ErrorClass.of(EC2, meaning, says, codes);
  }

  private static ErrorClass both(Meaning meaning, String says, String... codes) {
    return ErrorClass.of(BOTH, meaning, says, codes);
  }

  private static ErrorClass reason(Meaning meaning, String says, String reason) {
    return ebs(meaning, says, VALIDATION).withReasons(reason);
  }

  /** All classes, in the order in which they are tried. */
  public static List<ErrorClass> table() {
    return TABLE;
  }

  /**
   * What a caller gets for an error of a class, as an example.
   *
   * @param where what was asked for
   */
  public static IOException example(ErrorClass error, String where) {
    return AwsErrors.failure(error.meaning(), where, error.says(), null);
  }
}
