package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import amber.Progress.Snapshot;
import amber.image.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProgressTest {

  private static final long SECOND = 1_000_000_000L;

  private static ProgressMeter after(long seconds, Snapshot counts) {
    return after(seconds, counts, Repeats.NONE);
  }

  private static ProgressMeter after(long seconds, Snapshot counts, Repeats repeats) {
    ProgressMeter meter = new ProgressMeter("pack");
    meter.sample(new Snapshot(counts.totalBlocks(), 0, 0, 0), Repeats.NONE, 0);
    meter.sample(counts, repeats, seconds * SECOND);
    return meter;
  }

  @Test
  void lineAndBarSayWhatWasAskedAgainAndAtWhichRateItGoesOn() {
    Repeats repeats = new Repeats(1234, 7, Optional.of(689.5));
    Snapshot counts = new Snapshot(8192, 2048, 5, 512 << 20);
    assertThat(after(2, counts, repeats).line())
        .endsWith("ratio 2.00, 1,234 again, 7 throttled, at 690/s, 6.0 s left");
    assertThat(after(2, counts, repeats).bar())
        .contains("512.0 MiB/s, 1,234 again, 7 th")
        .hasSizeLessThan(80);
    assertThat(after(2, counts, repeats).json())
        .endsWith(",\"retries\":1234,\"throttled\":7,\"allowedPerSecond\":689.5}}");
  }

  @Test
  void lineSaysShareRateRatioAndWhatIsLeft() {
    assertThat(after(2, new Snapshot(8192, 2048, 5, 512 << 20)).line())
        .isEqualTo("pack: 1.0 GiB of 4.0 GiB (25%), 512.0 MiB/s, ratio 2.00, 6.0 s left");
  }

  @Test
  void barFitsANarrowTerminal() {
    ProgressMeter meter = after(7, new Snapshot(1 << 27, 9 << 20, 5, 9L << 40));
    assertThat(meter.bar()).startsWith("pack [=").hasSizeLessThan(80);
  }

  @Test
  void nothingIsGuessedWhileTheTotalIsUnknown() {
    assertThat(after(1, new Snapshot(-1, 2, 0, 0)).line())
        .isEqualTo("pack: 1.0 MiB done, total not known, 1.0 MiB/s");
  }

  @Test
  void emptyImageIsDoneAtOnce() {
    assertThat(after(1, new Snapshot(0, 0, 0, 0)).line()).startsWith("pack: 0 B of 0 B (100%)");
  }

  @Test
  void jsonIsOneDocumentOnOneLine() throws Exception {
    String line = after(2, new Snapshot(8192, 2048, 5, 512 << 20)).json();
    assertThat(line).doesNotContain("\n");
    Map<String, Object> json = Json.read(line.getBytes(StandardCharsets.UTF_8), "stderr");
    assertThat(json).containsEntry("schema", 1);
    Map<?, ?> progress = (Map<?, ?>) json.get("progress");
    assertThat(progress.get("retries")).isEqualTo(0);
    assertThat(progress.get("throttled")).isEqualTo(0);
    assertThat(progress.get("allowedPerSecond")).isNull();
    progress.keySet().removeAll(Set.of("retries", "throttled", "allowedPerSecond"));
    assertThat(progress)
        .isEqualTo(
            Map.of(
                "command",
                "pack",
                "doneBytes",
                1 << 30,
                "totalBytes",
                1L << 32,
                "doneBlocks",
                2048,
                "totalBlocks",
                8192,
                "zeroBlocks",
                5,
                "storedBytes",
                512 << 20,
                "bytesPerSecond",
                512 << 20,
                "seconds",
                2.0,
                "remainingSeconds",
                6));
    assertThat(after(1, new Snapshot(-1, 2, 0, 0)).json()).contains("\"totalBytes\":null");
  }
}
