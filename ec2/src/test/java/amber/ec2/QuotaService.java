package amber.ec2;

import amber.emulator.http.Failure;
import amber.emulator.http.Request;
import amber.emulator.http.Response;
import amber.emulator.http.Service;
import amber.emulator.http.Trouble;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** As much of Service Quotas as tells the value of one quota. It refuses those it was not given. */
final class QuotaService implements Service {

  private static final Pattern CODE = Pattern.compile("\"QuotaCode\":\"([^\"]+)\"");

  private final Map<String, Double> values = new ConcurrentHashMap<>();

  void set(String code, double value) {
    values.put(code, value);
  }

  @Override
  public String name() {
    return "servicequotas";
  }

  @Override
  public String operation(Request request) {
    return request.header("X-Amz-Target").orElse("").replaceAll(".*\\.", "");
  }

  @Override
  public Response handle(Request request) throws IOException {
    String asked = new String(request.body().readAllBytes(), StandardCharsets.UTF_8);
    Matcher code = CODE.matcher(asked);
    Double value = code.find() ? values.get(code.group(1)) : null;
    if (value == null) {
      return word(failure(Trouble.DENIED), request.id());
    }
    return json(200, "{\"Quota\":{\"QuotaCode\":\"%s\",\"Value\":%s}}", code.group(1), value);
  }

  @Override
  public Failure failure(Trouble trouble) {
    return Failure.of(400, "AccessDeniedException", "not allowed, in a test");
  }

  @Override
  public Response word(Failure failure, String requestId) {
    return json(
        failure.status(),
        "{\"__type\":\"%s\",\"message\":\"%s\"}",
        failure.code(),
        failure.message());
  }

  private static Response json(int status, String format, Object... values) {
    return Response.of(
        status,
        "application/x-amz-json-1.1",
        format.formatted(values).getBytes(StandardCharsets.UTF_8));
  }
}
