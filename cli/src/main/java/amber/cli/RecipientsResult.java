package amber.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An archive with other recipients, which was made or would be.
 *
 * @param old the archive it is made of
 * @param made where it is
 * @param bytes its size
 * @param byS3 whether S3 copies what stays
 * @param dryRun whether it is only tried out
 */
record RecipientsResult(String old, String made, long bytes, boolean byS3, boolean dryRun) {

  Document document(String verb, Stopwatch watch) {
    CopyRoute.Way way = byS3 ? CopyRoute.Way.SERVER_SIDE : CopyRoute.Way.STREAMED;
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("schema", 1);
    json.put("command", "recipients " + verb);
    json.put("archive", old);
    json.put("target", made);
    json.put("sizeBytes", bytes);
    json.put("method", way.id());
    json.put("dryRun", dryRun);
    json.put("seconds", watch.seconds());
    return new Document(
        json,
        List.of(
            "%s %s of %s: %s, %s, %s"
                .formatted(
                    dryRun ? "would make" : "made",
                    made,
                    old,
                    Text.bytes(bytes),
                    way.text(),
                    watch.text())));
  }
}
