package amber.cli;

import amber.emulator.iam.Access;
import amber.emulator.iam.Policy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Profiles of the AWS configuration, each with an access key by which the emulator knows it. */
final class IamProfiles implements AutoCloseable {

  private static final String PROPERTY = "aws.configFile";

  private final Path config;
  private final Map<String, String> keys = new LinkedHashMap<>();

  /** Makes them what commands find. */
  IamProfiles(Path config) {
    this.config = config;
    System.setProperty(PROPERTY, config.toString());
  }

  /**
   * Lets a profile be somebody new, who may do no more than that. What runs before have left under
   * way is not theirs.
   */
  Access.Identity renew(String profile, Optional<Policy> policy) throws IOException {
    String key = Cloud.newName("key");
    keys.put(profile, key);
    StringBuilder text = new StringBuilder();
    keys.forEach(
        (name, id) ->
            text.append(
                "[profile %s]%naws_access_key_id = %s%naws_secret_access_key = local%n"
                    .formatted(name, id)));
    Files.writeString(config, text);
    Access.Identity identity = Cloud.emulator().access().of(key);
    identity.allowOnly(policy);
    return identity;
  }

  @Override
  public void close() {
    System.clearProperty(PROPERTY);
  }
}
