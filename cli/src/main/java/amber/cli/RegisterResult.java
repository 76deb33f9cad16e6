package amber.cli;

import amber.image.Image;
import amber.image.Volume;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What an unpack into a new image will make or has made. */
final class RegisterResult {

  private final UnpackResult unpack;
  private final String name;
  private final List<String> lost;

  /**
   * A result.
   *
   * @param lost what the image had and the new one cannot have
   */
  RegisterResult(UnpackResult unpack, String name, List<String> lost) {
    this.unpack = unpack;
    this.name = name;
    this.lost = lost;
  }

  /** What of an image EC2 lets nobody set, as its manifest tells. */
  static List<String> lost(Image image) {
    List<String> lost = new ArrayList<>();
    if (image.attributes().get("ec2") instanceof Map<?, ?> ec2
        && ec2.get("notRestorable") instanceof List<?> notes) {
      notes.forEach(note -> lost.add(String.valueOf(note)));
    }
    return lost;
  }

  /** What would be made. */
  Document planned() {
    Map<String, Object> json = json();
    json.put("dryRun", true);
    return new Document(
        json,
        List.of(
            "would unpack %s to %s: %s"
                .formatted(unpack.archive().location(), unpack.target(), unpack.amount())));
  }

  /** What was made. */
  Document made(AmiUnpack.Made made, Stopwatch watch) {
    Map<String, Object> json = json();
    json.put("dryRun", false);
    json.put("imageId", made.image().imageId());
    List<String> text = new ArrayList<>();
    text.add(
        "unpacked %s to %s: %s, %s, %s"
            .formatted(
                unpack.archive().location(),
                unpack.target(),
                made.image().imageId(),
                unpack.amount(),
                watch.text()));
    putSnapshots(made, unpack.archive().image().volumes(), json, text);
    json.put("seconds", watch.seconds());
    return new Document(json, text);
  }

  /** Tells the new snapshots, and what differs. */
  static void putSnapshots(
      AmiUnpack.Made made, List<Volume> volumes, Map<String, Object> json, List<String> text) {
    List<Map<String, Object>> snapshots = new ArrayList<>();
    made.snapshotIds()
        .forEach(
            (volume, snapshotId) -> {
              Map<String, Object> item = new LinkedHashMap<>();
              item.put("volume", volume);
              item.put("snapshotId", snapshotId);
              snapshots.add(item);
              text.add("  %s: %s".formatted(volumes.get(volume), snapshotId));
            });
    json.put("snapshots", snapshots);
    json.put("differences", made.image().differences());
  }

  private Map<String, Object> json() {
    Map<String, Object> json = unpack.json();
    json.put("imageName", name);
    json.put("notRestorable", lost);
    return json;
  }
}
