package amber.emulator.ebs;

import amber.emulator.http.Failure;
import amber.emulator.http.FailureException;
import amber.emulator.http.Request;
import amber.emulator.http.Response;
import amber.emulator.http.Service;
import amber.emulator.http.Trouble;
import amber.emulator.state.Region;
import amber.emulator.state.World;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** EBS direct over a world. */
public final class EbsService implements Service {

  private static final String LIST = "ListSnapshotBlocks";
  private static final String LIST_CHANGED = "ListChangedBlocks";
  private static final String GET = "GetSnapshotBlock";
  private static final String PUT = "PutSnapshotBlock";
  private static final String START = "StartSnapshot";
  private static final String COMPLETE = "CompleteSnapshot";

  private static final Map<String, String> BLOCK_OPERATIONS =
      Map.of("GET 3", LIST, "GET 4", GET, "PUT 4", PUT);

  private final World world;
  private final Quotas quotas;
  private final Throttle throttle;
  private final Listing listing;
  private final Blocks blocks;
  private final Starting starting;
  private final Completing completing;

  /** The service, with these rules. */
  public EbsService(World world, EbsRules rules) {
    this.world = world;
    this.quotas = rules.quotas();
    this.throttle = new Throttle(world.clock());
    this.listing = new Listing(rules, new Tokens(world.secret()));
    this.blocks = new Blocks(listing);
    this.starting = new Starting(rules);
    this.completing = new Completing(rules);
  }

  @Override
  public String name() {
    return "ebs";
  }

  @Override
  public String operation(Request request) throws IOException {
    List<String> path = request.target().segments();
    String method = request.method();
    String shape = method + " " + path.size();
    if (path.isEmpty() || !path.get(0).equals("snapshots")) {
      throw unknown(request);
    }
    if (shape.equals("POST 1")) {
      return START;
    }
    if (shape.equals("POST 3") && path.get(1).equals("completion")) {
      return COMPLETE;
    }
    if (shape.equals("GET 3") && path.get(2).equals("changedblocks")) {
      return LIST_CHANGED;
    }
    if (path.size() >= 3 && path.get(2).equals("blocks")) {
      String found = BLOCK_OPERATIONS.get(shape);
      if (found != null) {
        return found;
      }
    }
    throw unknown(request);
  }

  @Override
  public Response handle(Request request) throws IOException {
    Region region = world.region(request.scope().region());
    List<String> path = request.target().segments();
    String operation = operation(request);
    throttle(region, operation, path);
    Response response =
        switch (operation) {
          case LIST -> listing.blocks(region, path.get(1), request);
          case LIST_CHANGED -> listing.changedBlocks(region, path.get(1), request);
          case GET -> blocks.get(region, path.get(1), path.get(3), request);
          case PUT -> blocks.put(region, path.get(1), path.get(3), request);
          case START -> starting.start(region, request);
          case COMPLETE -> completing.complete(region, path.get(2), request);
          default -> throw unknown(request);
        };
    return response.with("x-amzn-RequestId", request.id());
  }

  @Override
  public Failure failure(Trouble trouble) {
    return EbsFailures.of(trouble);
  }

  @Override
  public Response word(Failure failure, String requestId) {
    return EbsFailures.word(failure, requestId);
  }

  private void throttle(Region region, String operation, List<String> path)
      throws FailureException {
    String account = region.name() + " " + operation;
    if (!throttle.take(account, perSecond(operation))) {
      throw EbsFailures.accountThrottled();
    }
    if (operation.equals(GET) || operation.equals(PUT)) {
      int rate = operation.equals(GET) ? quotas.getPerSnapshot() : quotas.putPerSnapshot();
      if (!throttle.take(account + " " + path.get(1), rate)) {
        throw EbsFailures.snapshotThrottled(path.get(1));
      }
    }
  }

  private int perSecond(String operation) {
    return switch (operation) {
      case GET -> quotas.get();
      case PUT -> quotas.put();
      case LIST, LIST_CHANGED -> quotas.list();
      default -> quotas.startOrComplete();
    };
  }

  private static FailureException unknown(Request request) {
    return new FailureException(
        Failure.of(
            404,
            "UnknownOperationException",
            request.method() + " " + request.target().rawPath() + " is no operation."));
  }
}
