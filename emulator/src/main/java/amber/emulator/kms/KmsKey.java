package amber.emulator.kms;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A key.
 *
 * @param id a UUID
 * @param material 32 secret bytes in base64
 * @param usage {@code ENCRYPT_DECRYPT} or {@code GENERATE_VERIFY_MAC}
 * @param spec {@code SYMMETRIC_DEFAULT} or {@code HMAC_256}
 * @param description as given
 * @param createdAt when it was made
 * @param enabled whether it may be used
 * @param deletionAt when it goes away, if that is scheduled
 * @param aliases names that begin with {@code alias/}
 */
record KmsKey(
    String id,
    String material,
    String usage,
    String spec,
    String description,
    Instant createdAt,
    boolean enabled,
    Optional<Instant> deletionAt,
    List<String> aliases) {

  static final String ENCRYPTS = "ENCRYPT_DECRYPT";

  KmsKey {
    aliases = List.copyOf(aliases);
  }

  /** The same, enabled or not, and going away or not. */
  KmsKey with(boolean isEnabled, Optional<Instant> deletion) {
    return new KmsKey(
        id, material, usage, spec, description, createdAt, isEnabled, deletion, aliases);
  }

  /** The same with these aliases. */
  KmsKey withAliases(List<String> names) {
    return new KmsKey(
        id, material, usage, spec, description, createdAt, enabled, deletionAt, names);
  }

  /** As DescribeKey tells it. */
  String state() {
    if (deletionAt.isPresent()) {
      return "PendingDeletion";
    }
    return enabled ? "Enabled" : "Disabled";
  }
}
