package amber.cli;

import amber.archive.ArchiveReader;
import amber.archive.VolumeEntry;
import amber.image.Manifest;
import amber.image.Volume;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;

/**
 * What an unpack will do or has done.
 *
 * @param target the directory
 * @param chosen which volumes
 * @param withManifest whether the manifest is written, too
 */
record UnpackResult(
    ArchiveReader archive, String target, SortedSet<Integer> chosen, boolean withManifest) {

  /** What would be written. */
  Document planned() {
    Map<String, Object> json = json();
    json.put("dryRun", true);
    List<String> text = new ArrayList<>();
    text.add("would unpack %s to %s: %s".formatted(archive.location(), target, amount()));
    sayIfNoManifest(text, "would be");
    return new Document(json, text);
  }

  /** What was written. */
  Document unpacked(Stopwatch watch) {
    Map<String, Object> json = json();
    json.put("dryRun", false);
    json.put("seconds", watch.seconds());
    List<String> text = new ArrayList<>();
    text.add(
        "unpacked %s to %s: %s, %s".formatted(archive.location(), target, amount(), watch.text()));
    sayIfNoManifest(text, "was");
    return new Document(json, text);
  }

  private void sayIfNoManifest(List<String> text, String was) {
    if (!withManifest) {
      text.add(
          "no %s %s written, since not all volumes were asked for".formatted(Manifest.FILE, was));
    }
  }

  /** How much it is, in words. */
  String amount() {
    long blocks = 0;
    long bytes = 0;
    for (int number : chosen) {
      VolumeEntry entry = archive.index().volumes().get(number);
      blocks += entry.listed().size();
      bytes += entry.sizeBytes();
    }
    return "%s, %s, %s listed in %s"
        .formatted(
            Text.count(chosen.size(), "volume"),
            Text.bytes(bytes),
            Text.bytes(Sizes.listedBytes(archive, chosen)),
            Text.count(blocks, "block"));
  }

  /** What both documents have. */
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("schema", 1);
    json.put("command", "unpack");
    json.put("archive", archive.location());
    json.put("target", target);
    json.put("uuid", archive.index().uuid().toString());
    json.put("manifest", withManifest);
    List<Map<String, Object>> volumes = new ArrayList<>();
    for (int number : chosen) {
      Volume volume = archive.image().volumes().get(number);
      VolumeEntry entry = archive.index().volumes().get(number);
      Map<String, Object> item = new LinkedHashMap<>();
      item.put("number", number);
      volume.device().ifPresent(device -> item.put("device", device));
      item.put("file", volume.file());
      item.put("sizeBytes", volume.sizeBytes());
      item.put("listedBlocks", entry.listed().size());
      item.put("listedBytes", Sizes.listedBytes(entry.listed(), entry.sizeBytes()));
      volumes.add(item);
    }
    json.put("volumes", volumes);
    json.put("listedBytes", Sizes.listedBytes(archive, chosen));
    return json;
  }
}
