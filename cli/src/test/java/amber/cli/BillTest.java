package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The amounts are reckoned by hand. */
class BillTest {

  private static final long GIB = 1L << 30;

  @TempDir private Path directory;

  @Test
  void packOfTwoSnapshotsIsReckoned() throws IOException {
    // 2,097,152 blocks are 1 TiB: 210 lists, $6.291456 for blocks. 10,000 more: 1 list, $0.03.
    // 498 parts, and one request to begin and one to end: $0.0025.
    Bill bill =
        new Bill(PriceTable.usual())
            .readSnapshot(2_097_152)
            .readSnapshot(10_000)
            .writeArchive(498, 100 * GIB, Optional.of("STANDARD"));
    Map<String, Object> json = bill.json();
    assertThat(json).containsEntry("pricesOf", "us-east-1").containsEntry("currency", "USD");
    assertThat(items(json))
        .containsExactly(
            item("ListSnapshotBlocks", 211L, 0L, false, 0.000127),
            item("GetSnapshotBlock", 2_107_152L, 2_107_152L << 19, false, 6.321456),
            item("S3 PUT", 500L, 100 * GIB, true, 0.0025),
            item("S3 storage", null, 100 * GIB, true, 2.3));
    assertThat(json)
        .containsEntry("once", 6.324083)
        .containsEntry("monthly", 2.3)
        .containsEntry("quotaSeconds", 2107.152)
        .containsEntry("withoutPrice", List.of());
    assertThat(bill.text())
        .containsExactly(
            "bill, at prices of us-east-1 as of 2023-06 to 2026-05; yours may differ",
            "  ListSnapshotBlocks              211 requests                        $0.0001",
            "  GetSnapshotBlock          2,107,152 requests            1.0 TiB       $6.32",
            "  S3 PUT                  at most 500 requests  at most 100.0 GiB     $0.0025",
            "  S3 storage                                    at most 100.0 GiB       $2.30/mo",
            "  once                                                                  $6.32",
            "  each month                                                            $2.30/mo",
            "  at the default quota of 1,000 blocks each second: 35 min 7 s",
            "  not counted: data transfer, KMS requests, repeated requests, tax");
  }

  @Test
  void unpackIsReckoned() throws IOException {
    // 65,536 blocks are 32 GiB: $0.393216 once and $1.60 each month. 514 reads: $0.0002056.
    Map<String, Object> json =
        new Bill(PriceTable.usual()).readArchive(514, 12 * GIB).writeSnapshot(65_536).json();
    assertThat(items(json))
        .containsExactly(
            item("S3 GET", 514L, 12 * GIB, false, 0.000206),
            item("PutSnapshotBlock", 65_536L, 32 * GIB, false, 0.393216),
            item("snapshot storage", null, 32 * GIB, false, 1.6));
    assertThat(json)
        .containsEntry("once", 0.393422)
        .containsEntry("monthly", 1.6)
        .containsEntry("quotaSeconds", 65.536);
  }

  @Test
  void readingAndWritingGoOnAtOnce() throws IOException {
    Map<String, Object> json =
        new Bill(PriceTable.usual()).readSnapshot(5_000).writeSnapshot(5_000).json();
    assertThat(json).containsEntry("quotaSeconds", 5.0);
  }

  @Test
  void emptySnapshotTakesOneRequest() throws IOException {
    Bill bill = new Bill(PriceTable.usual()).readSnapshot(0);
    assertThat(items(bill.json()).get(0)).containsEntry("requests", 1L);
    assertThat(bill.text().get(1)).endsWith("1 request                       <$0.0001");
    assertThat(new Bill(PriceTable.usual()).isEmpty()).isTrue();
  }

  @Test
  void whatHasNoPriceIsLeftOutAndNamed() throws IOException {
    Bill bill =
        new Bill(PriceTable.usual())
            .readSnapshot(1)
            .writeArchive(1, GIB, Optional.of("GLACIER_IR"));
    assertThat(bill.json()).containsEntry("withoutPrice", List.of("S3 PUT"));
    assertThat(bill.json()).containsEntry("monthly", 0.004);
    assertThat(bill.text()).contains("  not in the price table: S3 PUT");
    assertThat(bill.text())
        .anyMatch(line -> line.startsWith("  S3 PUT") && line.endsWith("  ?"))
        .anyMatch(line -> line.startsWith("  once") && line.endsWith("> <$0.0001"));
  }

  @Test
  void anotherTableReplacesTheUsualOne() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("prices.json"),
            """
            {"schema": 1, "region": "cn-north-1", "currency": "CNY", "prices": {
              "ebs.GetSnapshotBlock":
                {"price": 0.5, "per": 2, "asOf": "2026-11-23", "source": "made up"}}}
            """);
    Bill bill = new Bill(PriceTable.read(file)).readSnapshot(3_000);
    assertThat(bill.json())
        .containsEntry("once", 750.0)
        .containsEntry("withoutPrice", List.of("ListSnapshotBlocks"));
    assertThat(bill.text().get(0)).contains("prices of cn-north-1 as of 2026-11-23");
    assertThat(bill.text().get(2)).endsWith("CNY 750.00");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "no JSON | no JSON object",
        "{\"schema\": 2} | schema is 2",
        "{\"schema\": 1} | no object 'prices'",
        "{\"schema\": 1, \"prices\": {\"a\": 1}} | a: is no object",
        "{\"schema\": 1, \"prices\": {\"a\": {\"price\": \"x\"}}} | a: price is x",
        "{\"schema\": 1, \"prices\": {\"a\": {\"price\": 1, \"per\": 0}}} | costs 1 per 0",
        "{\"schema\": 1, \"prices\": {\"a\": {\"price\": 1, \"per\": 1}}} | a: asOf is null",
        "{\"schema\": 1, \"prices\": {}} | region is null"
      })
  void whatIsNoTableIsRefused(String text, String message) throws IOException {
    Path file = Files.writeString(directory.resolve("prices.json"), text);
    assertThatThrownBy(() -> PriceTable.read(file))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining(message);
  }

  @Test
  void everyPriceHasItsSourceAndItsDate() throws IOException {
    assertThat(PriceTable.usual().prices()).hasSizeGreaterThan(5);
    assertThat(PriceTable.usual().prices().values())
        .allMatch(price -> price.asOf().matches("20\\d\\d-\\d\\d") && price.source().length() > 10);
  }

  @SuppressWarnings("unchecked") // as Bill builds it
  private static List<Map<String, Object>> items(Map<String, Object> json) {
    return (List<Map<String, Object>>) (List<?>) json.get("items");
  }

  private static Map<String, Object> item(
      String name, Long requests, long bytes, boolean atMost, double dollars) {
    Map<String, Object> item = new HashMap<>();
    item.put("name", name);
    item.put("monthly", requests == null);
    if (requests != null) {
      item.put("requests", requests);
    }
    item.put("bytes", bytes);
    item.put("atMost", atMost);
    item.put("dollars", dollars);
    return item;
  }
}
