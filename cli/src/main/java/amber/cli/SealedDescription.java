package amber.cli;

import amber.seal.RecipientName;
import amber.seal.SealedArchive;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What anybody can see of an encrypted archive. */
record SealedDescription(SealedArchive archive) {

  Document document() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("schema", 1);
    json.put("command", "inspect");
    json.put("archive", archive.location());
    json.put("sizeBytes", archive.sizeBytes());
    json.put("uuid", archive.uuid().toString());
    json.put("sealed", true);
    json.put("opened", false);
    json.put("plainBytes", archive.plainBytes());
    json.put("encryptedTo", json(Optional.of(archive)));
    List<String> text = new ArrayList<>();
    text.add("archive " + archive.location());
    text.add(
        ImageText.line(
            "size",
            "%s (%s)"
                .formatted(
                    Text.bytes(archive.sizeBytes()), Text.count(archive.sizeBytes(), "byte"))));
    text.add(ImageText.line("uuid", archive.uuid().toString()));
    lines(Optional.of(archive)).forEach(line -> text.add(ImageText.line("encrypted to", line)));
    text.add(ImageText.line("inside", "not shown: --identity or --passphrase-file opens it"));
    return new Document(json, text);
  }

  /** To whom an archive is encrypted. */
  static List<Map<String, String>> json(Optional<SealedArchive> archive) {
    return archive.map(SealedArchive::recipients).orElse(List.of()).stream()
        .map(RecipientName::values)
        .toList();
  }

  /** To whom an archive is encrypted, in words. */
  static List<String> lines(Optional<SealedArchive> archive) {
    return archive.isEmpty()
        ? List.of("nobody (plain)")
        : archive.get().recipients().stream().map(RecipientName::text).toList();
  }
}
