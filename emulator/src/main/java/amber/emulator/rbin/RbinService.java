package amber.emulator.rbin;

import amber.emulator.http.Failure;
import amber.emulator.http.FailureException;
import amber.emulator.http.Request;
import amber.emulator.http.Response;
import amber.emulator.http.Service;
import amber.emulator.http.Trouble;
import amber.emulator.state.AccountSettings;
import amber.emulator.state.Region;
import amber.emulator.state.World;
import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * As much of the Recycle Bin's own service as tells by which rules it keeps things: ListRules and
 * GetRule, in the REST protocol with JSON. A region has at most one rule for images and one for
 * snapshots, which hold for all of them: what the account's settings say.
 */
public final class RbinService implements Service {

  private static final String LIST = "ListRules";
  private static final String GET = "GetRule";
  private static final int BAD_REQUEST = 400;

  private final World world;

  /** A rule. */
  private record Rule(String id, String type, int days) {}

  /** The service. */
  public RbinService(World world) {
    this.world = world;
  }

  @Override
  public String name() {
    return "rbin";
  }

  @Override
  public String operation(Request request) throws FailureException {
    List<String> path = request.target().segments();
    if (request.method().equals("POST") && path.equals(List.of("list-rules"))) {
      return LIST;
    }
    if (request.method().equals("GET") && path.size() == 2 && path.get(0).equals("rules")) {
      return GET;
    }
    throw new FailureException(
        Failure.of(404, "UnknownOperationException", "The emulator has no such operation."));
  }

  @Override
  public Response handle(Request request) throws IOException {
    Region region = world.region(request.scope().region());
    return operation(request).equals(LIST) ? list(region, request) : get(region, request);
  }

  private static Response list(Region region, Request request) throws IOException {
    Map<String, Object> body = JSON.std.mapFrom(request.body().readAllBytes());
    Object type = body.get("ResourceType");
    if (!(type instanceof String)) {
      throw invalid("ResourceType is required.");
    }
    List<Map<String, Object>> rules =
        rules(region.settings())
            .filter(rule -> rule.type().equals(type))
            .map(rule -> summary(region, rule))
            .toList();
    return json(200, Map.of("Rules", rules)).with("x-amzn-RequestId", request.id());
  }

  private static Response get(Region region, Request request) throws IOException {
    String id = request.target().segments().get(1);
    Rule rule =
        rules(region.settings())
            .filter(each -> each.id().equals(id))
            .findFirst()
            .orElseThrow(
                () ->
                    new FailureException(
                        Failure.of(
                            404, "ResourceNotFoundException", "Rule " + id + " was not found.")));
    Map<String, Object> answer = summary(region, rule);
    answer.put("ResourceType", rule.type());
    answer.put("ResourceTags", List.of());
    answer.put("ExcludeResourceTags", List.of());
    answer.put("Status", "available");
    return json(200, answer).with("x-amzn-RequestId", request.id());
  }

  private static Stream<Rule> rules(AccountSettings settings) {
    return Stream.of(
            rule("amberImages", "EC2_IMAGE", settings.recycleImagesDays()),
            rule("amberSnaps1", "EBS_SNAPSHOT", settings.recycleSnapshotsDays()))
        .flatMap(Optional::stream);
  }

  private static Optional<Rule> rule(String id, String type, int days) {
    return days > 0 ? Optional.of(new Rule(id, type, days)) : Optional.empty();
  }

  private static Map<String, Object> summary(Region region, Rule rule) {
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("Identifier", rule.id());
    summary.put("Description", "");
    summary.put(
        "RetentionPeriod",
        Map.of("RetentionPeriodValue", rule.days(), "RetentionPeriodUnit", "DAYS"));
    summary.put(
        "RuleArn",
        "arn:%s:rbin:%s:%s:rule/%s"
            .formatted(region.partition().id(), region.name(), region.accountId(), rule.id()));
    return summary;
  }

  @Override
  public Failure failure(Trouble trouble) {
    return switch (trouble) {
      case THROTTLED -> Failure.of(429, "ThrottlingException", "Rate exceeded");
      case INTERNAL -> Failure.of(500, "InternalServerException", "The service could not respond.");
      case UNAVAILABLE ->
          Failure.of(503, "ServiceUnavailableException", "The service is unavailable.");
      case UNSIGNED ->
          Failure.of(403, "MissingAuthenticationTokenException", "Missing Authentication Token");
      case UNKNOWN_REGION, EXPIRED_SIGNATURE ->
          Failure.of(403, "InvalidSignatureException", "The signature does not fit the request.");
      case EXPIRED_TOKEN ->
          Failure.of(403, "ExpiredTokenException", "The security token in the request is expired");
      case DENIED ->
          Failure.of(
              403, "AccessDeniedException", "You are not authorized to perform this operation.");
    };
  }

  private static FailureException invalid(String message) {
    return new FailureException(Failure.of(BAD_REQUEST, "ValidationException", message));
  }

  @Override
  public Response word(Failure failure, String requestId) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("__type", failure.code());
    body.put("Message", failure.message());
    return json(failure.status(), body)
        .with("x-amzn-ErrorType", failure.code())
        .with("x-amzn-RequestId", requestId);
  }

  private static Response json(int status, Map<String, Object> body) {
    try {
      return Response.of(
          status, "application/json", JSON.std.asString(body).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("bug: cannot write JSON", e);
    }
  }
}
