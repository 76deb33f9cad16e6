package amber.emulator.ebs;

import amber.emulator.http.Failure;
import amber.emulator.http.FailureException;
import amber.emulator.http.Response;
import amber.emulator.http.Trouble;
import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** The errors of EBS direct: their names, statuses and reasons, and how they look on the wire. */
final class EbsFailures {

  static final String INVALID_SNAPSHOT_ID = "INVALID_SNAPSHOT_ID";
  static final String INVALID_BLOCK = "INVALID_BLOCK";
  static final String INVALID_BLOCK_TOKEN = "INVALID_BLOCK_TOKEN";
  static final String INVALID_PAGE_TOKEN = "INVALID_PAGE_TOKEN";
  static final String INVALID_PARAMETER_VALUE = "INVALID_PARAMETER_VALUE";
  static final String INVALID_VOLUME_SIZE = "INVALID_VOLUME_SIZE";
  static final String INVALID_CUSTOMER_KEY = "INVALID_CUSTOMER_KEY";
  static final String INVALID_TAG = "INVALID_TAG";
  static final String UNRELATED_SNAPSHOTS = "UNRELATED_SNAPSHOTS";
  static final String CONFLICTING_BLOCK_UPDATE = "CONFLICTING_BLOCK_UPDATE";

  private static final String JSON_TYPE = "application/json";

  private EbsFailures() {}

  static FailureException invalid(String reason, String message) {
    return new FailureException(Failure.of(400, "ValidationException", reason, message));
  }

  static FailureException snapshotNotFound(String id) {
    return new FailureException(
        Failure.of(
            404,
            "ResourceNotFoundException",
            "SNAPSHOT_NOT_FOUND",
            "The snapshot '" + id + "' does not exist."));
  }

  static FailureException denied(String message) {
    return new FailureException(
        Failure.of(403, "AccessDeniedException", "UNAUTHORIZED_ACCOUNT", message));
  }

  static FailureException accountThrottled() {
    return new FailureException(
        Failure.of(400, "ThrottlingException", "ACCOUNT_THROTTLED", "Rate exceeded"));
  }

  static FailureException snapshotThrottled(String id) {
    return new FailureException(
        Failure.of(
            400,
            "RequestThrottledException",
            "RESOURCE_LEVEL_THROTTLE",
            "Rate exceeded for snapshot '" + id + "'"));
  }

  static FailureException tooManyPending(int most) {
    return new FailureException(
        Failure.of(
            400,
            "ConcurrentLimitExceededException",
            "You have reached the limit of " + most + " pending snapshots."));
  }

  static FailureException tooManySnapshots(int most) {
    return new FailureException(
        Failure.of(
            402,
            "ServiceQuotaExceededException",
            "DEPENDENCY_SERVICE_QUOTA_EXCEEDED",
            "You have reached the limit of " + most + " snapshots."));
  }

  static FailureException conflict(String token) {
    return new FailureException(
        Failure.of(
            409,
            "ConflictException",
            "The client token '" + token + "' was used with other parameters."));
  }

  static FailureException malformed(String message) {
    return new FailureException(Failure.of(400, "SerializationException", message));
  }

  static Failure of(Trouble trouble) {
    return switch (trouble) {
      case THROTTLED -> accountThrottled().failure();
      case INTERNAL ->
          Failure.of(500, "InternalServerException", "An internal error has occurred.");
      case UNAVAILABLE ->
          Failure.of(503, "ServiceUnavailableException", "The service is unavailable.");
      case UNSIGNED ->
          Failure.of(403, "MissingAuthenticationTokenException", "Missing Authentication Token");
      case UNKNOWN_REGION ->
          Failure.of(
              403,
              "InvalidSignatureException",
              "Credential should be scoped to a region that the emulator has.");
      case EXPIRED_SIGNATURE -> Failure.of(403, "InvalidSignatureException", "Signature expired.");
      case EXPIRED_TOKEN ->
          Failure.of(
              403,
              "ExpiredTokenException",
              "The security token included in the request is expired");
      case DENIED -> denied("You are not authorized to perform this operation.").failure();
    };
  }

  static Response word(Failure failure, String requestId) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("Message", failure.message());
    failure.reason().ifPresent(reason -> body.put("Reason", reason));
    return json(failure.status(), body)
        .with("x-amzn-ErrorType", failure.code())
        .with("x-amzn-RequestId", requestId);
  }

  static Response json(int status, Map<String, Object> body) {
    try {
      return Response.of(
          status, JSON_TYPE, JSON.std.asString(body).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("bug: cannot write JSON", e);
    }
  }
}
