package amber.emulator.ec2;

import amber.emulator.http.Failure;
import amber.emulator.http.FailureException;
import amber.emulator.http.Request;
import amber.emulator.http.Response;
import amber.emulator.http.Service;
import amber.emulator.http.Trouble;
import amber.emulator.state.Region;
import amber.emulator.state.World;
import java.io.IOException;

/** As much of STS as tells a caller which account it is: GetCallerIdentity. */
public final class StsService implements Service {

  private static final String NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/";
  private static final String IDENTITY = "GetCallerIdentity";
  private static final int BAD_REQUEST = 400;
  private static final int FIRST_SERVER_ERROR = 500;

  private final World world;

  /** The service. */
  public StsService(World world) {
    this.world = world;
  }

  @Override
  public String name() {
    return "sts";
  }

  @Override
  public String operation(Request request) throws IOException {
    String action = request.form().getOrDefault("Action", "");
    if (!action.equals(IDENTITY)) {
      throw new FailureException(
          Failure.of(
              BAD_REQUEST,
              "InvalidAction",
              "Could not find operation " + action + " for version 2011-06-15"));
    }
    return action;
  }

  @Override
  public Response handle(Request request) throws IOException {
    Region region = world.region(request.scope().region());
    String arn = "arn:" + region.partition().id() + ":iam::" + region.accountId() + ":root";
    Xml xml = new Xml();
    xml.open(IDENTITY + "Response", NAMESPACE).open(IDENTITY + "Result");
    xml.text("Arn", arn).text("UserId", region.accountId()).text("Account", region.accountId());
    xml.close().open("ResponseMetadata").text("RequestId", request.id()).close().close();
    return Response.of(200, Xml.TYPE, xml.bytes());
  }

  @Override
  public Failure failure(Trouble trouble) {
    return switch (trouble) {
      case THROTTLED -> Failure.of(BAD_REQUEST, "Throttling", "Rate exceeded");
      case INTERNAL -> Failure.of(500, "InternalFailure", "An internal error has occurred");
      case UNAVAILABLE -> Failure.of(503, "ServiceUnavailable", "The service is unavailable");
      case UNSIGNED ->
          Failure.of(403, "MissingAuthenticationToken", "Request is missing Authentication Token");
      case UNKNOWN_REGION ->
          Failure.of(
              403,
              "SignatureDoesNotMatch",
              "Credential should be scoped to a region that the emulator has.");
      case EXPIRED_SIGNATURE -> Failure.of(403, "SignatureDoesNotMatch", "Signature expired");
      case EXPIRED_TOKEN ->
          Failure.of(403, "ExpiredToken", "The security token included in the request is expired");
      case DENIED ->
          Failure.of(403, "AccessDenied", "You are not authorized to perform this operation");
    };
  }

  @Override
  public Response word(Failure failure, String requestId) {
    Xml xml = new Xml();
    xml.open("ErrorResponse", NAMESPACE).open("Error");
    xml.text("Type", failure.status() < FIRST_SERVER_ERROR ? "Sender" : "Receiver")
        .text("Code", failure.code())
        .text("Message", failure.message());
    xml.close().text("RequestId", requestId).close();
    return Response.of(failure.status(), Xml.TYPE, xml.bytes());
  }
}
