package amber.emulator.kms;

import amber.emulator.http.Failure;
import amber.emulator.http.FailureException;
import amber.emulator.http.Request;
import amber.emulator.http.Response;
import amber.emulator.http.Service;
import amber.emulator.http.Trouble;
import amber.emulator.state.Region;
import amber.emulator.state.World;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

/**
 * KMS over a world, in the JSON 1.1 protocol: symmetric keys that wrap small secrets. Every caller
 * of a partition is its one account, and its policies allow all unless the emulator is given one.
 */
public final class KmsService implements Service {

  private static final String TARGET = "TrentService.";

  private static final Set<String> OPERATIONS =
      Set.of(
          "CreateKey",
          "DescribeKey",
          "ListKeys",
          "CreateAlias",
          "EnableKey",
          "DisableKey",
          "ScheduleKeyDeletion",
          "CancelKeyDeletion",
          "GenerateDataKey",
          "Encrypt",
          "Decrypt");

  private final World world;

  /** The service. */
  public KmsService(World world) {
    this.world = world;
  }

  @Override
  public String name() {
    return "kms";
  }

  @Override
  public String operation(Request request) throws IOException {
    String target = request.header("X-Amz-Target").orElse("");
    String name = target.startsWith(TARGET) ? target.substring(TARGET.length()) : "";
    if (!request.method().equals("POST") || !OPERATIONS.contains(name)) {
      throw new FailureException(
          Failure.of(400, "UnknownOperationException", "'" + target + "' is no operation."));
    }
    return name;
  }

  @Override
  public Response handle(Request request) throws IOException {
    Region region = world.region(request.scope().region());
    String operation = operation(request);
    KmsRequest body = KmsRequest.read(request);
    Map<String, Object> answer = region.exclusively(() -> answer(region, operation, body));
    return KmsFailures.json(200, answer).with("x-amzn-RequestId", request.id());
  }

  private static Map<String, Object> answer(Region region, String operation, KmsRequest body)
      throws IOException {
    return switch (operation) {
      case "CreateKey" -> KeyOperations.create(region, body);
      case "DescribeKey" -> KeyOperations.describe(region, body);
      case "ListKeys" -> KeyOperations.list(region);
      case "CreateAlias" -> KeyOperations.alias(region, body);
      case "EnableKey" -> KeyOperations.enable(region, body, true);
      case "DisableKey" -> KeyOperations.enable(region, body, false);
      case "ScheduleKeyDeletion" -> KeyOperations.scheduleDeletion(region, body);
      case "CancelKeyDeletion" -> KeyOperations.cancelDeletion(region, body);
      case "GenerateDataKey" -> CryptoOperations.generate(region, body);
      case "Encrypt" -> CryptoOperations.encrypt(region, body);
      default -> CryptoOperations.decrypt(region, body);
    };
  }

  @Override
  public Failure failure(Trouble trouble) {
    return KmsFailures.of(trouble);
  }

  @Override
  public Response word(Failure failure, String requestId) {
    return KmsFailures.word(failure, requestId);
  }
}
