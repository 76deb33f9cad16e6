package amber.ec2;

import amber.image.Image;
import amber.image.InvalidImageException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;

/** What differs between an image as it was packed and as EC2 shows it after it was registered. */
final class ImageComparison {

  private static final List<String> PLAIN = List.of("description", "architecture", "bootMode");
  private static final List<String> EC2 =
      List.of(
          "platformDetails",
          "usageOperation",
          "platform",
          "virtualizationType",
          "rootDeviceName",
          "rootDeviceType",
          "enaSupport",
          "sriovNetSupport",
          "tpmSupport",
          "imdsSupport",
          "kernelId",
          "ramdiskId",
          "productCodes");

  private ImageComparison() {}

  /**
   * Compares.
   *
   * @param wanted the image as it was packed, with what was to be changed
   * @param found as EC2 shows it
   * @param snapshotIds the snapshot that each volume has now, by its number
   */
  static List<String> differences(Image wanted, Image found, SortedMap<Integer, String> snapshotIds)
      throws InvalidImageException {
    List<String> differences = new ArrayList<>();
    Attributes want = new Attributes("wanted", wanted.attributes());
    Attributes have = new Attributes("found", found.attributes());
    Map<String, Object> ec2 = want.object(AmiReader.EC2).all();
    boolean wasAmi = ImageRegistrar.wasAmi(want.object(AmiReader.EC2));
    // Of an image that was no AMI before, only what was asked for can be compared.
    compare(
        PLAIN.stream().filter(name -> wasAmi || want.all().containsKey(name)).toList(),
        want.all(),
        have.all(),
        differences);
    compare(
        EC2.stream().filter(name -> wasAmi || ec2.containsKey(name)).toList(),
        ec2,
        have.object(AmiReader.EC2).all(),
        differences);
    if (!Tags.settable(wanted.tags()).equals(found.tags())) {
      differences.add("tags: are not those of the archive");
    }
    Object wantedUefi = want.object(AmiReader.EC2).all().get("uefiData");
    if (!Objects.equals(wantedUefi, have.object(AmiReader.EC2).all().get("uefiData"))) {
      differences.add("uefiData: is not that of the archive; Secure Boot may be off");
    }
    List<Map<String, Object>> foundDevices = devices(have.object(AmiReader.EC2), snapshotIds);
    if (wasAmi) {
      List<Map<String, Object>> wantedDevices = new ArrayList<>();
      for (Attributes device : want.object(AmiReader.EC2).objects("devices")) {
        wantedDevices.add(device.all());
      }
      compareDevices(wantedDevices, foundDevices, differences);
    } else {
      compareDevices(
          usualDevices(wanted),
          foundDevices.stream().map(ImageComparison::asAskedFor).toList(),
          differences);
    }
    return differences;
  }

  /** The devices with the numbers that their volumes have in the archive. */
  private static List<Map<String, Object>> devices(
      Attributes ec2, SortedMap<Integer, String> snapshotIds) throws InvalidImageException {
    List<Attributes> snapshots = ec2.objects("snapshots");
    List<Map<String, Object>> devices = new ArrayList<>();
    for (Attributes device : ec2.objects("devices")) {
      Map<String, Object> fields = new LinkedHashMap<>(device.all());
      Optional<Integer> volume = device.number("volume");
      if (volume.isPresent()) {
        String snapshotId = snapshots.get(volume.get()).text("id").orElse("");
        fields.put("volume", number(snapshotId, snapshotIds));
      }
      devices.add(fields);
    }
    return devices;
  }

  /** A volume's number, or the id of a snapshot that is of none. */
  private static Object number(String snapshotId, SortedMap<Integer, String> snapshotIds) {
    return snapshotIds.entrySet().stream()
        .filter(each -> each.getValue().equals(snapshotId))
        .map(each -> (Object) each.getKey())
        .findFirst()
        .orElse(snapshotId);
  }

  /** What was no AMI is registered with a device for each volume, and nothing else. */
  private static List<Map<String, Object>> usualDevices(Image wanted) {
    List<Map<String, Object>> devices = new ArrayList<>();
    for (int number = 0; number < wanted.volumes().size(); number++) {
      devices.add(
          asAskedFor(
              Map.of(
                  "device",
                  RegistrationRequest.deviceName(wanted, number),
                  "volume",
                  number,
                  "volumeType",
                  RegistrationRequest.USUAL_TYPE)));
    }
    return devices;
  }

  private static Map<String, Object> asAskedFor(Map<String, Object> device) {
    return new Attributes.Builder()
        .put("device", device.get("device"))
        .put("volume", device.get("volume"))
        .put("volumeType", device.get("volumeType"))
        .build();
  }

  private static void compareDevices(
      List<Map<String, Object>> wanted, List<Map<String, Object>> found, List<String> differences) {
    Map<Object, Map<String, Object>> rest = new LinkedHashMap<>();
    found.forEach(device -> rest.put(device.get("device"), device));
    for (Map<String, Object> was : wanted) {
      Map<String, Object> is = rest.remove(was.get("device"));
      if (!was.equals(is)) {
        differences.add("device: is %s, was %s".formatted(is == null ? "absent" : is, was));
      }
    }
    rest.values().forEach(is -> differences.add("device: is %s, was absent".formatted(is)));
  }

  private static void compare(
      List<String> names,
      Map<String, Object> wanted,
      Map<String, Object> found,
      List<String> differences) {
    for (String name : names) {
      Object was = wanted.get(name);
      Object is = found.get(name);
      if (!Objects.equals(String.valueOf(was), String.valueOf(is))) {
        differences.add("%s: is %s, was %s".formatted(name, is, was));
      }
    }
  }
}
