package amber.ec2;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.services.ec2.model.Tag;

/** What EC2 takes as tags. */
final class Tags {

  static final int MOST = 50;
  private static final int LONGEST_NAME = 128;
  private static final int LONGEST_VALUE = 256;
  private static final String RESERVED = "aws:";

  private Tags() {}

  static void require(Map<String, String> tags) {
    if (tags.size() > MOST) {
      throw new IllegalArgumentException(
          "%d tags, should be at most %d".formatted(tags.size(), MOST));
    }
    for (Map.Entry<String, String> tag : tags.entrySet()) {
      String name = tag.getKey();
      if (name.isEmpty() || name.codePointCount(0, name.length()) > LONGEST_NAME) {
        throw new IllegalArgumentException(
            "tag '%s', should have a name of 1 to %d characters".formatted(name, LONGEST_NAME));
      }
      if (name.startsWith(RESERVED)) {
        throw new IllegalArgumentException(
            "tag '%s', should not begin with %s".formatted(name, RESERVED));
      }
      if (tag.getValue().codePointCount(0, tag.getValue().length()) > LONGEST_VALUE) {
        throw new IllegalArgumentException(
            "tag '%s', should have a value of at most %d characters"
                .formatted(name, LONGEST_VALUE));
      }
    }
  }

  /** As a map in the order of the names. */
  static Map<String, String> map(List<Tag> tags) {
    Map<String, String> map = new TreeMap<>();
    for (Tag tag : tags) {
      map.put(tag.key(), tag.value() == null ? "" : tag.value());
    }
    return map;
  }

  /** Without those that only AWS may set. */
  static Map<String, String> settable(Map<String, String> tags) {
    Map<String, String> settable = new LinkedHashMap<>(tags);
    settable.keySet().removeIf(name -> name.startsWith(RESERVED));
    return settable;
  }

  static List<Tag> list(Map<String, String> tags) {
    return tags.entrySet().stream()
        .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
        .toList();
  }
}
