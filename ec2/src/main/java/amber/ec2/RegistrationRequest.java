package amber.ec2;

import amber.image.Image;
import amber.image.InvalidImageException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import software.amazon.awssdk.services.ec2.model.BlockDeviceMapping;
import software.amazon.awssdk.services.ec2.model.EbsBlockDevice;
import software.amazon.awssdk.services.ec2.model.RegisterImageRequest;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.TagSpecification;

/** What RegisterImage is asked for: every attribute of an image that EC2 lets one set. */
final class RegistrationRequest {

  /** The type of a volume of which nothing is known. */
  static final String USUAL_TYPE = "gp3";

  // /dev/sdf to /dev/sdz, then /dev/xvdba to /dev/xvdcz.
  private static final int LETTERS = 26;
  private static final int FIRST_LETTER = 'f' - 'a';
  private static final int SHORT_NAMES = LETTERS - FIRST_LETTER;

  private RegistrationRequest() {}

  /**
   * The request.
   *
   * @param snapshotIds the snapshot of each volume, by its number
   */
  static RegisterImageRequest of(Image image, String name, SortedMap<Integer, String> snapshotIds)
      throws IOException {
    Attributes ec2 = ImageRegistrar.ec2(image, name);
    RegisterImageRequest.Builder request = RegisterImageRequest.builder().name(name);
    image.text("description").ifPresent(request::description);
    // EC2's own defaults are i386 and paravirtual, which hardly anybody wants.
    request.architecture(image.text("architecture").orElse("x86_64"));
    request.virtualizationType(ec2.text("virtualizationType").orElse("hvm"));
    image.text("bootMode").ifPresent(request::bootMode);
    ec2.text("tpmSupport").ifPresent(request::tpmSupport);
    ec2.text("imdsSupport").ifPresent(request::imdsSupport);
    ec2.text("sriovNetSupport").ifPresent(request::sriovNetSupport);
    ec2.text("uefiData").ifPresent(request::uefiData);
    // Where nothing is known of the image, it is for today's instances.
    request.enaSupport(ec2.flag("enaSupport").orElse(!ImageRegistrar.wasAmi(ec2)));
    List<BlockDeviceMapping> devices = devices(image, ec2, snapshotIds);
    request.rootDeviceName(ec2.text("rootDeviceName").orElse(devices.get(0).deviceName()));
    request.blockDeviceMappings(devices);
    Map<String, String> tags = Tags.settable(image.tags());
    if (!tags.isEmpty()) {
      request.tagSpecifications(
          TagSpecification.builder()
              .resourceType(ResourceType.IMAGE)
              .tags(Tags.list(tags))
              .build());
    }
    return request.build();
  }

  private static List<BlockDeviceMapping> devices(
      Image image, Attributes ec2, SortedMap<Integer, String> snapshotIds) throws IOException {
    List<BlockDeviceMapping> devices = new ArrayList<>();
    for (Attributes device : ec2.objects("devices")) {
      devices.add(device(device, snapshotIds));
    }
    if (devices.isEmpty()) {
      for (int number = 0; number < image.volumes().size(); number++) {
        String deviceName = deviceName(image, number);
        String snapshotId = snapshotIds.get(number);
        devices.add(
            BlockDeviceMapping.builder()
                .deviceName(deviceName)
                .ebs(e -> e.snapshotId(snapshotId).volumeType(USUAL_TYPE))
                .build());
      }
    }
    return devices;
  }

  /** Finds out whether there is a name for the device of each volume of what was no AMI. */
  static void requireDeviceNames(Image image, String location) throws InvalidImageException {
    Set<String> names = new HashSet<>();
    for (int number = 0; number < image.volumes().size(); number++) {
      String name = deviceName(image, number);
      if (name.isEmpty() || !names.add(name)) {
        throw new InvalidImageException(
            location,
            "device '%s' of volume %d, should be there once, and be one of those that EC2 knows"
                .formatted(name, number));
      }
    }
  }

  /** The device that a volume of what was no AMI gets. */
  static String deviceName(Image image, int number) {
    return image.volumes().get(number).device().orElseGet(() -> usualName(number));
  }

  private static String usualName(int number) {
    if (number == 0) {
      return "/dev/xvda";
    }
    int place = number - 1;
    if (place < SHORT_NAMES) {
      return "/dev/sd" + letter(FIRST_LETTER + place);
    }
    int more = place - SHORT_NAMES;
    return more < 2 * LETTERS
        ? "/dev/xvd" + letter(1 + more / LETTERS) + letter(more % LETTERS)
        : "";
  }

  private static char letter(int number) {
    return (char) ('a' + number);
  }

  private static BlockDeviceMapping device(
      Attributes device, SortedMap<Integer, String> snapshotIds) throws IOException {
    BlockDeviceMapping.Builder mapping = BlockDeviceMapping.builder();
    device.text("device").ifPresent(mapping::deviceName);
    Optional<String> virtualName = device.text("virtualName");
    if (virtualName.isPresent()) {
      return mapping.virtualName(virtualName.get()).build();
    }
    if (device.flag("noDevice").orElse(false)) {
      return mapping.noDevice("").build();
    }
    EbsBlockDevice.Builder ebs = EbsBlockDevice.builder();
    Optional<Integer> volume = device.number("volume");
    if (volume.isPresent()) {
      String snapshotId = snapshotIds.get(volume.get());
      if (snapshotId == null) {
        throw new InvalidImageException(
            device.location(),
            "device %s is of volume %d, which has no snapshot"
                .formatted(device.text("device").orElse("?"), volume.get()));
      }
      ebs.snapshotId(snapshotId);
    } else {
      // Only here: of a volume with a snapshot, the snapshot says whether it is encrypted.
      device.flag("encrypted").ifPresent(ebs::encrypted);
    }
    device.number("sizeGiB").ifPresent(ebs::volumeSize);
    device.flag("deleteOnTermination").ifPresent(ebs::deleteOnTermination);
    String type = device.text("volumeType").orElse(USUAL_TYPE);
    ebs.volumeType(type);
    // Of gp2, EC2 shows what the size gives, and does not take it back.
    if (type.equals("gp3") || type.startsWith("io")) {
      device.number("iops").ifPresent(ebs::iops);
    }
    if (type.equals("gp3")) {
      device.number("throughputMiB").ifPresent(ebs::throughput);
    }
    return mapping.ebs(ebs.build()).build();
  }
}
