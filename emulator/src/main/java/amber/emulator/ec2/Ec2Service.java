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
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** EC2 over a world: images, snapshots, tags, and what belongs to them. */
public final class Ec2Service implements Service {

  private static final String VERSION = "2016-11-15";
  private static final String NAMESPACE = "http://ec2.amazonaws.com/doc/" + VERSION + "/";

  private final World world;
  private final Ec2Rules rules;
  private final byte[] secret;
  private final AtomicInteger turns = new AtomicInteger();

  /** The service, with these rules. */
  public Ec2Service(World world, Ec2Rules rules) {
    this.world = world;
    this.rules = rules;
    this.secret = world.secret();
  }

  @Override
  public String name() {
    return "ec2";
  }

  @Override
  public String operation(Request request) throws IOException {
    String action = request.form().getOrDefault("Action", "");
    if (action.isEmpty()) {
      throw Ec2Failures.of(
          "MissingAction", "The request is missing an action or a required parameter.");
    }
    return action;
  }

  @Override
  public Response handle(Request request) throws IOException {
    Parameters parameters = Parameters.of(request.form());
    String action = parameters.required("Action");
    checkVersion(parameters.required("Version"));
    Operation operation =
        Optional.ofNullable(Actions.ALL.get(action))
            .orElseThrow(() -> Ec2Failures.unknownAction(action));
    Region region = world.region(request.scope().region());
    Xml xml = new Xml();
    xml.open(action + "Response", NAMESPACE).text("requestId", request.id());
    Paging.Seal seal = new Paging.Seal(secret, region.name() + " " + action);
    Call call = new Call(region, rules, parameters, xml, seal, turns.getAndIncrement(), request);
    // Alone in the region: most operations look first and then change what they saw.
    region.exclusively(
        () -> {
          operation.run(call);
          return xml;
        });
    return Response.of(200, Xml.TYPE, xml.close().bytes()).with("x-amzn-requestid", request.id());
  }

  private static void checkVersion(String version) throws FailureException {
    if (!version.equals(VERSION)) {
      throw Ec2Failures.of(
          "NoSuchVersion", "The requested version (" + version + ") is not supported");
    }
  }

  @Override
  public Failure failure(Trouble trouble) {
    return Ec2Failures.of(trouble);
  }

  @Override
  public Response word(Failure failure, String requestId) {
    return Ec2Failures.word(failure, requestId).with("x-amzn-requestid", requestId);
  }
}
