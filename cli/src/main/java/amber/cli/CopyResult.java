package amber.cli;

import amber.s3.S3Checksum;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What a copy will do or has done. */
record CopyResult(CopySource source, CopyTarget target, CopyRoute route) {

  private static final Map<String, String> CHECKS =
      Map.of("size", "size", "checksum", "checksum", "ends", "the archive's ends");

  /** What would be copied. */
  Document planned() {
    Map<String, Object> json = json();
    json.put("dryRun", true);
    String text =
        "would copy %s to %s: %s %s"
            .formatted(
                source.location(),
                target.location(),
                Text.bytes(source.sizeBytes()),
                route.way().text());
    return new Document(json, List.of(text));
  }

  /** What was copied. */
  Document copied(CopyRun run, Stopwatch watch) {
    Map<String, Object> json = json();
    json.put("dryRun", false);
    json.put("checked", run.checked());
    run.checksum().map(S3Checksum::toString).ifPresent(sum -> json.put("checksum", sum));
    json.put("seconds", watch.seconds());
    String checked = run.checked().stream().map(CHECKS::get).collect(Collectors.joining(", "));
    String text =
        "copied %s to %s: %s %s, checked: %s, %s"
            .formatted(
                source.location(),
                target.location(),
                Text.bytes(source.sizeBytes()),
                route.way().text(),
                checked,
                watch.text());
    return new Document(json, List.of(text));
  }

  private Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("schema", 1);
    json.put("command", "copy");
    json.put("source", source.location());
    json.put("target", target.location());
    json.put("sizeBytes", source.sizeBytes());
    json.put("uuid", source.uuid().toString());
    json.put("method", route.way().id());
    return json;
  }
}
