package amber.emulator.ec2;

import amber.emulator.http.FailureException;
import amber.emulator.state.Image;
import amber.emulator.state.ImageState;
import amber.emulator.state.LaunchPermission;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** ModifyImageAttribute: description, imdsSupport and launchPermission, one at a time. */
final class ModifyImage {

  private static final int MOST_PERMISSIONS = 1000;
  private static final int LONGEST_DESCRIPTION = 255;
  private static final int PUBLIC_YEARS = 2;

  private ModifyImage() {}

  /** What is asked for: one of the three, as a rule. */
  private record Change(
      Optional<String> description, Optional<String> imdsSupport, LaunchPermissions permissions) {

    static Change read(Parameters parameters) throws FailureException {
      Optional<String> attribute =
          parameters.oneOf("Attribute", Set.of("description", "imdsSupport", "launchPermission"));
      Optional<String> value = parameters.text("Value");
      if (!parameters.texts("ProductCode").isEmpty()) {
        throw Ec2Failures.unsupported("Product codes cannot be changed.");
      }
      Optional<String> description =
          parameters
              .structure("Description")
              .text("Value", LONGEST_DESCRIPTION)
              .or(() -> value.filter(text -> attribute.filter("description"::equals).isPresent()));
      Optional<String> imdsSupport =
          parameters
              .structure("ImdsSupport")
              .text("Value")
              .or(() -> value.filter(text -> attribute.filter("imdsSupport"::equals).isPresent()));
      Change change = new Change(description, imdsSupport, LaunchPermissions.read(parameters));
      change.check();
      return change;
    }

    private void check() throws FailureException {
      List<String> names = new ArrayList<>();
      description.ifPresent(text -> names.add("description"));
      imdsSupport.ifPresent(text -> names.add("imdsSupport"));
      if (permissions.any()) {
        names.add("launchPermission");
      }
      if (names.isEmpty()) {
        throw Ec2Failures.combination("No attributes specified.");
      }
      if (names.size() > 1) {
        throw Ec2Failures.combination(
            "Fields for multiple attribute types specified: " + String.join(", ", names));
      }
      // One way only: what is set cannot be taken back.
      if (imdsSupport.filter(value -> !value.equals("v2.0")).isPresent()) {
        throw Ec2Failures.invalid("imdsSupport", imdsSupport.get(), "Valid values: v2.0");
      }
      if (description.filter(text -> text.length() > LONGEST_DESCRIPTION).isPresent()) {
        throw Ec2Failures.invalid(
            "The description is longer than " + LONGEST_DESCRIPTION + " characters");
      }
    }
  }

  static void run(Call call) throws IOException {
    String id = call.parameters().required("ImageId");
    Images.check(id);
    Change change = Change.read(call.parameters());
    call.ready();
    Image image = Images.of(call).owned(id);
    if (change.permissions().any()) {
      image = share(call, image, change.permissions());
    }
    if (change.description().isPresent()) {
      image = image.withRegistration(image.registration().withDescription(change.description()));
    }
    if (change.imdsSupport().isPresent()) {
      image = image.withRegistration(image.registration().withImdsSupport(change.imdsSupport()));
    }
    call.region().images().put(image);
    call.yes();
  }

  private static Image share(Call call, Image image, LaunchPermissions permissions)
      throws FailureException {
    if (image.life().state() == ImageState.DISABLED && !permissions.add().isEmpty()) {
      throw Ec2Failures.notPermitted(
          "The image " + image.id() + " is disabled: it cannot be shared");
    }
    List<LaunchPermission> after = permissions.applied(image.launchPermissions());
    if (after.size() > MOST_PERMISSIONS) {
      throw Ec2Failures.of(
          "ResourceLimitExceeded",
          "An image can be shared with " + MOST_PERMISSIONS + " entities at most.");
    }
    Image shared = image.withLaunchPermissions(after);
    if (!permissions.makesPublic()) {
      return shared;
    }
    checkPublic(image);
    Instant latest =
        image.creationDate().atOffset(ZoneOffset.UTC).plusYears(PUBLIC_YEARS).toInstant();
    boolean sooner = image.life().deprecationTime().filter(latest::isAfter).isPresent();
    return sooner || latest.isBefore(call.now())
        ? shared
        : shared.withLife(shared.life().withDeprecationTime(Optional.of(latest)));
  }

  private static void checkPublic(Image image) throws FailureException {
    if (!image.billing().productCodes().isEmpty()) {
      throw Ec2Failures.notPermitted("An image with a product code cannot be made public");
    }
    boolean encrypted =
        image.registration().devices().stream()
            .flatMap(device -> device.ebs().stream())
            .anyMatch(ebs -> ebs.encrypted());
    if (encrypted) {
      throw Ec2Failures.of(
          "InvalidParameter", "An image with encrypted volumes cannot be made public");
    }
  }
}
