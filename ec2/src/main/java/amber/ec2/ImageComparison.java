package amber.ec2;

import amber.image.Image;
import amber.image.InvalidImageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

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

  static List<String> differences(Image wanted, Image found) throws InvalidImageException {
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
    if (!wasAmi) {
      return differences;
    }
    List<Attributes> wantedDevices = want.object(AmiReader.EC2).objects("devices");
    List<Attributes> foundDevices = have.object(AmiReader.EC2).objects("devices");
    for (int i = 0; i < Math.max(wantedDevices.size(), foundDevices.size()); i++) {
      Object is = i < foundDevices.size() ? foundDevices.get(i).all() : "absent";
      Object was = i < wantedDevices.size() ? wantedDevices.get(i).all() : "absent";
      if (!is.equals(was)) {
        differences.add("device: is %s, was %s".formatted(is, was));
      }
    }
    return differences;
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
