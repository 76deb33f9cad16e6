package amber.cli;

import amber.Salvager;
import amber.archive.ArchiveScan.FoundSegment;
import amber.image.Json;
import amber.image.Volume;
import amber.store.ArchiveSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What is whole in an archive, and what is not. Segments that follow the last one found are missed
 * only if the archive's end tells of them; without an end nothing counts as complete.
 */
record SalvageResult(ArchiveSource archive, Salvager.Report report, ArchiveEnd end) {

  /** Tells, in the directory that was recovered, what is missing there. */
  static final String FILE = "salvage.json";

  private static final int MAX_DAMAGE_LINES = 10;

  /** Whether every block that was ever in the archive is whole. */
  boolean complete() {
    return end.reader().isPresent() && report.damage().isEmpty() && missing().isEmpty();
  }

  Outcome outcome() {
    return complete() ? Outcome.OK : Outcome.CORRUPT;
  }

  /** The manifest from the archive's beginning, else from its end. */
  Optional<byte[]> manifest() {
    return report.scan().manifest().or(() -> end.reader().map(reader -> reader.index().manifest()));
  }

  /** Refuses to make a directory of nothing. */
  void requireAnything() throws RefusedException {
    if (report.scan().segments().isEmpty() && manifest().isEmpty()) {
      throw new RefusedException(
          Outcome.CORRUPT,
          archive.location() + ": holds neither a segment nor a manifest that is whole",
          "is it the right file?");
    }
  }

  /** Neighbouring segments, by number. */
  private record Range(int first, int last) {

    long count() {
      return (long) last - first + 1;
    }

    Map<String, Object> json() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("first", first);
      json.put("last", last);
      return json;
    }
  }

  /** The segments that should be there and are not. Numbers are a stranger's: there may be many. */
  private List<Range> missing() {
    TreeSet<Integer> found = new TreeSet<>();
    report.scan().segments().forEach(segment -> found.add(segment.number()));
    List<Range> missing = new ArrayList<>();
    int next = 0;
    for (int number : found) {
      if (number > next) {
        missing.add(new Range(next, number - 1));
      }
      next = number + 1;
    }
    int count = end.reader().map(reader -> reader.index().segmentCount()).orElse(next);
    if (count > next) {
      missing.add(new Range(next, count - 1));
    }
    return missing;
  }

  /** The content of {@link #FILE}. */
  byte[] file() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("schema", 1);
    json.put("archive", archive.location());
    json.putAll(findings());
    return Json.write(json);
  }

  /** What a scan found. */
  Document scanned(Stopwatch watch) {
    Map<String, Object> json = json("verify");
    json.put("mode", "scan");
    json.putAll(findings());
    json.put("seconds", watch.seconds());
    List<String> text = new ArrayList<>();
    text.add("scanned %s: %s, %s".formatted(archive.location(), amount(), watch.text()));
    sayWhatIsMissing(text);
    return new Document(json, text);
  }

  /** What was or would be recovered. */
  Document salvaged(String target, boolean dryRun, Stopwatch watch) {
    Map<String, Object> json = json("unpack");
    json.put("target", target);
    json.put("salvage", true);
    json.put("dryRun", dryRun);
    json.putAll(findings());
    json.put("seconds", watch.seconds());
    List<String> text = new ArrayList<>();
    text.add(
        "%s %s to %s: %s, %s"
            .formatted(
                dryRun ? "would salvage" : "salvaged",
                archive.location(),
                target,
                amount(),
                watch.text()));
    sayWhatIsMissing(text);
    if (!dryRun && !complete()) {
      text.add("%s is kept, although not complete; its %s has the list".formatted(target, FILE));
    }
    return new Document(json, text);
  }

  private Map<String, Object> json(String command) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("schema", 1);
    json.put("command", command);
    json.put("archive", archive.location());
    json.put("sizeBytes", archive.sizeBytes());
    return json;
  }

  private Map<String, Object> findings() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("complete", complete());
    report.scan().uuid().ifPresent(uuid -> json.put("uuid", uuid.toString()));
    json.put("endWhole", end.reader().isPresent());
    end.problem().ifPresent(problem -> json.put("endProblem", problem));
    json.put("manifestWhole", manifest().isPresent());
    json.put("foundSegments", report.scan().segments().size());
    json.put("wholeSegments", report.wholeSegments());
    json.put("missingSegments", missing().stream().map(Range::json).toList());
    json.put("foundBlocks", report.blocks());
    json.put("wholeBlocks", report.wholeBlocks());
    List<Map<String, Object>> volumes = new ArrayList<>();
    report
        .scan()
        .volumeSizes()
        .forEach(
            (number, sizeBytes) -> {
              Map<String, Object> volume = new LinkedHashMap<>();
              volume.put("number", number);
              volume.put("file", Volume.fileName(number));
              volume.put("sizeBytes", sizeBytes);
              volume.put("foundSegments", foundSegments(number));
              volumes.add(volume);
            });
    json.put("volumes", volumes);
    json.put("damage", report.damage());
    return json;
  }

  private long foundSegments(int volume) {
    return report.scan().segments().stream()
        .map(FoundSegment::volume)
        .filter(number -> number == volume)
        .count();
  }

  private String amount() {
    return "%s of %s whole, in %s of %s"
        .formatted(
            Text.count(report.wholeBlocks()),
            Text.count(report.blocks(), "block"),
            Text.count(report.wholeSegments()),
            Text.count(report.scan().segments().size(), "segment"));
  }

  private void sayWhatIsMissing(List<String> text) {
    if (complete()) {
      text.add("complete: nothing is missing");
      return;
    }
    end.problem()
        .ifPresent(
            problem ->
                text.add("end missing: what followed the last segment is not known; " + problem));
    if (manifest().isEmpty()) {
      text.add("manifest missing");
    }
    List<Range> missing = missing();
    if (!missing.isEmpty()) {
      long count = missing.stream().mapToLong(Range::count).sum();
      text.add(
          "missing: %s of %s, the first one number %d"
              .formatted(
                  Text.count(count, "segment"),
                  Text.count(count + report.scan().segments().size()),
                  missing.get(0).first()));
    }
    report.damage().stream().limit(MAX_DAMAGE_LINES).forEach(line -> text.add("damaged: " + line));
    int more = report.damage().size() - MAX_DAMAGE_LINES;
    if (more > 0) {
      text.add("and %s more".formatted(Text.count(more, "damaged place")));
    }
  }
}
