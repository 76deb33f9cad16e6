package amber.emulator.iam;

import amber.emulator.http.Request;
import amber.emulator.kms.KmsKeyring;
import amber.emulator.kms.KmsRequest;
import amber.emulator.state.World;
import java.io.IOException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * KMS: an action is called like its operation, on the key; what the caller binds the secret to is
 * known to policies as {@code kms:EncryptionContext:NAME}.
 */
final class KmsNeeds implements Needs {

  private final World world;

  KmsNeeds(World world) {
    this.world = world;
  }

  @Override
  public String service() {
    return "kms";
  }

  @Override
  public List<Need> before(String operation, Request request) throws IOException {
    KmsKeyring keys = KmsKeyring.of(world.region(request.scope().region()));
    KmsRequest body = KmsRequest.read(request);
    Map<String, Set<String>> context = new HashMap<>();
    body.context()
        .forEach((key, value) -> context.put("kms:EncryptionContext:" + key, Set.of(value)));
    context.put("kms:EncryptionContextKeys", body.context().keySet());
    Optional<String> named = body.keyId();
    Optional<String> key =
        named.isPresent() ? named.map(keys::arnOf) : ofCiphertext(keys, body.fields());
    return List.of(new Need("kms:" + operation, key.orElse(Need.ANY), context));
  }

  private static Optional<String> ofCiphertext(KmsKeyring keys, Map<String, Object> fields) {
    if (fields.get("CiphertextBlob") instanceof String text) {
      try {
        return keys.arnOf(Base64.getDecoder().decode(text));
      } catch (IllegalArgumentException e) {
        // The service says what is wrong.
        return Optional.empty();
      }
    }
    return Optional.empty();
  }
}
