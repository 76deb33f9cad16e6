package amber;

import amber.block.VolumeRemains;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.roaringbitmap.RoaringBitmap;

/** What the records of an unpack's journal add up to, one after the other. */
final class UnpackNotes {

  static final String PLANNED = "planned";

  /** What {@link amber.task.TaskJournal#leaves} writes. */
  static final String BEGUN = "leaves";

  static final String NAMED = "named";
  static final String ARRIVED = "arrived";
  static final String FILLED = "filled";
  static final String CHECKED = "checked";
  static final String COMMITTING = "committing";
  static final String LOST = "lost";
  static final String PUBLISHING = "publishing";
  static final String PUBLISHED = "published";
  static final String WITHDRAWN = "withdrawn";

  static final String RECIPE = "recipe";
  static final String OF = "of";
  static final String VOLUMES = "volumes";
  static final String MANIFEST = "manifest";
  static final String VOLUME = "volume";
  static final String TOKEN = "token";
  static final String SEGMENT = "segment";
  static final String DIGESTS = "digests";
  static final String STRETCH = "stretch";
  static final String START = "start";
  static final String RECEIPT = "receipt";
  static final String AS = "as";

  private final SortedMap<Integer, Noted> volumes = new TreeMap<>();

  /** How often each volume was begun or lost: what arrived before that is void. */
  private final Map<Integer, Integer> starts = new HashMap<>();

  private Optional<Map<String, String>> recipe = Optional.empty();
  private Optional<byte[]> manifest = Optional.empty();
  private Optional<String> publishing = Optional.empty();
  private Optional<String> published = Optional.empty();
  private boolean checked;

  /** Of one volume. */
  private static final class Noted {
    // Takes room for what is noted, and not for the largest number.
    private final RoaringBitmap segments = new RoaringBitmap();
    private final Set<Integer> filled = new HashSet<>();
    private String token;
    private Optional<String> receipt = Optional.empty();

    Noted(String token) {
      this.token = token;
    }
  }

  void take(String type, Map<String, Object> fields) throws IOException {
    switch (type) {
      case PLANNED -> {
        recipe = Optional.of(recipe(fields));
        if (fields.containsKey(MANIFEST)) {
          manifest = Optional.of(PackNotes.bytes(fields, MANIFEST));
        }
      }
      case BEGUN -> {
        volumes.put(volume(fields), new Noted(PackNotes.text(fields, TOKEN)));
        starts.merge(volume(fields), 1, Integer::sum);
      }
      case NAMED -> noted(fields).token = PackNotes.text(fields, TOKEN);
      case ARRIVED -> {
        if (number(fields, START) == start(volume(fields))) {
          noted(fields).segments.add(number(fields, SEGMENT));
        }
      }
      case FILLED -> {
        if (number(fields, START) == start(volume(fields))) {
          noted(fields).filled.add(number(fields, STRETCH));
        }
      }
      case CHECKED -> checked = true;
      case COMMITTING -> noted(fields).receipt = Optional.of(PackNotes.text(fields, RECEIPT));
      case LOST -> {
        volumes.remove(volume(fields));
        starts.merge(volume(fields), 1, Integer::sum);
      }
      case PUBLISHING -> publishing = Optional.of(PackNotes.text(fields, AS));
      case PUBLISHED -> published = Optional.of(PackNotes.text(fields, AS));
      case WITHDRAWN -> {
        publishing = Optional.empty();
        published = Optional.empty();
      }
      default -> {
        // Of others' interest.
      }
    }
  }

  private Noted noted(Map<String, Object> fields) throws IOException {
    int number = volume(fields);
    Noted noted = volumes.get(number);
    if (noted == null) {
      throw new IOException(
          "a task's journal: tells of volume %d, which was not begun".formatted(number));
    }
    return noted;
  }

  static int volume(Map<String, Object> fields) throws IOException {
    return number(fields, VOLUME);
  }

  static int number(Map<String, Object> fields, String name) throws IOException {
    long number = PackNotes.number(fields, name);
    if (number < 0 || number > Integer.MAX_VALUE) {
      throw new IOException("a task's journal: '%s' is %d".formatted(name, number));
    }
    return (int) number;
  }

  private static Map<String, String> recipe(Map<String, Object> fields) throws IOException {
    if (!(fields.get(RECIPE) instanceof Map<?, ?> values)) {
      throw new IOException("a task's journal: a plan has no recipe, should have");
    }
    Map<String, String> recipe = new LinkedHashMap<>();
    values.forEach((name, value) -> recipe.put(String.valueOf(name), String.valueOf(value)));
    return recipe;
  }

  /** What the result depends on, if the unpack came so far. */
  Optional<Map<String, String>> recipe() {
    return recipe;
  }

  /** The manifest of the image that is made, if that was fixed when the task began. */
  Optional<byte[]> manifest() {
    return manifest;
  }

  SortedMap<Integer, VolumeRemains> remains() {
    SortedMap<Integer, VolumeRemains> remains = new TreeMap<>();
    volumes.forEach(
        (number, noted) ->
            remains.put(number, new VolumeRemains(noted.token, noted.receipt, noted.filled)));
    return remains;
  }

  /** How often a volume was begun or lost. */
  int start(int volume) {
    return starts.getOrDefault(volume, 0);
  }

  boolean isKept(int volume, int segment) {
    Noted noted = volumes.get(volume);
    return noted != null && noted.segments.contains(segment);
  }

  boolean keepsAny() {
    // That an archive was read and found right is worth little without its blocks.
    return volumes.values().stream()
        .anyMatch(
            noted ->
                !noted.segments.isEmpty() || !noted.filled.isEmpty() || noted.receipt.isPresent());
  }

  boolean isChecked() {
    return checked;
  }

  Optional<String> publishing() {
    return publishing;
  }

  Optional<String> published() {
    return published;
  }
}
