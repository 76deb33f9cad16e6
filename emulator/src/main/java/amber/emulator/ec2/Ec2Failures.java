package amber.emulator.ec2;

import amber.emulator.http.Failure;
import amber.emulator.http.FailureException;
import amber.emulator.http.Response;
import amber.emulator.http.Trouble;
import java.util.List;

/** The errors of EC2: their codes, statuses and words, and how they look on the wire. */
final class Ec2Failures {

  private static final int BAD_REQUEST = 400;
  private static final int FORBIDDEN = 403;

  private Ec2Failures() {}

  /** An error of the caller's making. */
  static FailureException of(String code, String message) {
    return new FailureException(Failure.of(BAD_REQUEST, code, message));
  }

  static FailureException missing(String parameter) {
    return of("MissingParameter", "The request must contain the parameter " + parameter);
  }

  static FailureException invalid(String message) {
    return of("InvalidParameterValue", message);
  }

  static FailureException invalid(String parameter, String value, String why) {
    return invalid("Value (" + value + ") for parameter " + parameter + " is invalid. " + why);
  }

  static FailureException combination(String message) {
    return of("InvalidParameterCombination", message);
  }

  static FailureException unknown(String parameter) {
    return of("UnknownParameter", "The parameter " + parameter + " is not recognized");
  }

  static FailureException unknownAction(String action) {
    return of("InvalidAction", "The action " + action + " is not valid for this web service.");
  }

  static FailureException unsupported(String message) {
    return of("UnsupportedOperation", message);
  }

  static FailureException notPermitted(String message) {
    return of("OperationNotPermitted", message);
  }

  static FailureException wrongState(String message) {
    return of("IncorrectState", message);
  }

  static FailureException mapping(String message) {
    return of("InvalidBlockDeviceMapping", message);
  }

  static FailureException dryRun() {
    return new FailureException(
        Failure.of(
            412, "DryRunOperation", "Request would have succeeded, but DryRun flag is set."));
  }

  static FailureException imageMalformed(String id) {
    return of("InvalidAMIID.Malformed", "Invalid id: \"" + id + "\" (expecting \"ami-...\")");
  }

  static FailureException imageNotFound(List<String> ids) {
    String list = "'[" + String.join(", ", ids) + "]'";
    return of(
        "InvalidAMIID.NotFound",
        ids.size() == 1
            ? "The image id " + list + " does not exist"
            : "The image ids " + list + " do not exist");
  }

  static FailureException imageUnavailable(String id) {
    return of("InvalidAMIID.Unavailable", "The image ID '" + id + "' is no longer available");
  }

  static FailureException notYourImage(String id) {
    return denied("Not authorized for image:" + id);
  }

  static FailureException nameTaken(String name, String by) {
    return of("InvalidAMIName.Duplicate", "AMI name " + name + " is already in use by AMI " + by);
  }

  static FailureException snapshotMalformed(String id) {
    return of("InvalidSnapshotID.Malformed", "Invalid id: \"" + id + "\" (expecting \"snap-...\")");
  }

  static FailureException snapshotNotFound(String id) {
    return of("InvalidSnapshot.NotFound", "The snapshot '" + id + "' does not exist.");
  }

  static FailureException snapshotInUse(String id, String by) {
    return of("InvalidSnapshot.InUse", "The snapshot " + id + " is currently in use by " + by);
  }

  static FailureException notYourSnapshot(String id) {
    return denied("You do not own the snapshot '" + id + "'");
  }

  static FailureException denied(String message) {
    return new FailureException(Failure.of(FORBIDDEN, "AuthFailure", message));
  }

  static Failure of(Trouble trouble) {
    return switch (trouble) {
      case THROTTLED -> Failure.of(503, "RequestLimitExceeded", "Request limit exceeded.");
      case INTERNAL -> Failure.of(500, "InternalError", "An internal error has occurred");
      case UNAVAILABLE ->
          Failure.of(503, "Unavailable", "The service is unavailable. Please try again shortly.");
      case UNSIGNED ->
          Failure.of(
              401, "AuthFailure", "AWS was not able to validate the provided access credentials");
      case UNKNOWN_REGION ->
          Failure.of(
              401, "AuthFailure", "Credential should be scoped to a region that the emulator has.");
      case EXPIRED_SIGNATURE, EXPIRED_TOKEN ->
          Failure.of(BAD_REQUEST, "RequestExpired", "Request has expired.");
      case DENIED ->
          Failure.of(
              FORBIDDEN,
              "UnauthorizedOperation",
              "You are not authorized to perform this operation.");
    };
  }

  static Response word(Failure failure, String requestId) {
    Xml xml = new Xml();
    xml.open("Response").open("Errors").open("Error");
    xml.text("Code", failure.code()).text("Message", failure.message());
    xml.close().close();
    xml.text("RequestID", requestId).close();
    return Response.of(failure.status(), Xml.TYPE, xml.bytes());
  }
}
