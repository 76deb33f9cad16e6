package amber.cli;

import amber.image.Image;
import amber.image.Volume;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The image that shall be registered: the one that was packed, with what the options change. */
final class WantedImage {

  private static final String EC2 = "ec2";

  private WantedImage() {}

  static Image of(Image packed, AmiOptions options) {
    Map<String, Object> attributes = new LinkedHashMap<>(packed.attributes());
    put(attributes, options.attributes());
    if (!options.tags().isEmpty()) {
      Map<String, String> tags = new LinkedHashMap<>(packed.tags());
      tags.putAll(options.tags());
      attributes.put("tags", tags);
    }
    List<Volume> volumes = packed.volumes();
    if (!options.ec2Attributes().isEmpty()) {
      Map<String, Object> ec2 = ec2(packed);
      put(ec2, options.ec2Attributes());
      attributes.put(EC2, ec2);
      if (ec2.get("rootDeviceName") instanceof String device && !ec2.containsKey("devices")) {
        volumes = onDevice(volumes, device);
      }
    }
    return new Image(attributes, volumes);
  }

  /** An empty text takes the attribute away. */
  private static void put(Map<String, Object> attributes, Map<String, String> changes) {
    changes.forEach(
        (name, value) -> {
          if (value.isEmpty()) {
            attributes.remove(name);
          } else {
            attributes.put(name, value);
          }
        });
  }

  private static Map<String, Object> ec2(Image packed) {
    Map<String, Object> ec2 = new LinkedHashMap<>();
    if (packed.attributes().get(EC2) instanceof Map<?, ?> known) {
      known.forEach((name, value) -> ec2.put(String.valueOf(name), value));
    }
    return ec2;
  }

  /** Where no devices are known, the first volume is the root. */
  private static List<Volume> onDevice(List<Volume> volumes, String device) {
    List<Volume> placed = new ArrayList<>(volumes);
    placed.set(0, new Volume(0, volumes.get(0).sizeBytes(), Optional.of(device)));
    return placed;
  }
}
