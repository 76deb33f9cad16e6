package amber.emulator.kms;

import amber.emulator.http.FailureException;
import amber.emulator.state.Region;
import amber.emulator.state.Shelf;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The keys of a region, and how requests name them (KMS developer guide, "Key identifiers"). */
public final class KmsKeyring {

  private static final Pattern ARN = Pattern.compile("arn:([^:]*):kms:([^:]*):([^:]*):(.+)");
  private static final String ALIAS = "alias/";
  private static final String KEY = "key/";

  private final Region region;
  private final Shelf<KmsKey> keys;

  private KmsKeyring(Region region, Shelf<KmsKey> keys) {
    this.region = region;
    this.keys = keys;
  }

  /** Those of a region. */
  public static KmsKeyring of(Region region) throws IOException {
    return new KmsKeyring(region, region.shelf("kms-keys", KmsKey.class, KmsKey::id));
  }

  /** The ARN of the key that is named so, or what is as good for a policy if there is none. */
  public String arnOf(String keyId) {
    try {
      return arn(find(keyId));
    } catch (FailureException e) {
      return keyId.startsWith("arn:") ? keyId : region.arn("kms", KEY + keyId);
    }
  }

  /** The ARN of the key that made this, if it is a key of this region. */
  public Optional<String> arnOf(byte[] ciphertext) {
    return Ciphertext.keyId(ciphertext).flatMap(this::byId).map(this::arn);
  }

  String arn(KmsKey key) {
    return region.arn("kms", KEY + key.id());
  }

  Shelf<KmsKey> shelf() {
    return keys;
  }

  Optional<KmsKey> byId(String id) {
    return keys.find(id).filter(this::isThere);
  }

  private boolean isThere(KmsKey key) {
    return key.deletionAt().isEmpty() || key.deletionAt().get().isAfter(region.clock().instant());
  }

  List<KmsKey> all() {
    return keys.all().stream().filter(this::isThere).toList();
  }

  /** The key that is named so, by its id, an alias, or the ARN of one of them. */
  KmsKey find(String keyId) throws FailureException {
    Matcher arn = ARN.matcher(keyId);
    if (keyId.startsWith("arn:") && !arn.matches()) {
      throw KmsFailures.notFound("Invalid keyId '" + keyId + "'");
    }
    String name = keyId;
    if (arn.matches()) {
      if (!arn.group(1).equals(region.partition().id()) || !arn.group(2).equals(region.name())) {
        throw KmsFailures.notFound("Invalid arn " + arn.group(2));
      }
      if (!arn.group(3).equals(region.accountId())) {
        throw KmsFailures.denied(
            "User: arn:%s:iam::%s:root is not authorized to perform this operation on resource: %s because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access"
                .formatted(region.partition().id(), region.accountId(), keyId));
      }
      name = arn.group(4);
    }
    if (name.startsWith(ALIAS)) {
      String alias = name;
      return all().stream()
          .filter(key -> key.aliases().contains(alias))
          .findFirst()
          .orElseThrow(
              () -> KmsFailures.notFound("Alias " + region.arn("kms", alias) + " is not found."));
    }
    String id = name.startsWith(KEY) ? name.substring(KEY.length()) : name;
    return byId(id)
        .orElseThrow(
            () -> KmsFailures.notFound("Key '" + region.arn("kms", KEY + id) + "' does not exist"));
  }

  /** The same, if it can encrypt just now. */
  KmsKey requireUsable(KmsKey key) throws FailureException {
    if (key.deletionAt().isPresent()) {
      throw KmsFailures.of("KMSInvalidStateException", arn(key) + " is pending deletion.");
    }
    if (!key.enabled()) {
      throw KmsFailures.of("DisabledException", arn(key) + " is disabled.");
    }
    if (!key.usage().equals(KmsKey.ENCRYPTS)) {
      throw KmsFailures.of(
          "InvalidKeyUsageException",
          arn(key) + " key usage is " + key.usage() + " which is not valid for this operation.");
    }
    return key;
  }
}
