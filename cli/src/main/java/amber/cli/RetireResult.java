package amber.cli;

import amber.archive.Plan;
import amber.seal.RecipientName;
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
 * @param encryptedTo to whom it is encrypted; nothing if a run before did it, and it is not known
 * @param effect what became of the AMI
 * @param prices by which it is told what is saved
 */
record RetireResult(
    String imageId,
    String archive,
    long listedBytes,
    long sizeBytes,
    boolean readBack,
    String storageClass,
    Optional<List<RecipientName>> encryptedTo,
    RetireThen then,
    ImageEffect effect,
    PriceTable prices) {

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
    encryptedTo
        .orElse(List.of())
        .forEach(to -> text.add("%s: encrypted to %s".formatted(imageId, to.text())));
    savings().textFor(storageClass).ifPresent(text::add);
    String label = imageId + name.map(known -> " (" + known + ")").orElse("");
    effect.text().forEach(line -> text.add(label + ": " + line));
    return text;
  }

  /** What the image cost each month, and what its archive does. */
  Savings savings() {
    return new Savings(prices, listedBytes, sizeBytes, false);
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", imageId);
    json.put("archive", archive);
    json.put("listedBytes", listedBytes);
    json.put("sizeBytes", sizeBytes);
    json.put("storageClass", storageClass);
    encryptedTo.ifPresent(
        to -> json.put("encryptedTo", to.stream().map(RecipientName::values).toList()));
    json.put("proved", true);
    json.put("then", then.text());
    json.put("end", isWell() ? "done" : "partly");
    json.put("savings", savings().json());
    json.put("text", effect.text());
    json.putAll(effect.json());
    return json;
  }
}
