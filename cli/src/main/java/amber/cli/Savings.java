package amber.cli;

import amber.archive.ArchiveReader;
import amber.archive.Plan;
import amber.block.Block;
import amber.block.BlockSet;
import amber.image.Image;
import amber.store.ArchiveBound;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an image costs each month as snapshots of EBS, and what it would as an archive in S3.
 *
 * @param snapshotBytes what its snapshots hold, if they share nothing with others
 * @param archiveBytes what its archive takes
 * @param atMost whether it may take less
 */
record Savings(PriceTable prices, long snapshotBytes, long archiveBytes, boolean atMost) {

  private static final List<String> CLASSES =
      List.of("STANDARD", "STANDARD_IA", "ONEZONE_IA", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE");
  private static final BigDecimal GIB = BigDecimal.valueOf(1L << 30);
  private static final BigDecimal PERCENT = BigDecimal.valueOf(100);

  // What an archive adds to blocks that do not become smaller is less than this share of them.
  private static final int OVERHEAD_SHARE = 500;

  /** Of an archive that is there. */
  static Savings of(PriceTable prices, ArchiveReader archive, long sizeBytes) {
    long blocks =
        archive.index().volumes().stream().mapToLong(volume -> volume.listed().size()).sum();
    return new Savings(prices, blocks * Block.SIZE, sizeBytes, false);
  }

  /**
   * Of an archive that is planned.
   *
   * @param bound what it will not exceed as it is stored
   */
  static Savings of(PriceTable prices, Plan plan, ArchiveBound bound) {
    return new Savings(prices, plan.blockCount() * Block.SIZE, bound.bytes(), true);
  }

  /** Of snapshots with these blocks. */
  static Savings ofBlocks(PriceTable prices, List<BlockSet> listed) {
    return ofSnapshots(prices, listed.stream().mapToLong(BlockSet::size).sum() * Block.SIZE);
  }

  /** Of snapshots that hold so many bytes. */
  static Savings ofSnapshots(PriceTable prices, long bytes) {
    return new Savings(prices, bytes, bytes + bytes / OVERHEAD_SHARE, true);
  }

  /** Whether an image comes from snapshots of EBS. */
  static boolean wasSnapshots(Image image) {
    return image.attributes().get("ec2") instanceof Map<?, ?> ec2
        && ec2.get("snapshots") instanceof List<?>;
  }

  /** A description with this at its end. */
  Document addedTo(Document document) {
    return document.with("savings", json(), text());
  }

  private Optional<BigDecimal> monthly(String item, long bytes) {
    BigDecimal gib = BigDecimal.valueOf(bytes).divide(GIB, MathContext.DECIMAL64);
    return prices.find(item).map(price -> price.of(gib));
  }

  /** What the snapshots cost in the standard tier; nothing if the table does not know. */
  Optional<BigDecimal> asSnapshots() {
    return monthly("ebs.storage", snapshotBytes);
  }

  /** What they would cost in the archive tier, where each is stored whole. */
  Optional<BigDecimal> inArchiveTier() {
    return monthly("ebs.storage.archive", snapshotBytes);
  }

  /** What the archive costs in a storage class. */
  Optional<BigDecimal> asArchive(String storageClass) {
    String suffix = storageClass.equals("STANDARD") ? "" : "." + storageClass;
    return monthly("s3.storage" + suffix, archiveBytes);
  }

  /** For programs. */
  Map<String, Object> json() {
    Map<String, Object> archive = new LinkedHashMap<>();
    CLASSES.forEach(each -> archive.put(each, rounded(asArchive(each))));
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("pricesOf", prices.region());
    json.put("pricesAsOf", prices.asOf());
    json.put("currency", prices.currency());
    json.put("snapshotBytes", snapshotBytes);
    json.put("archiveBytes", archiveBytes);
    json.put("atMost", atMost);
    json.put("snapshots", rounded(asSnapshots()));
    json.put("snapshotsInArchiveTier", rounded(inArchiveTier()));
    json.put("archive", archive);
    return json;
  }

  /** To a millionth. */
  private static Double rounded(Optional<BigDecimal> amount) {
    return amount.map(of -> of.setScale(6, RoundingMode.HALF_UP).doubleValue()).orElse(null);
  }

  /** For people. */
  List<String> text() {
    List<String> text = new ArrayList<>();
    text.add(
        "each month, at prices of %s as of %s; yours may differ"
            .formatted(prices.region(), prices.asOf()));
    text.add(line("snapshots", Text.bytes(snapshotBytes), asSnapshots()));
    text.add(line("in their archive tier", Text.bytes(snapshotBytes), inArchiveTier()));
    String size = (atMost ? "at most " : "") + Text.bytes(archiveBytes);
    for (String each : CLASSES) {
      text.add(line("archive, " + each, size, asArchive(each)));
    }
    text.add("  not counted: blocks that snapshots share with others, minimum storage, requests");
    return text;
  }

  /** In one line, for an archive that lies in a storage class; nothing if a price is not known. */
  Optional<String> textFor(String storageClass) {
    return asSnapshots()
        .flatMap(
            before ->
                asArchive(storageClass)
                    .map(
                        after ->
                            "each month, at prices of %s: %s for its snapshots, %s for the archive"
                                .formatted(
                                    prices.region(), prices.shown(before), prices.shown(after))));
  }

  private String line(String name, String size, Optional<BigDecimal> dollars) {
    String saved =
        dollars.flatMap(after -> asSnapshots().map(before -> saved(before, after))).orElse("");
    return Text.format(
            "  %-22s %18s %11s  %s", name, size, dollars.map(prices::shown).orElse("?"), saved)
        .stripTrailing();
  }

  private static String saved(BigDecimal before, BigDecimal after) {
    if (before.signum() == 0 || after.compareTo(before) == 0) {
      return "";
    }
    int percent =
        before
            .subtract(after)
            .abs()
            .multiply(PERCENT)
            .divide(before, 0, RoundingMode.HALF_UP)
            .intValue();
    return percent + (after.compareTo(before) < 0 ? " % less" : " % more");
  }
}
