package amber.emulator.ec2;

import amber.emulator.http.FailureException;
import amber.emulator.state.AccountSettings;
import amber.emulator.state.Region;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Pattern;

/** What the account has set for new volumes and snapshots: encryption and its key. */
final class EbsDefaults {

  private static final String RESULT = "ebsEncryptionByDefault";
  private static final Pattern KEY_ID =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|mrk-[0-9a-f]+");
  private static final Pattern ALIAS = Pattern.compile("alias/[A-Za-z0-9/_-]{1,250}");

  private EbsDefaults() {}

  static void encryption(Call call) throws IOException {
    call.ready();
    AccountSettings settings = call.region().settings();
    call.xml()
        .text(RESULT, settings.encryptionByDefault())
        .text("sseType", settings.encryptionByDefault() ? "sse-kms" : "none");
  }

  static void enable(Call call) throws IOException {
    set(call, true);
  }

  static void disable(Call call) throws IOException {
    set(call, false);
  }

  static void key(Call call) throws IOException {
    call.ready();
    call.xml().text("kmsKeyId", call.region().defaultKmsKeyArn());
  }

  static void modifyKey(Call call) throws IOException {
    String asked = call.parameters().required("KmsKeyId");
    String arn = arn(call.region(), asked);
    call.ready();
    call.region().updateSettings(settings -> settings.withDefaultKmsKeyArn(Optional.of(arn)));
    call.xml().text("kmsKeyId", arn);
  }

  static void resetKey(Call call) throws IOException {
    call.ready();
    call.region().updateSettings(settings -> settings.withDefaultKmsKeyArn(Optional.empty()));
    call.xml().text("kmsKeyId", call.region().defaultKmsKeyArn());
  }

  private static void set(Call call, boolean on) throws IOException {
    call.ready();
    call.region().updateSettings(settings -> settings.withEncryptionByDefault(on));
    call.xml().text(RESULT, on);
  }

  /** The ARN of a key by its id, ARN or alias. A key of another region or partition is none. */
  private static String arn(Region region, String asked) throws FailureException {
    String prefix = region.arn("kms", "");
    String name = asked.startsWith(prefix) ? asked.substring(prefix.length()) : asked;
    if (ALIAS.matcher(name).matches()) {
      return region.kmsKeyArn(name.substring("alias/".length()));
    }
    String id = name.startsWith("key/") ? name.substring("key/".length()) : name;
    if (!KEY_ID.matcher(id).matches()) {
      throw Ec2Failures.of("InvalidKmsKey.NotFound", "The KMS key '" + asked + "' does not exist");
    }
    return prefix + "key/" + id;
  }
}
