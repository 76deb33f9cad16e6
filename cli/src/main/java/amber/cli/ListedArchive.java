package amber.cli;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One archive of a list.
 *
 * @param key of its object
 * @param storedAt when it was stored, or made, as far as it says so
 * @param state whether it can be read
 * @param sealed whether it is encrypted
 * @param signedBy nothing if nobody has signed it, or if nobody has looked
 * @param isOpened whether its end was read, and told all
 * @param problem why it was not, if it should have been
 */
record ListedArchive(
    String location,
    String key,
    long sizeBytes,
    String storageClass,
    String state,
    Instant storedAt,
    Optional<String> uuid,
    Optional<String> imageId,
    Optional<String> imageName,
    Optional<String> createdAt,
    Optional<String> ownerId,
    boolean sealed,
    Optional<String> signedBy,
    boolean isOpened,
    Optional<String> problem) {

  private static final List<String> HEADINGS =
      List.of("stored", "image", "name", "owner", "size", "class", "sealed", "signed", "key");

  /** For programs; what is not known is null. */
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("location", location);
    json.put("key", key);
    json.put("sizeBytes", sizeBytes);
    json.put("storageClass", storageClass);
    json.put("state", state);
    json.put("storedAt", storedAt.toString());
    json.put("uuid", uuid.orElse(null));
    json.put("imageId", imageId.orElse(null));
    json.put("imageName", imageName.orElse(null));
    json.put("createdAt", createdAt.orElse(null));
    json.put("ownerId", ownerId.orElse(null));
    json.put("sealed", sealed);
    json.put("signed", isOpened ? signedBy.isPresent() : null);
    json.put("signedBy", signedBy.orElse(null));
    problem.ifPresent(text -> json.put("problem", text));
    return json;
  }

  private List<String> cells() {
    String unsigned = isOpened ? "no" : "?";
    return List.of(
        storedAt.toString().replaceFirst("\\.\\d+Z$", "Z"),
        imageId.orElse("-"),
        imageName.orElse("-"),
        ownerId.orElse("-"),
        Text.bytes(sizeBytes),
        storageClass,
        sealed ? "yes" : "no",
        signedBy.orElse(unsigned),
        problem.map(text -> key + "  (" + text + ")").orElse(key));
  }

  /** For people: a line for each, below one of headings. */
  static List<String> table(List<ListedArchive> archives) {
    if (archives.isEmpty()) {
      return List.of();
    }
    List<List<String>> rows = new ArrayList<>(List.of(HEADINGS));
    archives.forEach(archive -> rows.add(archive.cells().stream().map(Text::safe).toList()));
    int[] widths = new int[HEADINGS.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).codePointCount(0, row.get(i).length()));
      }
    }
    return rows.stream().map(row -> line(row, widths)).toList();
  }

  private static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String cell = row.get(i);
      line.append(cell);
      // The last may be long, and has nothing behind it.
      boolean last = i == widths.length - 1;
      int pad = last ? 0 : widths[i] - cell.codePointCount(0, cell.length()) + 2;
      line.append(" ".repeat(pad));
    }
    return line.toString();
  }
}
