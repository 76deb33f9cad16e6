package amber.emulator.ec2;

import amber.emulator.http.FailureException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Owners by account id, by alias, or as {@code self}. */
final class Owners {

  private static final Pattern ACCOUNT = Pattern.compile("\\d{12}");

  /** The accounts under which AWS keeps images for everybody. */
  private static final Map<String, String> ALIASES =
      Map.of(
          "137112412989", "amazon",
          "801119661308", "amazon",
          "045324592363", "amazon",
          "679593333241", "aws-marketplace",
          "345084742485", "aws-marketplace");

  private static final List<String> NAMES =
      List.of("amazon", "aws-marketplace", "aws-backup-vault");

  private Owners() {}

  static boolean isAccount(String text) {
    return ACCOUNT.matcher(text).matches();
  }

  /** The alias that AWS keeps for an account. */
  static Optional<String> alias(String account) {
    return Optional.ofNullable(ALIASES.get(account));
  }

  /** Refuses what is neither an account nor a word for one. */
  static void check(List<String> owners, String self) throws FailureException {
    for (String owner : owners) {
      if (!owner.equals(self) && !isAccount(owner) && !NAMES.contains(owner)) {
        throw Ec2Failures.of("InvalidUserID.Malformed", "Invalid user id: \"" + owner + "\"");
      }
    }
  }

  /** Whether an account is one of these owners; no owners stand for all. */
  static boolean match(List<String> owners, String account, String caller) {
    return owners.isEmpty()
        || owners.contains(account)
        || (owners.contains("self") && account.equals(caller))
        || alias(account).filter(owners::contains).isPresent();
  }
}
