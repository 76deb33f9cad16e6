package amber.cli;

import amber.ec2.ImageQuery;
import amber.ec2.ImageSummary;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** AMIs as rows. */
final class ImageTable {

  private static final List<String> HEADS =
      List.of("AMI", "NAME", "STATE", "CREATED", "LAUNCHED", "VOLUMES", "SNAPSHOTS", "OWNER");

  private final List<ImageSummary> images;
  private final boolean own;
  private final Instant now;

  /**
   * A table.
   *
   * @param own whether they are the caller's, who is told of launches
   */
  ImageTable(List<ImageSummary> images, boolean own, Instant now) {
    this.images = images;
    this.own = own;
    this.now = now;
  }

  /** A row for each, under their heads; nothing for none. */
  List<String> text() {
    if (images.isEmpty()) {
      return List.of();
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEADS);
    images.forEach(image -> rows.add(row(image)));
    int[] widths = new int[HEADS.size()];
    for (List<String> row : rows) {
      for (int column = 0; column < widths.length; column++) {
        widths[column] = Math.max(widths[column], row.get(column).length());
      }
    }
    return rows.stream().map(row -> line(row, widths)).toList();
  }

  private static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < widths.length; column++) {
      String cell = row.get(column);
      line.append(cell).append(" ".repeat(widths[column] - cell.length() + 2));
    }
    return line.toString().stripTrailing();
  }

  private List<String> row(ImageSummary image) {
    return List.of(
        image.id(),
        // What a terminal could obey is written longer than it is.
        Text.safe(image.name().orElse("-")),
        String.join(", ", states(image, now)),
        day(image.createdAt()),
        own ? day(image.launchedAt()) : "not told",
        image.sizeGiB() + " GiB",
        Integer.toString(image.snapshotIds().size()),
        image.ownerId());
  }

  private static String day(Optional<Instant> time) {
    return time.map(at -> at.toString().substring(0, "2030-01-31".length())).orElse("-");
  }

  /** How an image is, in words. */
  static List<String> states(ImageSummary image, Instant now) {
    List<String> states = new ArrayList<>(List.of(image.state()));
    if (image.isDeprecated(now)) {
      states.add("deprecated");
    }
    if (image.isProtected()) {
      states.add("protected");
    }
    if (image.isPublic()) {
      states.add("public");
    }
    return states;
  }

  List<Map<String, Object>> json() {
    return images.stream().map(image -> json(image, now)).toList();
  }

  /** All that a list of EC2 tells of an image. */
  static Map<String, Object> json(ImageSummary image, Instant now) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", image.id());
    image.name().ifPresent(name -> json.put("name", name));
    json.put("state", image.state());
    json.put("ownerId", image.ownerId());
    image.createdAt().ifPresent(time -> json.put("createdAt", time.toString()));
    image.launchedAt().ifPresent(time -> json.put("launchedAt", time.toString()));
    json.put("deprecated", image.isDeprecated(now));
    image.deprecatedAt().ifPresent(time -> json.put("deprecatedAt", time.toString()));
    json.put("protection", image.protection());
    json.put("public", image.isPublic());
    json.put("sizeGiB", image.sizeGiB());
    json.put("snapshots", image.snapshotIds());
    json.put("tags", new TreeMap<>(image.tags()));
    return json;
  }

  /** A word on what the table cannot tell. */
  static String onLaunches() {
    return "EC2 tells of launches up to %d hours late"
        .formatted(ImageQuery.LAUNCHES_LATE.toHours());
  }
}
