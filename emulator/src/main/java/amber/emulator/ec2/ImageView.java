package amber.emulator.ec2;

import amber.emulator.state.DeviceMapping;
import amber.emulator.state.EbsDevice;
import amber.emulator.state.Image;
import amber.emulator.state.ImageLife;
import amber.emulator.state.ProductCode;
import amber.emulator.state.Registration;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An image as the caller sees it.
 *
 * @param own whether the caller owns it
 * @param tags the caller's tags, in order
 */
record ImageView(Image image, boolean own, Map<String, String> tags) {

  static ImageView of(Call call, Image image) throws IOException {
    return new ImageView(
        image,
        image.ownerId().equals(call.caller()),
        new TreeMap<>(SharedTags.of(call.region(), image)));
  }

  String id() {
    return image.id();
  }

  Registration registration() {
    return image.registration();
  }

  /** Where an image without a manifest is said to be. */
  String location() {
    return image.ownerId() + "/" + registration().name();
  }

  /** As DescribeImages has it: in small letters, whatever the API's list of values says. */
  Optional<String> platform() {
    return image.billing().platform().map(name -> name.toLowerCase(Locale.ROOT));
  }

  String rootDeviceType() {
    Optional<String> root = registration().rootDeviceName();
    boolean volume =
        registration().devices().stream()
            .filter(device -> root.filter(device.deviceName()::equals).isPresent())
            .anyMatch(device -> device.ebs().isPresent());
    return volume ? "ebs" : "instance-store";
  }

  static String protection(ImageLife life) {
    return switch (life.protection()) {
      case DISABLED -> "disabled";
      case ENABLED -> "enabled-without-cooldown";
      case ENABLED_WITH_COOLDOWN -> "enabled-with-cooldown";
    };
  }

  /** Writes all that DescribeImages shows. */
  void write(Call call, Xml xml) {
    Registration set = registration();
    xml.text("imageId", image.id())
        .text("imageLocation", location())
        .text("imageState", image.life().state().wire())
        .text("imageOwnerId", image.ownerId())
        .text("creationDate", Times.text(image.creationDate()))
        .text("isPublic", Images.isPublic(image));
    if (!image.billing().productCodes().isEmpty()) {
      productCodes(xml, image.billing().productCodes());
    }
    xml.text("architecture", set.architecture())
        .text("imageType", "machine")
        .text("kernelId", set.kernelId())
        .text("ramdiskId", set.ramdiskId())
        .text("platform", platform())
        .text("imageOwnerAlias", Owners.alias(image.ownerId()))
        .text("name", set.name())
        .text("description", set.description().filter(text -> !text.isEmpty()))
        .text("rootDeviceType", rootDeviceType())
        .text("rootDeviceName", set.rootDeviceName());
    devices(call, xml);
    xml.text("virtualizationType", set.virtualizationType())
        .text("hypervisor", "xen")
        .text("enaSupport", set.enaSupport() ? Optional.of(true) : Optional.empty())
        .text("sriovNetSupport", set.sriovNetSupport())
        .text("bootMode", set.bootMode())
        .text("tpmSupport", set.tpmSupport())
        .text("imdsSupport", set.imdsSupport());
    xml.tags(tags)
        .text("platformDetails", image.billing().platformDetails())
        .text("usageOperation", image.billing().usageOperation())
        .text("deprecationTime", Times.text(image.life().deprecationTime()))
        .text("deregistrationProtection", protection(image.life()))
        .text("sourceImageId", image.origin().sourceImageId())
        .text("sourceImageRegion", image.origin().sourceImageRegion())
        .text("sourceInstanceId", image.origin().sourceInstanceId());
    if (own) {
      xml.text("lastLaunchedTime", Times.text(image.life().lastLaunchedTime()));
    }
  }

  static void productCodes(Xml xml, List<ProductCode> codes) {
    xml.list(
        "productCodes",
        codes,
        (item, code) -> item.text("productCode", code.id()).text("type", code.type()));
  }

  private void devices(Call call, Xml xml) {
    List<DeviceMapping> devices = new ArrayList<>(registration().devices());
    if (call.rules().unstableDevices()) {
      Collections.rotate(devices, call.turn());
    }
    xml.list("blockDeviceMapping", devices, ImageView::device);
  }

  private static void device(Xml xml, DeviceMapping device) {
    xml.text("deviceName", device.deviceName());
    xml.text("virtualName", device.virtualName());
    if (device.noDevice()) {
      xml.text("noDevice", "");
    }
    if (device.ebs().isPresent()) {
      EbsDevice ebs = device.ebs().get();
      xml.open("ebs")
          .text("snapshotId", ebs.snapshotId())
          .text("volumeSize", ebs.volumeSizeGiB())
          .text("deleteOnTermination", ebs.deleteOnTermination())
          .text("volumeType", ebs.volumeType())
          .text("iops", ebs.iops())
          .text("throughput", ebs.throughputMiB())
          .text("encrypted", ebs.encrypted())
          .close();
    }
  }
}
