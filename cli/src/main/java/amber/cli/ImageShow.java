package amber.cli;

import amber.ec2.AmiReader;
import amber.ec2.Ec2Connection;
import amber.ec2.ImageList;
import amber.ec2.ImageOutlook;
import amber.ec2.ImageOutlooks;
import amber.ec2.ImageReference;
import amber.ec2.ImageSummary;
import amber.ec2.SnapshotOutlook;
import amber.ec2.Told;
import amber.image.BootOutlook;
import amber.image.BootOutlook.MadeFor;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * All that EC2 tells of one AMI: what it is, in which state, who may launch it, what names it, and
 * what keeps its snapshots, and how its instances start.
 */
final class ImageShow {

  // By the manifest's names; those that only EC2 knows of are in ec2.
  private final Map<String, Object> attributes;
  private final ImageOutlook outlook;
  private final boolean own;
  private final Instant now;

  private ImageShow(
      Map<String, Object> attributes, ImageOutlook outlook, boolean own, Instant now) {
    this.attributes = attributes;
    this.outlook = outlook;
    this.own = own;
    this.now = now;
  }

  /** Asks for an image. */
  static ImageShow of(Ec2Connection aws, String imageId) throws IOException {
    ImageList list = new ImageList(aws);
    List<ImageSummary> image = list.of(List.of(imageId));
    return new ImageShow(
        new AmiReader(aws).attributes(imageId),
        new ImageOutlooks(aws).of(image).get(0),
        list.own(List.of(imageId)).contains(imageId),
        Instant.now());
  }

  Document document() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("schema", 1);
    json.put("command", "image show");
    json.putAll(ImageTable.json(outlook.image(), now));
    json.put("own", own);
    json.put("attributes", attributes);
    json.put("sharedWith", outlook.sharedWith().value().orElse(null));
    json.put(
        "references",
        outlook
            .references()
            .value()
            .map(all -> all.stream().map(ImageShow::json).toList())
            .orElse(null));
    json.put("snapshots", outlook.snapshots().stream().map(this::json).toList());
    List<String> text = new ArrayList<>();
    life(text);
    attributes(text);
    outlook.snapshots().forEach(snapshot -> text(text, snapshot));
    Document document = new Document(json, text);
    return BootOutlook.of(attribute("bootMode"), attribute("architecture"), MadeFor.UNKNOWN)
        .map(boot -> document.with("boot", BootDescription.json(boot), BootDescription.text(boot)))
        .orElse(document);
  }

  private Optional<String> attribute(String name) {
    return Optional.ofNullable(attributes.get(name)).map(String::valueOf);
  }

  private void life(List<String> text) {
    ImageSummary image = outlook.image();
    text.add("ami " + image.id());
    line(text, "state", String.join(", ", ImageTable.states(image, now)));
    line(text, "owner", image.ownerId() + (own ? ", who asks" : ""));
    image.createdAt().ifPresent(time -> line(text, "created", time.toString()));
    line(text, "launched", launched(image));
    image.deprecatedAt().ifPresent(time -> line(text, "deprecated", deprecated(image, time)));
    line(text, "protection", protection(image));
    line(text, "shared with", told(outlook.sharedWith(), all -> String.join(", ", all)));
    line(
        text,
        "named by",
        told(
            outlook.references(),
            all -> all.stream().map(ImageReference::text).collect(Collectors.joining(", "))));
  }

  private String launched(ImageSummary image) {
    if (!own) {
      return "not told: EC2 tells the owner only";
    }
    return image.launchedAt().map(Instant::toString).orElse("no launch is known")
        + "; "
        + ImageTable.onLaunches();
  }

  private String deprecated(ImageSummary image, Instant time) {
    return image.isDeprecated(now)
        ? "since %s: others do not see it in lists".formatted(time)
        : "from %s on: others will not see it in lists".formatted(time);
  }

  private static String protection(ImageSummary image) {
    if (!image.isProtected()) {
      return "none, unless one with a cool-down was taken off within a day: EC2 does not show that";
    }
    return image.hasCooldown()
        ? "from being deregistered, and for 24 hours after it is taken off"
        : "from being deregistered (%s)".formatted(image.protection());
  }

  private static <T> String told(Told<List<T>> told, Function<List<T>, String> words) {
    if (!told.isKnown()) {
      return "not known: " + told.problem().orElse("EC2 does not tell");
    }
    return told.value().filter(all -> !all.isEmpty()).map(words).orElse("nobody and nothing");
  }

  /** What is said above is not said again. */
  private void attributes(List<String> text) {
    Map<String, Object> rest = new LinkedHashMap<>(attributes);
    rest.remove("id");
    rest.remove("createdAt");
    if (rest.get(AmiReader.EC2) instanceof Map<?, ?> ec2) {
      Map<Object, Object> others = new LinkedHashMap<>(ec2);
      others
          .keySet()
          .removeAll(
              List.of(
                  "state",
                  "ownerId",
                  "public",
                  "launchPermissions",
                  "deprecationTime",
                  "deregistrationProtection",
                  "lastLaunchedTime"));
      rest.put(AmiReader.EC2, others);
    }
    text.addAll(ImageText.of(rest));
  }

  private void text(List<String> text, SnapshotOutlook snapshot) {
    text.add("snapshot " + snapshot.id());
    if (!snapshot.shown()) {
      line(text, "state", "not shown to who asks");
      return;
    }
    line(
        text,
        "size",
        snapshot.sizeGiB()
            + " GiB"
            + snapshot
                .fullSizeBytes()
                .map(bytes -> ", %s in blocks".formatted(Text.bytes(bytes)))
                .orElse(""));
    line(text, "state", "%s, tier %s".formatted(snapshot.state(), snapshot.storageTier()));
    snapshot
        .restoredUntil()
        .ifPresent(time -> line(text, "restored", "from the archive until " + time));
    line(text, "owner", snapshot.ownerId());
    snapshot.lock().value().flatMap(lock -> lock).ifPresent(lock -> line(text, "lock", lock));
    line(
        text,
        "used by",
        snapshot.users().isEmpty()
            ? "no other AMI of this account"
            : String.join(", ", new TreeSet<>(snapshot.users())));
    line(
        text,
        "with the AMI",
        kept(snapshot)
            .map(why -> "it would stay: " + why)
            .orElse("it would be deleted by --delete-snapshots"));
  }

  private Optional<String> kept(SnapshotOutlook snapshot) {
    return snapshot.keptBecause(outlook.image().ownerId());
  }

  private static void line(List<String> text, String name, String value) {
    text.add(ImageText.line(name, value));
  }

  private static Map<String, Object> json(ImageReference reference) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("type", reference.type());
    json.put("arn", reference.arn());
    return json;
  }

  private Map<String, Object> json(SnapshotOutlook snapshot) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("snapshotId", snapshot.id());
    json.put("shown", snapshot.shown());
    if (snapshot.shown()) {
      json.put("ownerId", snapshot.ownerId());
      json.put("sizeGiB", snapshot.sizeGiB());
      json.put("state", snapshot.state());
      json.put("storageTier", snapshot.storageTier());
      snapshot.restoredUntil().ifPresent(time -> json.put("restoredUntil", time.toString()));
      snapshot.fullSizeBytes().ifPresent(bytes -> json.put("fullSizeBytes", bytes));
      snapshot.lock().value().flatMap(lock -> lock).ifPresent(lock -> json.put("lock", lock));
      json.put("usedBy", List.copyOf(new TreeSet<>(snapshot.users())));
    }
    kept(snapshot).ifPresent(why -> json.put("keptBecause", why));
    return json;
  }
}
