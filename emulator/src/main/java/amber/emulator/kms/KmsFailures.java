package amber.emulator.kms;

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

/** The errors of KMS (API reference): nearly all with status 400, told apart by their names. */
final class KmsFailures {

  private static final String JSON_TYPE = "application/x-amz-json-1.1";

  private KmsFailures() {}

  static FailureException of(String code, String message) {
    return new FailureException(Failure.of(400, code, message));
  }

  static FailureException notFound(String message) {
    return of("NotFoundException", message);
  }

  static FailureException denied(String message) {
    return of("AccessDeniedException", message);
  }

  static FailureException invalid(String message) {
    return of("ValidationException", message);
  }

  static Failure of(Trouble trouble) {
    return switch (trouble) {
      case THROTTLED ->
          Failure.of(
              400,
              "ThrottlingException",
              "You have exceeded the rate at which you may call KMS. Reduce the frequency of your"
                  + " calls.");
      case INTERNAL ->
          Failure.of(500, "KMSInternalException", "The request was rejected; you can retry it.");
      case UNAVAILABLE ->
          Failure.of(503, "ServiceUnavailableException", "The service is unavailable.");
      case UNSIGNED ->
          Failure.of(400, "MissingAuthenticationTokenException", "Missing Authentication Token");
      case UNKNOWN_REGION ->
          Failure.of(
              400,
              "InvalidSignatureException",
              "Credential should be scoped to a region that the emulator has.");
      case EXPIRED_SIGNATURE -> Failure.of(400, "InvalidSignatureException", "Signature expired.");
      case EXPIRED_TOKEN ->
          Failure.of(
              400,
              "ExpiredTokenException",
              "The security token included in the request is expired");
      case DENIED -> denied("You are not authorized to perform this operation.").failure();
    };
  }

  static Response word(Failure failure, String requestId) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("__type", failure.code());
    body.put("message", failure.message());
    return json(failure.status(), body).with("x-amzn-RequestId", requestId);
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
