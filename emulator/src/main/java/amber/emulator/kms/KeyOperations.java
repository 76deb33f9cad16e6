package amber.emulator.kms;

import amber.emulator.http.FailureException;
import amber.emulator.state.Region;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Operations by which keys are made and change their state. */
final class KeyOperations {

  private static final int MATERIAL_BYTES = 32;
  private static final int LEAST_DAYS = 7;
  private static final int MOST_DAYS = 30;
  private static final double MILLIS = 1000;
  private static final SecureRandom RANDOM = new SecureRandom();

  private KeyOperations() {}

  static Map<String, Object> create(Region region, KmsRequest request) throws IOException {
    String usage = request.text("KeyUsage").orElse(KmsKey.ENCRYPTS);
    String spec = request.text("KeySpec").or(() -> spec(request)).orElse("SYMMETRIC_DEFAULT");
    boolean encrypts = usage.equals(KmsKey.ENCRYPTS) && spec.equals("SYMMETRIC_DEFAULT");
    boolean authenticates = usage.equals("GENERATE_VERIFY_MAC") && spec.equals("HMAC_256");
    if (!encrypts && !authenticates) {
      throw KmsFailures.of(
          "UnsupportedOperationException",
          "The emulator has no keys of KeySpec " + spec + " for KeyUsage " + usage);
    }
    byte[] material = new byte[MATERIAL_BYTES];
    RANDOM.nextBytes(material);
    KmsKey key =
        new KmsKey(
            UUID.randomUUID().toString(),
            Base64.getEncoder().encodeToString(material),
            usage,
            spec,
            request.text("Description").orElse(""),
            region.clock().instant(),
            true,
            Optional.empty(),
            List.of());
    KmsKeyring.of(region).shelf().put(key);
    return Map.of("KeyMetadata", metadata(region, key));
  }

  private static Optional<String> spec(KmsRequest request) {
    return request.fields().get("CustomerMasterKeySpec") instanceof String text
        ? Optional.of(text)
        : Optional.empty();
  }

  static Map<String, Object> describe(Region region, KmsRequest request) throws IOException {
    KmsKey key = KmsKeyring.of(region).find(request.requiredKeyId());
    return Map.of("KeyMetadata", metadata(region, key));
  }

  static Map<String, Object> list(Region region) throws IOException {
    KmsKeyring keys = KmsKeyring.of(region);
    List<Map<String, Object>> all = new ArrayList<>();
    for (KmsKey key : keys.all()) {
      all.add(Map.of("KeyId", key.id(), "KeyArn", keys.arn(key)));
    }
    return Map.of("Keys", all, "Truncated", false);
  }

  static Map<String, Object> alias(Region region, KmsRequest request) throws IOException {
    KmsKeyring keys = KmsKeyring.of(region);
    String name = request.required("AliasName");
    if (!name.matches("alias/[a-zA-Z0-9/_-]{1,250}") || name.startsWith("alias/aws/")) {
      throw KmsFailures.of("InvalidAliasNameException", "Alias must begin with alias/.");
    }
    if (keys.all().stream().anyMatch(key -> key.aliases().contains(name))) {
      throw KmsFailures.of(
          "AlreadyExistsException",
          "An alias with the name " + region.arn("kms", name) + " already exists");
    }
    KmsKey key = keys.find(request.required("TargetKeyId"));
    List<String> names = new ArrayList<>(key.aliases());
    names.add(name);
    keys.shelf().put(key.withAliases(names));
    return Map.of();
  }

  static Map<String, Object> enable(Region region, KmsRequest request, boolean on)
      throws IOException {
    KmsKeyring keys = KmsKeyring.of(region);
    KmsKey key = requireKept(keys, keys.find(request.requiredKeyId()));
    keys.shelf().put(key.with(on, Optional.empty()));
    return Map.of();
  }

  private static KmsKey requireKept(KmsKeyring keys, KmsKey key) throws FailureException {
    if (key.deletionAt().isPresent()) {
      throw KmsFailures.of("KMSInvalidStateException", keys.arn(key) + " is pending deletion.");
    }
    return key;
  }

  static Map<String, Object> scheduleDeletion(Region region, KmsRequest request)
      throws IOException {
    KmsKeyring keys = KmsKeyring.of(region);
    int days = request.number("PendingWindowInDays").orElse(MOST_DAYS);
    if (days < LEAST_DAYS || days > MOST_DAYS) {
      throw KmsFailures.invalid("PendingWindowInDays must be between 7 and 30");
    }
    KmsKey key = requireKept(keys, keys.find(request.requiredKeyId()));
    Instant deletion = region.clock().instant().plus(Duration.ofDays(days));
    keys.shelf().put(key.with(false, Optional.of(deletion)));
    return Map.of(
        "KeyId",
        keys.arn(key),
        "DeletionDate",
        seconds(deletion),
        "KeyState",
        "PendingDeletion",
        "PendingWindowInDays",
        days);
  }

  static Map<String, Object> cancelDeletion(Region region, KmsRequest request) throws IOException {
    KmsKeyring keys = KmsKeyring.of(region);
    KmsKey key = keys.find(request.requiredKeyId());
    if (key.deletionAt().isEmpty()) {
      throw KmsFailures.of("KMSInvalidStateException", keys.arn(key) + " is not pending deletion.");
    }
    // As AWS does: it is there again, and disabled.
    keys.shelf().put(key.with(false, Optional.empty()));
    return Map.of("KeyId", keys.arn(key));
  }

  private static double seconds(Instant time) {
    return time.toEpochMilli() / MILLIS;
  }

  private static Map<String, Object> metadata(Region region, KmsKey key) throws IOException {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("AWSAccountId", region.accountId());
    fields.put("KeyId", key.id());
    fields.put("Arn", KmsKeyring.of(region).arn(key));
    fields.put("CreationDate", seconds(key.createdAt()));
    fields.put("Enabled", key.enabled());
    fields.put("Description", key.description());
    fields.put("KeyUsage", key.usage());
    fields.put("KeyState", key.state());
    key.deletionAt().ifPresent(time -> fields.put("DeletionDate", seconds(time)));
    fields.put("Origin", "AWS_KMS");
    fields.put("KeyManager", "CUSTOMER");
    fields.put("CustomerMasterKeySpec", key.spec());
    fields.put("KeySpec", key.spec());
    if (key.usage().equals(KmsKey.ENCRYPTS)) {
      fields.put("EncryptionAlgorithms", List.of("SYMMETRIC_DEFAULT"));
    }
    fields.put("MultiRegion", false);
    return fields;
  }
}
