package amber.cli;

import amber.image.Image;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** An image's attributes in lines for people. */
final class ImageText {

  private static final int MOST = 120;

  private ImageText() {}

  /** A line of a description. */
  static String line(String name, String value) {
    return Text.format("  %-13s %s", name, value);
  }

  static List<String> of(Image image) {
    List<String> text = new ArrayList<>();
    text.add("image");
    text.addAll(of(image.attributes()));
    return text;
  }

  /** Those by the manifest's names. */
  static List<String> of(Map<String, Object> attributes) {
    List<String> text = new ArrayList<>();
    attributes.forEach(
        (name, value) -> {
          if (name.equals("ec2") && value instanceof Map<?, ?> ec2) {
            ec2.forEach((of, known) -> ec2(text, String.valueOf(of), known));
          } else if (name.equals("proposed") && value instanceof Map<?, ?> reasons) {
            reasons.forEach((of, reason) -> text.add(line(name, one(of + ": " + reason))));
          } else if (!name.equals("tags")) {
            text.add(line(name, String.valueOf(value)));
          }
        });
    if (attributes.get("tags") instanceof Map<?, ?> tags) {
      tags.forEach((name, value) -> text.add(line("tag " + name, String.valueOf(value))));
    }
    return text;
  }

  private static void ec2(List<String> text, String name, Object value) {
    switch (name) {
      case "devices" -> each(value, device -> text.add(line("device", device(device))));
      case "snapshots" -> each(value, snapshot -> text.add(line("snapshot", snapshot(snapshot))));
      case "notRestorable" -> each(value, note -> text.add(line("not to be set", one(note))));
      // Keys may be among them, and they are long.
      case "uefiData" ->
          text.add(line(name, Text.count(String.valueOf(value).length(), "character")));
      default -> text.add(line(name, one(value)));
    }
  }

  private static void each(Object list, java.util.function.Consumer<Object> use) {
    if (list instanceof List<?> items) {
      items.forEach(use);
    }
  }

  /** Such as {@code /dev/xvda: volume 0, sizeGiB 8, volumeType gp3}. */
  private static String device(Object device) {
    return device instanceof Map<?, ?> fields
        ? "%s: %s".formatted(fields.get("device"), fields(fields, List.of("device")))
        : one(device);
  }

  private static String snapshot(Object snapshot) {
    return snapshot instanceof Map<?, ?> fields
        ? "%s: %s".formatted(fields.get("id"), fields(fields, List.of("id", "blockBytes", "tags")))
        : one(snapshot);
  }

  private static String fields(Map<?, ?> fields, List<String> without) {
    return fields.entrySet().stream()
        .filter(field -> !without.contains(String.valueOf(field.getKey())))
        .map(field -> field.getKey() + " " + field.getValue())
        .collect(Collectors.joining(", "));
  }

  private static String one(Object value) {
    String text = String.valueOf(value);
    return text.length() > MOST ? text.substring(0, MOST - 3) + "..." : text;
  }
}
