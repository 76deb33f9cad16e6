package amber.cli;

import amber.block.BlockDigest;
import amber.block.BlockSet;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All that what a run stores depends on, beside what is fixed when it begins: by name, each with
 * its value. Runs of the same recipe go on with each other.
 */
final class TaskRecipe {

  private static final String SOURCE = "source";
  private static final String BLOCKS = "blocks";
  private static final String OBJECT = "object";

  private final Map<String, String> values = new LinkedHashMap<>();

  /**
   * A recipe.
   *
   * @param source what tells the source from others
   */
  TaskRecipe(String source) {
    values.put(SOURCE, source);
  }

  /** Adds the listed blocks of each volume. */
  TaskRecipe withBlocks(List<BlockSet> listed) {
    return with(BLOCKS, digest(listed));
  }

  private static String digest(List<BlockSet> listed) {
    MessageDigest sha256 = BlockDigest.newSha256();
    ByteBuffer extent = ByteBuffer.allocate(2 * Integer.BYTES);
    for (BlockSet blocks : listed) {
      blocks.forEachExtent(
          (first, count) -> sha256.update(extent.clear().putInt(first).putInt(count).flip()));
      sha256.update(extent.clear().putInt(-1).flip());
    }
    return HexFormat.of().formatHex(sha256.digest());
  }

  /** Adds an option, or a version, with a name that users know; an empty value counts as none. */
  TaskRecipe with(String name, String value) {
    values.put(name, value);
    return this;
  }

  /** Adds what is asked of the object in S3, or of the file. */
  TaskRecipe withObject(String options) {
    return with(OBJECT, options);
  }

  /** Adds where it is stored. */
  TaskRecipe withPlace(TaskPlace place) {
    values.putAll(place.values());
    return this;
  }

  Map<String, String> values() {
    return values;
  }

  /** What is different in another, in words; nothing if it is the same. */
  List<String> changedSince(Map<String, String> earlier) {
    return changes(values, earlier);
  }

  /** What is different of some values, in words. */
  static List<String> changes(Map<String, String> values, Map<String, String> earlier) {
    boolean isOfAnother =
        values.containsKey(SOURCE) && !values.get(SOURCE).equals(earlier.get(SOURCE));
    List<String> changes = new ArrayList<>();
    values.forEach(
        (name, now) -> {
          String before = earlier.getOrDefault(name, "");
          // Of another source, the blocks are others too.
          boolean said = isOfAnother && name.equals(BLOCKS);
          if (!now.equals(before) && !said && TaskPlace.counts(name, values, earlier)) {
            changes.add(change(name, before, now));
          }
        });
    return changes;
  }

  private static String change(String name, String before, String now) {
    return switch (name) {
      case SOURCE -> "the source is another, or has changed";
      case BLOCKS -> "the source has other blocks";
      case OBJECT -> "the options of the archive in S3 are others";
      default -> "%s is %s, was %s".formatted(name, orNone(now), orNone(before));
    };
  }

  private static String orNone(String value) {
    return value.isEmpty() ? "not given" : value;
  }
}
