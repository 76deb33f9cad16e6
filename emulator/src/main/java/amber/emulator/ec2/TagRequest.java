package amber.emulator.ec2;

import amber.emulator.http.FailureException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads tags and holds them to EC2's limits. */
final class TagRequest {

  static final int MOST = 50;

  private static final int LONGEST_KEY = 128;
  private static final int LONGEST_VALUE = 256;

  private TagRequest() {}

  /** Reads {@code Tag.N.Key} and {@code Tag.N.Value}; a tag without a value gets an empty one. */
  static Map<String, String> read(List<Parameters> tags) throws FailureException {
    Map<String, String> all = new LinkedHashMap<>();
    for (Parameters tag : tags) {
      String key = tag.text("Key").orElse("");
      String value = tag.text("Value").orElse("");
      check(key, value);
      if (all.put(key, value) != null) {
        throw Ec2Failures.invalid("Duplicate tag key '" + key + "' specified.");
      }
    }
    return all;
  }

  /** Reads {@code TagSpecification.N}, of which this operation knows one type of resource. */
  static Map<String, String> specifications(Parameters parameters, String resourceType)
      throws FailureException {
    Map<String, String> tags = new LinkedHashMap<>();
    boolean seen = false;
    for (Parameters specification : parameters.structures("TagSpecification")) {
      Optional<String> type = specification.text("ResourceType");
      if (type.filter(resourceType::equals).isEmpty()) {
        throw Ec2Failures.invalid(
            "'" + type.orElse("") + "' is not a valid taggable resource type for this operation.");
      }
      if (seen) {
        throw Ec2Failures.invalid("'" + resourceType + "' is specified more than once.");
      }
      seen = true;
      tags.putAll(read(specification.structures("Tag")));
    }
    limit(tags);
    return tags;
  }

  /** Refuses more tags than a resource may have. */
  static void limit(Map<String, String> tags) throws FailureException {
    if (tags.size() > MOST) {
      throw Ec2Failures.of(
          "TagLimitExceeded", "The maximum number of Tags for a resource has been reached.");
    }
  }

  static void check(String key, String value) throws FailureException {
    if (key.isEmpty()) {
      throw Ec2Failures.of("InvalidTagKey.Malformed", "Tag key must not be empty.");
    }
    if (key.regionMatches(true, 0, "aws:", 0, 4)) {
      throw Ec2Failures.of(
          "InvalidTagKey.Malformed",
          "Tag keys starting with 'aws:' are reserved for internal use: '" + key + "'");
    }
    if (key.codePointCount(0, key.length()) > LONGEST_KEY) {
      throw Ec2Failures.invalid(
          "Tag key exceeds the maximum length of " + LONGEST_KEY + " characters");
    }
    if (value.codePointCount(0, value.length()) > LONGEST_VALUE) {
      throw Ec2Failures.invalid(
          "Tag value exceeds the maximum length of " + LONGEST_VALUE + " characters");
    }
  }
}
