package amber.cli;

import amber.Progress;
import amber.archive.Plan;
import amber.block.BlockSet;
import amber.image.Volume;
import amber.seal.Certificates;
import amber.seal.RecipientName;
import amber.seal.Signer;
import amber.store.StoredArchive;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a pack will do or has done. */
final class PackResult {

  private final String source;
  private final String archive;
  private final Plan plan;
  private final Optional<Signer> signer;
  private final PackSealing sealing;

  PackResult(
      String source, String archive, Plan plan, Optional<Signer> signer, PackSealing sealing) {
    this.sealing = sealing;
    this.source = source;
    this.archive = archive;
    this.plan = plan;
    this.signer = signer;
  }

  /** What would be packed. */
  Document planned() {
    Map<String, Object> json = json();
    json.put("dryRun", true);
    List<String> text = new ArrayList<>();
    text.add(
        Text.format(
            "would pack %s to %s: %s, %s, %s to read in %s, %s",
            source,
            archive,
            Text.count(plan.image().volumes().size(), "volume"),
            Text.bytes(volumeBytes()),
            Text.bytes(listedBytes()),
            Text.count(plan.blockCount(), "block"),
            Text.count(plan.segmentCount(), "segment")));
    if (plan.image().volumes().size() > 1) {
      plan.image().volumes().forEach(volume -> text.add(line(volume)));
    }
    sealing.names().forEach(to -> text.add("would encrypt it to " + to.text()));
    return new Document(json, text);
  }

  private String line(Volume volume) {
    BlockSet listed = plan.listed().get(volume.number());
    return Text.format(
        "  %s: %s, %s to read in %s, %s",
        volume,
        Text.bytes(volume.sizeBytes()),
        Text.bytes(Sizes.listedBytes(listed, volume.sizeBytes())),
        Text.count(listed.size(), "block"),
        Text.count(plan.geometry().segments(listed.size()), "segment"));
  }

  /** What was packed. */
  Document packed(StoredArchive stored, Progress.Snapshot counts, Stopwatch watch) {
    Map<String, Object> json = json();
    json.put("dryRun", false);
    json.put("sizeBytes", stored.sizeBytes());
    json.put("ratio", Sizes.ratio(listedBytes(), stored.sizeBytes()));
    json.put("zeroBlocks", counts.zeroBlocks());
    json.put("uuid", plan.stamp().uuid().toString());
    json.put("createdAt", plan.stamp().createdAt().toString());
    json.put("seconds", watch.seconds());
    String text =
        Text.format(
            "packed %s to %s: %s, %s, %s listed in %s (%s zero), %s stored, ratio %s, %s",
            source,
            archive,
            Text.count(plan.image().volumes().size(), "volume"),
            Text.bytes(volumeBytes()),
            Text.bytes(listedBytes()),
            Text.count(plan.blockCount(), "block"),
            Text.count(counts.zeroBlocks()),
            Text.bytes(stored.sizeBytes()),
            Text.ratio(listedBytes(), stored.sizeBytes()),
            watch.text());
    List<String> lines = new ArrayList<>();
    lines.add(
        signer
            .map(by -> "%s, signed by %s".formatted(text, Certificates.name(by.certificate())))
            .orElse(text));
    sealing.names().forEach(to -> lines.add("encrypted to " + to.text()));
    return new Document(json, lines);
  }

  private Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("schema", 1);
    json.put("command", "pack");
    json.put("source", source);
    json.put("archive", archive);
    plan.image().id().ifPresent(id -> json.put("imageId", id));
    plan.image().name().ifPresent(name -> json.put("imageName", name));
    List<Map<String, Object>> volumes = new ArrayList<>();
    for (Volume volume : plan.image().volumes()) {
      BlockSet listed = plan.listed().get(volume.number());
      Map<String, Object> item = new LinkedHashMap<>();
      item.put("number", volume.number());
      volume.device().ifPresent(device -> item.put("device", device));
      item.put("file", volume.file());
      item.put("sizeBytes", volume.sizeBytes());
      item.put("listedBlocks", listed.size());
      item.put("listedBytes", Sizes.listedBytes(listed, volume.sizeBytes()));
      item.put("segments", plan.geometry().segments(listed.size()));
      volumes.add(item);
    }
    json.put("volumes", volumes);
    json.put("listedBlocks", plan.blockCount());
    json.put("listedBytes", listedBytes());
    json.put("segments", plan.segmentCount());
    json.put("signedBy", signer.map(SignatureDescription::json).map(List::of).orElse(List.of()));
    json.put("encryptedTo", sealing.names().stream().map(RecipientName::values).toList());
    return json;
  }

  private long volumeBytes() {
    return plan.image().volumes().stream().mapToLong(Volume::sizeBytes).sum();
  }

  private long listedBytes() {
    return plan.image().volumes().stream()
        .mapToLong(
            volume -> Sizes.listedBytes(plan.listed().get(volume.number()), volume.sizeBytes()))
        .sum();
  }
}
