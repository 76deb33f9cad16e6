package amber.s3;

import static amber.work.ErrorClass.Meaning.CONFLICT;
import static amber.work.ErrorClass.Meaning.DENIED;
import static amber.work.ErrorClass.Meaning.ELSEWHERE;
import static amber.work.ErrorClass.Meaning.EXISTS;
import static amber.work.ErrorClass.Meaning.EXPIRED;
import static amber.work.ErrorClass.Meaning.FROZEN;
import static amber.work.ErrorClass.Meaning.GONE;
import static amber.work.ErrorClass.Meaning.INVALID;
import static amber.work.ErrorClass.Meaning.NOT_FOUND;
import static amber.work.ErrorClass.Meaning.REFUSED;
import static amber.work.ErrorClass.Meaning.SKEWED;
import static amber.work.ErrorClass.Meaning.THROTTLED;
import static amber.work.ErrorClass.Meaning.TRANSIENT;

import amber.work.ErrorClass;
import amber.work.ErrorClass.Meaning;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/**
 * The errors of S3. The sources are the S3 API reference ("Error responses" and the errors of each
 * operation) and its user guide on conditional writes.
 */
public final class S3Errors {

  private static final int ANY_SERVER_ERROR = 599;

  private static final List<ErrorClass> OF_WHO_ASKS =
      List.of(
          s3(
              EXPIRED,
              "the session's credentials have expired",
              "ExpiredToken",
              "ExpiredTokenException",
              "TokenRefreshRequired"),
          s3(
              SKEWED,
              "the clock is wrong, or the request took long to arrive; another attempt is signed"
                  + " anew, by S3's clock",
              "RequestTimeTooSkewed",
              "RequestExpired"),
          s3(
              FROZEN,
              "the object is in an archive class, and must be thawed first",
              "InvalidObjectState"),
          s3(
              DENIED,
              "the access key is none, or the secret is not the one of that key",
              "InvalidAccessKeyId",
              "SignatureDoesNotMatch",
              "InvalidToken"),
          s3(
              DENIED,
              "the permission is missing, the bucket is another account's, or its requester pays",
              "AccessDenied"));

  private static final List<ErrorClass> OF_THINGS =
      List.of(
          s3(NOT_FOUND, "there is no such bucket", "NoSuchBucket"),
          s3(NOT_FOUND, "there is no such object", "NoSuchKey"),
          s3(NOT_FOUND, "there is no such object or bucket", "").withStatus(404, 404),
          s3(
              GONE,
              "the multipart upload was aborted, by somebody or by a rule of the bucket",
              "NoSuchUpload"),
          s3(EXISTS, "there is an object of this key", "PreconditionFailed"),
          s3(EXISTS, "there is an object of this key").withStatus(412, 412),
          s3(
              CONFLICT,
              "another request for this key was under way. An object that is sent at once is sent"
                  + " again; a multipart upload is given up, because S3 asks for a new one",
              "ConditionalRequestConflict"),
          s3(
              ELSEWHERE,
              "the bucket is in another region",
              "PermanentRedirect",
              "IllegalLocationConstraintException"),
          s3(ELSEWHERE, "the bucket is in another region").withStatus(301, 301));

  private static final List<ErrorClass> OF_MOMENTS =
      List.of(
          s3(
              THROTTLED,
              "S3 asks for fewer requests",
              "SlowDown",
              "Throttling",
              "ThrottlingException",
              "RequestLimitExceeded",
              "TooManyRequests"),
          s3(THROTTLED, "the store asks for fewer requests").withStatus(429, 429),
          s3(THROTTLED, "S3 asks for fewer requests", "").withStatus(503, 503),
          s3(
              REFUSED,
              "there is no room for expedited retrievals just now; Standard and Bulk need none",
              "GlacierExpeditedRetrievalNotAvailable"),
          s3(TRANSIENT, "something failed inside S3", "InternalError", "ServiceUnavailable"),
          s3(TRANSIENT, "the request's body came too slowly", "RequestTimeout"),
          s3(
              TRANSIENT,
              "what arrived is not what was sent",
              "BadDigest",
              "XAmzContentSHA256Mismatch"),
          s3(TRANSIENT, "another request about the same thing is under way", "OperationAborted"),
          s3(INVALID, "the store cannot do that", "NotImplemented"),
          s3(INVALID, "the store cannot do that").withStatus(501, 501),
          s3(TRANSIENT, "something failed inside S3").withStatus(500, ANY_SERVER_ERROR));

  private static final List<ErrorClass> OF_REQUESTS =
      List.of(
          s3(INVALID, "a part but the last is smaller than 5 MiB", "EntityTooSmall"),
          s3(INVALID, "a part or an object is larger than the store takes", "EntityTooLarge"),
          s3(INVALID, "a part is not there, or is not the one that was sent", "InvalidPart"),
          s3(INVALID, "the parts are not in order", "InvalidPartOrder"),
          s3(INVALID, "there are more parts than the store takes", "TooManyParts"),
          s3(
              INVALID,
              "the request contradicts itself; at completion: the parts do not have the size that"
                  + " the object should have",
              "InvalidRequest"),
          s3(INVALID, "an argument is none that S3 takes", "InvalidArgument"),
          s3(INVALID, "the metadata is larger than 2 KB", "MetadataTooLarge"),
          s3(INVALID, "a tag is none that S3 takes", "InvalidTag"),
          s3(INVALID, "there is no such storage class here", "InvalidStorageClass"),
          s3(REFUSED, "the key of KMS is disabled, being deleted, or not there", "KMS.*"),
          s3(
                  REFUSED,
                  "S3 does not say why: it was asked for headers alone. Credentials that have"
                      + " expired are told by another request",
                  "")
              .withStatus(400, 400),
          s3(DENIED, "the permission is missing, or the bucket is another account's")
              .withStatus(403, 403),
          s3(REFUSED, "S3 does not take the request; the message says why"));

  private static final List<ErrorClass> TABLE =
      Stream.of(OF_WHO_ASKS, OF_THINGS, OF_MOMENTS, OF_REQUESTS).flatMap(List::stream).toList();

  private S3Errors() {}

  private static ErrorClass s3(Meaning meaning, String says, String... codes) {
    return ErrorClass.of("S3", meaning, says, codes);
  }

  /** All classes, in the order in which they are tried. */
  public static List<ErrorClass> table() {
    return TABLE;
  }

  /**
   * What a caller gets for an error of a class, as an example.
   *
   * @param location of an object
   */
  public static IOException example(ErrorClass error, String location) {
    S3Location where = S3Location.parse(location);
    return error.meaning() == CONFLICT
        ? new LostRaceException(where.toString(), null)
        : Failures.failure(error.meaning(), "", where, error.says(), null, false);
  }
}
