package amber.emulator.ec2;

import amber.emulator.state.Image;
import amber.emulator.state.LaunchPermission;
import amber.emulator.state.Registration;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** DescribeImageAttribute and ResetImageAttribute. */
final class ImageAttributes {

  private static final String LAUNCH = "launchPermission";
  private static final String CODES = "productCodes";
  private static final String DEVICES = "blockDeviceMapping";

  private static final Map<String, Function<Image, Optional<?>>> VALUES =
      Map.of(
          "description", registered(Registration::description),
          "kernel", registered(Registration::kernelId),
          "ramdisk", registered(Registration::ramdiskId),
          "sriovNetSupport", registered(Registration::sriovNetSupport),
          "bootMode", registered(Registration::bootMode),
          "tpmSupport", registered(Registration::tpmSupport),
          "imdsSupport", registered(Registration::imdsSupport),
          "uefiData", registered(Registration::uefiData),
          "lastLaunchedTime", image -> Times.text(image.life().lastLaunchedTime()),
          "deregistrationProtection", image -> Optional.of(ImageView.protection(image.life())));

  /** What only the owner may read. AWS does not say whether the UEFI data belongs here. */
  private static final Set<String> OWNERS_ONLY =
      Set.of(LAUNCH, "uefiData", "lastLaunchedTime", "deregistrationProtection");

  private ImageAttributes() {}

  static void describe(Call call) throws IOException {
    String id = call.parameters().required("ImageId");
    String attribute = call.parameters().required("Attribute");
    Images.check(id);
    if (!VALUES.containsKey(attribute) && !Set.of(LAUNCH, CODES, DEVICES).contains(attribute)) {
      throw Ec2Failures.invalid("attribute", attribute, "Unknown attribute.");
    }
    call.ready();
    Images images = Images.of(call);
    Image image = OWNERS_ONLY.contains(attribute) ? images.owned(id) : images.visible(id);
    Xml xml = call.xml().text("imageId", id);
    switch (attribute) {
      // Deprecated: it is still in the list of attributes, but nobody gets it.
      case DEVICES ->
          throw Ec2Failures.denied("Unauthorized attempt to access restricted resource");
      case CODES -> ImageView.productCodes(xml, image.billing().productCodes());
      case LAUNCH -> permissions(xml, image.launchPermissions());
      default -> xml.open(attribute).text("value", VALUES.get(attribute).apply(image)).close();
    }
  }

  static void reset(Call call) throws IOException {
    String id = call.parameters().required("ImageId");
    String attribute = call.parameters().required("Attribute");
    if (!attribute.equals(LAUNCH)) {
      throw Ec2Failures.invalid("attribute", attribute, "Only launchPermission can be reset.");
    }
    call.ready();
    Images.of(call).owned(id);
    call.region().images().update(id, image -> image.withLaunchPermissions(List.of()));
    call.yes();
  }

  private static Function<Image, Optional<?>> registered(
      Function<Registration, Optional<String>> value) {
    return image -> value.apply(image.registration());
  }

  private static void permissions(Xml xml, List<LaunchPermission> permissions) {
    xml.list(
        LAUNCH,
        permissions,
        (item, permission) ->
            item.text(LaunchPermissions.element(permission.kind()), permission.value()));
  }
}
