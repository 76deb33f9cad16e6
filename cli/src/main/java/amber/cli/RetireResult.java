package amber.cli;

import amber.archive.Plan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What came of retiring an AMI.
 *
 * @param sizeBytes of the archive
 * @param readBack whether it was proved by this run, and not by one before
 * @param storageClass in which it lies
 * @param effect what became of the AMI
 */
record RetireResult(
    String imageId,
    String archive,
    long listedBytes,
    long sizeBytes,
    boolean readBack,
    String storageClass,
    RetireThen then,
    ImageEffect effect) {

  static long listedBytes(Plan plan) {
    return plan.image().volumes().stream()
        .mapToLong(
            volume -> Sizes.listedBytes(plan.listed().get(volume.number()), volume.sizeBytes()))
        .sum();
  }

  boolean isWell() {
    return effect.well();
  }

  List<String> text(Optional<String> name) {
    List<String> text = new ArrayList<>();
    text.add(
        Text.format(
            "%s is in %s: %s listed, %s stored in %s, %s",
            imageId,
            archive,
            Text.bytes(listedBytes),
            Text.bytes(sizeBytes),
            storageClass,
            readBack ? "read back and whole" : "read back by an earlier run and whole"));
    String label = imageId + name.map(known -> " (" + known + ")").orElse("");
    effect.text().forEach(line -> text.add(label + ": " + line));
    return text;
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", imageId);
    json.put("archive", archive);
    json.put("listedBytes", listedBytes);
    json.put("sizeBytes", sizeBytes);
    json.put("storageClass", storageClass);
    json.put("proved", true);
    json.put("then", then.text());
    json.put("end", isWell() ? "done" : "partly");
    json.put("text", effect.text());
    json.putAll(effect.json());
    return json;
  }
}
