package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What an image costs as snapshots, and as an archive. */
@ExtendWith(Cloud.class)
class SavingsTest {

  private static final long GIB = 1L << 30;

  @TempDir private Path directory;

  @Test
  void eachClassIsComparedWithSnapshots() throws IOException {
    // 100 GiB of snapshots are $5.00 a month; 40 GiB in S3 are $0.92, and in DEEP_ARCHIVE $0.0396.
    Savings savings = new Savings(PriceTable.usual(), 100 * GIB, 40 * GIB, false);
    assertThat(savings.text())
        .containsExactly(
            "each month, at prices of us-east-1 as of 2023-06 to 2026-05; yours may differ",
            "  snapshots                       100.0 GiB       $5.00",
            "  in their archive tier           100.0 GiB       $1.25  75 % less",
            "  archive, STANDARD                40.0 GiB       $0.92  82 % less",
            "  archive, STANDARD_IA             40.0 GiB       $0.50  90 % less",
            "  archive, ONEZONE_IA              40.0 GiB       $0.40  92 % less",
            "  archive, GLACIER_IR              40.0 GiB       $0.16  97 % less",
            "  archive, GLACIER                 40.0 GiB       $0.14  97 % less",
            "  archive, DEEP_ARCHIVE            40.0 GiB       $0.04  99 % less",
            "  not counted: blocks that snapshots share with others, minimum storage, requests");
    assertThat(savings.json())
        .containsEntry("snapshots", 5.0)
        .containsEntry("snapshotsInArchiveTier", 1.25)
        .containsEntry("atMost", false)
        .extractingByKey("archive")
        .asString()
        .contains("STANDARD=0.92, ", "DEEP_ARCHIVE=0.0396");
  }

  @Test
  void whatHasNoPriceIsNotReckoned() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("prices.json"),
            """
            {"schema": 1, "region": "cn-north-1", "currency": "CNY", "prices": {
              "s3.storage": {"price": 2, "per": 1, "asOf": "2026-11", "source": "made up"}}}
            """);
    Savings savings = new Savings(PriceTable.read(file), GIB, GIB, true);
    assertThat(savings.json()).containsEntry("snapshots", null);
    assertThat(savings.text())
        .contains(
            "  snapshots                         1.0 GiB           ?",
            "  archive, STANDARD         at most 1.0 GiB    CNY 2.00");
  }

  @Test
  void archiveThatIsLargerCostsMoreAndSaysSo() throws IOException {
    Savings savings = new Savings(PriceTable.usual(), GIB, 4 * GIB, false);
    assertThat(savings.text()).anyMatch(line -> line.endsWith("$0.09  84 % more"));
  }

  @Test
  void inspectAndDryRunsTellIt() throws IOException {
    String snapshot = Cloud.snapshot(Cloud.EAST, 1, Map.of(0, 1, 7, 0), Map.of(), Optional.empty());
    String ami = Cloud.image(Cloud.EAST, Cloud.newName("savings"), snapshot);
    Path archive = directory.resolve("image.bin");
    Cloud.succeed("pack", ami, archive);
    assertThat(Cloud.succeed("inspect", ami).text())
        .containsPattern("\n  archive, STANDARD +at most 1\\.0 MiB ");
    assertThat(Run.of("inspect", archive).text())
        .containsPattern("\n  snapshots +1\\.0 MiB +<\\$0\\.0001\n")
        .doesNotContain("at most");
    assertThat(Cloud.succeed("pack", "--dry-run", ami, directory.resolve("other.bin")).text())
        .contains("  in their archive tier ", "  archive, DEEP_ARCHIVE");
    Path disk = TestDisk.small(directory.resolve("disk.img"));
    assertThat(Run.of("pack", "--dry-run", disk, directory.resolve("disk.bin")).text())
        .doesNotContain("each month");
    assertThat(Run.of("inspect", Run.packed(disk, directory.resolve("disk.bin"))).text())
        .doesNotContain("each month");
  }
}
