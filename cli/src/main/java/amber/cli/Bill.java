package amber.cli;

import amber.block.Block;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a run will ask of AWS, and what AWS will ask for it. It counts what a plan knows, before a
 * block is read: requests, bytes, the time that the quota of block requests makes it last, and
 * dollars as far as the table has prices.
 */
final class Bill {

  private static final int LIST_BLOCKS = 10_000;
  private static final long GIB = 1L << 30;
  private static final String STANDARD = "STANDARD";

  private final PriceTable prices;
  private final BlockRate readRate;
  private final BlockRate writeRate;
  private final List<Item> items = new ArrayList<>();
  private long blocksRead;
  private long blocksWritten;

  /**
   * A line of the bill.
   *
   * @param name as AWS calls it
   * @param bytes what goes along, or is kept
   * @param monthly whether it is asked for each month, for each GiB
   * @param atMost whether it may become less
   * @param dollars nothing if the table does not know
   */
  private record Item(
      String name,
      long requests,
      long bytes,
      boolean monthly,
      boolean atMost,
      Optional<BigDecimal> dollars) {}

  /** A bill of nothing so far, at the quotas of a new account. */
  Bill(PriceTable prices) {
    this(prices, BlockRate.DEFAULT, BlockRate.DEFAULT);
  }

  /**
   * A bill of nothing so far.
   *
   * @param readRate how many blocks of snapshots are read each second at most
   * @param writeRate how many are written
   */
  Bill(PriceTable prices, BlockRate readRate, BlockRate writeRate) {
    this.prices = prices;
    this.readRate = readRate;
    this.writeRate = writeRate;
  }

  /** Adds the reading of a snapshot. */
  Bill readSnapshot(long listedBlocks) {
    // An empty list takes a request, too.
    requests("ListSnapshotBlocks", "ebs.ListSnapshotBlocks", pages(listedBlocks), 0, false);
    return readBlocks(listedBlocks);
  }

  /** Adds the reading of blocks that are known already. */
  Bill readBlocks(long blocks) {
    requests("GetSnapshotBlock", "ebs.GetSnapshotBlock", blocks, blocks * Block.SIZE, false);
    blocksRead += blocks;
    return this;
  }

  /** Adds the writing of a new snapshot, and its storage. */
  Bill writeSnapshot(long listedBlocks) {
    long bytes = listedBlocks * Block.SIZE;
    requests("PutSnapshotBlock", "ebs.PutSnapshotBlock", listedBlocks, bytes, false);
    storage("snapshot storage", "ebs.storage", bytes, false);
    blocksWritten += listedBlocks;
    return this;
  }

  /**
   * Adds the storing of an archive in S3, and its storage.
   *
   * @param parts how many parts it can have at most
   * @param bytes how large it can become at most
   */
  Bill writeArchive(long parts, long bytes, Optional<String> storageClass) {
    String suffix =
        storageClass.filter(name -> !name.equals(STANDARD)).map(c -> "." + c).orElse("");
    // One begins and one ends the upload.
    requests("S3 PUT", "s3.put" + suffix, parts + 2, bytes, true);
    storage("S3 storage", "s3.storage" + suffix, bytes, true);
    return this;
  }

  /** Adds the reading of an archive from S3. */
  Bill readArchive(long reads, long bytes) {
    requests("S3 GET", "s3.get", reads, bytes, false);
    return this;
  }

  private static long pages(long listedBlocks) {
    return Math.max(1, (listedBlocks + LIST_BLOCKS - 1) / LIST_BLOCKS);
  }

  private void requests(String name, String key, long requests, long bytes, boolean atMost) {
    add(new Item(name, requests, bytes, false, atMost, dollars(key, BigDecimal.valueOf(requests))));
  }

  private void storage(String name, String key, long bytes, boolean atMost) {
    BigDecimal gib =
        BigDecimal.valueOf(bytes).divide(BigDecimal.valueOf(GIB), MathContext.DECIMAL64);
    add(new Item(name, 0, bytes, true, atMost, dollars(key, gib)));
  }

  private Optional<BigDecimal> dollars(String key, BigDecimal quantity) {
    return prices.find(key).map(price -> price.of(quantity));
  }

  /** What is there already grows. */
  private void add(Item item) {
    for (int i = 0; i < items.size(); i++) {
      Item there = items.get(i);
      if (there.name().equals(item.name())) {
        items.set(
            i,
            new Item(
                there.name(),
                there.requests() + item.requests(),
                there.bytes() + item.bytes(),
                there.monthly(),
                there.atMost() || item.atMost(),
                there.dollars().flatMap(a -> item.dollars().map(a::add))));
        return;
      }
    }
    items.add(item);
  }

  /** Whether AWS is asked for nothing. */
  boolean isEmpty() {
    return items.isEmpty();
  }

  /** How long it takes at these rates: reading and writing have quotas of their own. */
  private Duration atRates() {
    double seconds =
        Math.max(blocksRead / readRate.perSecond(), blocksWritten / writeRate.perSecond());
    return Duration.ofMillis((long) (seconds * 1000));
  }

  private String ratesText() {
    if (blocksWritten == 0 || (blocksRead > 0 && readRate.equals(writeRate))) {
      return readRate.text("");
    }
    return blocksRead == 0
        ? writeRate.text("")
        : readRate.text(" read") + ", and " + writeRate.text(" written");
  }

  private Map<String, Object> ratesJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    if (blocksRead > 0) {
      json.put("read", readRate.json());
    }
    if (blocksWritten > 0) {
      json.put("write", writeRate.json());
    }
    return json;
  }

  private BigDecimal sum(boolean monthly) {
    return items.stream()
        .filter(item -> item.monthly() == monthly)
        .map(item -> item.dollars().orElse(BigDecimal.ZERO))
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  private boolean has(boolean monthly) {
    return items.stream().anyMatch(item -> item.monthly() == monthly);
  }

  private List<String> unpriced() {
    return items.stream().filter(item -> item.dollars().isEmpty()).map(Item::name).toList();
  }

  /** For programs. */
  Map<String, Object> json() {
    List<Object> lines = new ArrayList<>();
    for (Item item : items) {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("name", item.name());
      line.put("monthly", item.monthly());
      if (!item.monthly()) {
        line.put("requests", item.requests());
      }
      line.put("bytes", item.bytes());
      line.put("atMost", item.atMost());
      line.put("dollars", item.dollars().map(Bill::rounded).orElse(null));
      lines.add(line);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("pricesOf", prices.region());
    json.put("pricesAsOf", prices.asOf());
    json.put("currency", prices.currency());
    json.put("items", lines);
    json.put("once", rounded(sum(false)));
    json.put("monthly", rounded(sum(true)));
    json.put("withoutPrice", unpriced());
    json.put("quotaSeconds", atRates().toMillis() / 1000.0);
    json.put("blocksPerSecond", ratesJson());
    return json;
  }

  /** To a millionth. */
  private static double rounded(BigDecimal dollars) {
    return dollars.setScale(6, RoundingMode.HALF_UP).doubleValue();
  }

  /** For people. */
  List<String> text() {
    List<String> text = new ArrayList<>();
    text.add(
        "bill, at prices of %s as of %s; yours may differ"
            .formatted(prices.region(), prices.asOf()));
    for (Item item : items) {
      text.add(line(item));
    }
    if (has(false)) {
      text.add(total("once", sum(false), false));
    }
    if (has(true)) {
      text.add(total("each month", sum(true), true));
    }
    if (blocksRead + blocksWritten > 0) {
      text.add("  at %s: %s".formatted(ratesText(), Text.duration(atRates())));
    }
    if (!unpriced().isEmpty()) {
      text.add("  not in the price table: " + String.join(", ", unpriced()));
    }
    text.add("  not counted: data transfer, KMS requests, repeated requests, tax");
    return text;
  }

  private String line(Item item) {
    String atMost = item.atMost() ? "at most " : "";
    String amount = item.bytes() == 0 ? "" : atMost + Text.bytes(item.bytes());
    String count = item.monthly() ? "" : atMost + Text.count(item.requests(), "request");
    return format(
        item.name(), count, amount, item.dollars().map(prices::shown).orElse("?"), item.monthly());
  }

  private String total(String name, BigDecimal dollars, boolean monthly) {
    boolean whole =
        items.stream().noneMatch(item -> item.monthly() == monthly && item.dollars().isEmpty());
    return format(name, "", "", (whole ? "" : "> ") + prices.shown(dollars), monthly);
  }

  private static String format(
      String name, String count, String amount, String dollars, boolean monthly) {
    String line =
        String.format(
            Locale.ROOT,
            "  %-19s %24s %18s %11s%s",
            name,
            count,
            amount,
            dollars,
            monthly ? "/mo" : "");
    return line.stripTrailing();
  }
}
