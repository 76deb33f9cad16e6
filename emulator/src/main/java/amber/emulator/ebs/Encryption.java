package amber.emulator.ebs;

import amber.emulator.http.FailureException;
import amber.emulator.state.Region;
import amber.emulator.state.Snapshot;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which key a new snapshot gets, if any: the table of StartSnapshot. */
final class Encryption {

  private static final Pattern KEY_ARN = Pattern.compile("arn:([^:]+):kms:([^:]*):.*");

  private Encryption() {}

  static Optional<String> key(Region region, StartRequest request, Optional<Snapshot> parent)
      throws FailureException {
    boolean byDefault = region.settings().encryptionByDefault();
    if (request.kmsKeyArn().isPresent()) {
      checkPlace(region, request.kmsKeyArn().get());
    }
    if (parent.isPresent()) {
      return inherited(request, parent.get(), byDefault);
    }
    if (request.encrypted().isPresent() && !request.encrypted().get()) {
      if (byDefault || request.kmsKeyArn().isPresent()) {
        throw refused("Encrypted=false is not possible here: leave it out.");
      }
      return Optional.empty();
    }
    if (request.kmsKeyArn().isPresent()) {
      return request.kmsKeyArn();
    }
    return request.encrypted().isPresent() || byDefault
        ? Optional.of(region.defaultKmsKeyArn())
        : Optional.empty();
  }

  private static Optional<String> inherited(
      StartRequest request, Snapshot parent, boolean byDefault) throws FailureException {
    if (request.encrypted().isPresent()) {
      throw refused("Encrypted and ParentSnapshotId cannot be given together.");
    }
    if (request.kmsKeyArn().isPresent()) {
      throw refused("KmsKeyArn and ParentSnapshotId cannot be given together.");
    }
    if (!parent.encrypted() && byDefault) {
      throw refused("An unencrypted parent is not possible with encryption by default.");
    }
    return parent.kmsKeyArn();
  }

  /** A key of another region or partition is of no use here. */
  private static void checkPlace(Region region, String arn) throws FailureException {
    Matcher matcher = KEY_ARN.matcher(arn);
    if (!matcher.matches()
        || !matcher.group(1).equals(region.partition().id())
        || !matcher.group(2).equals(region.name())) {
      throw EbsFailures.invalid(
          EbsFailures.INVALID_CUSTOMER_KEY,
          "The key '%s' is not one of %s in partition %s."
              .formatted(arn, region.name(), region.partition().id()));
    }
  }

  private static FailureException refused(String message) {
    return EbsFailures.invalid(EbsFailures.INVALID_PARAMETER_VALUE, message);
  }
}
