package amber.cli;

import amber.archive.ArchiveReader;
import amber.block.BlockDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All that the result of an unpack depends on: by name, each with its value. Two unpacks of the
 * same recipe go on with each other.
 */
final class UnpackRecipe {

  private static final String ARCHIVE = "archive";

  private final Map<String, String> values = new LinkedHashMap<>();

  UnpackRecipe(ArchiveReader archive) {
    values.put(
        ARCHIVE, archive.index().uuid() + " " + BlockDigest.hex(archive.seal().indexSha256()));
    values.put("Amber", Version.tool());
  }

  /** Adds an option, with a name that users know; an empty value counts as none. */
  UnpackRecipe with(String name, String value) {
    values.put(name, value);
    return this;
  }

  Map<String, String> values() {
    return values;
  }

  /** What is different from an earlier one, in words; nothing if it is the same. */
  List<String> changedSince(Map<String, String> earlier) {
    List<String> changes = new ArrayList<>();
    values.forEach(
        (name, now) -> {
          String before = earlier.getOrDefault(name, "");
          if (!now.equals(before)) {
            changes.add(
                name.equals(ARCHIVE)
                    ? "the archive is another"
                    : "%s is %s, was %s".formatted(name, orNone(now), orNone(before)));
          }
        });
    return changes;
  }

  private static String orNone(String value) {
    return value.isEmpty() ? "not given" : value;
  }
}
