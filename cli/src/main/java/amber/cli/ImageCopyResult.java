package amber.cli;

import amber.Progress;
import amber.ReadPlan;
import amber.block.BlockSet;
import amber.image.Image;
import amber.image.Volume;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a copy of an image will do or has done.
 *
 * @param lost what the image has and the new one cannot have
 */
record ImageCopyResult(
    PackSource source, ReadPlan plan, ImageTarget target, List<String> lost, Verb verb) {

  /** What is done, and what was, in words. */
  enum Verb {
    COPY("copy", "copied"),
    MIGRATE("migrate", "migrated");

    private final String will;
    private final String was;

    Verb(String will, String was) {
      this.will = will;
      this.was = was;
    }
  }

  /** Of a copy. */
  ImageCopyResult(PackSource source, ReadPlan plan, ImageTarget target, List<String> lost) {
    this(source, plan, target, lost, Verb.COPY);
  }

  /** What would be copied. */
  Document planned() {
    Map<String, Object> json = json();
    json.put("dryRun", true);
    List<String> text = new ArrayList<>();
    text.add(
        "would %s %s to %s: %s"
            .formatted(verb.will, source.location(), target.location(), amount()));
    if (plan.volumes().size() > 1) {
      plan.volumes().forEach(volume -> text.add("  %s: %s".formatted(volume, amount(volume))));
    }
    return new Document(json, text);
  }

  /** What was copied. */
  Document copied(Optional<AmiUnpack.Made> made, Progress.Snapshot counts, Stopwatch watch) {
    Map<String, Object> json = json();
    json.put("dryRun", false);
    json.put("zeroBlocks", counts.zeroBlocks());
    String imageId = made.map(ami -> ami.image().imageId() + ", ").orElse("");
    List<String> text = new ArrayList<>();
    text.add(
        "%s %s to %s: %s%s (%s zero), %s"
            .formatted(
                verb.was,
                source.location(),
                target.location(),
                imageId,
                amount(),
                Text.count(counts.zeroBlocks()),
                watch.text()));
    made.ifPresent(
        ami -> {
          json.put("imageId", ami.image().imageId());
          RegisterResult.putSnapshots(ami, plan.volumes(), json, text);
        });
    json.put("seconds", watch.seconds());
    return new Document(json, text);
  }

  private String amount() {
    long bytes = plan.volumes().stream().mapToLong(Volume::sizeBytes).sum();
    return "%s, %s, %s listed in %s"
        .formatted(
            Text.count(plan.volumes().size(), "volume"),
            Text.bytes(bytes),
            Text.bytes(Sizes.listedBytes(plan)),
            Text.count(plan.blockCount(), "block"));
  }

  private String amount(Volume volume) {
    BlockSet listed = plan.listed().get(volume.number());
    return "%s, %s listed in %s"
        .formatted(
            Text.bytes(volume.sizeBytes()),
            Text.bytes(Sizes.listedBytes(listed, volume.sizeBytes())),
            Text.count(listed.size(), "block"));
  }

  private Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("schema", 1);
    json.put("command", verb.will);
    json.put("source", source.location());
    json.put("target", target.location());
    json.put("method", "blocks");
    Image image = source.image();
    image.name().ifPresent(name -> json.put("imageName", name));
    if (target instanceof NewAmiTarget ami) {
      json.put("imageName", ami.name());
      json.put("notRestorable", lost);
    }
    json.put("volumes", plan.volumes().stream().map(this::json).toList());
    json.put("listedBlocks", plan.blockCount());
    json.put("listedBytes", Sizes.listedBytes(plan));
    return json;
  }

  private Map<String, Object> json(Volume volume) {
    BlockSet listed = plan.listed().get(volume.number());
    Map<String, Object> item = new LinkedHashMap<>();
    item.put("number", volume.number());
    volume.device().ifPresent(device -> item.put("device", device));
    item.put("file", volume.file());
    item.put("sizeBytes", volume.sizeBytes());
    item.put("listedBlocks", listed.size());
    item.put("listedBytes", Sizes.listedBytes(listed, volume.sizeBytes()));
    return item;
  }
}
