package amber.cli;

import amber.Progress;
import amber.block.Block;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;

/** Makes rates and remaining time of the counts that it is given, and puts them into words. */
final class ProgressMeter {

  // Segments finish in bursts: a shorter time gives a rate that jumps.
  private static final long WINDOW_NANOS = 10_000_000_000L;
  private static final double NANOS = 1e9;
  private static final int BAR_WIDTH = 20;
  private static final int MAX_BAR = 79;

  private record Sample(Progress.Snapshot counts, Repeats repeats, long nanos) {}

  private final String verb;
  private final ArrayDeque<Sample> recent = new ArrayDeque<>();
  private Sample first;

  ProgressMeter(String verb) {
    this.verb = verb;
  }

  void sample(Progress.Snapshot counts, Repeats repeats, long nanos) {
    Sample sample = new Sample(counts, repeats, nanos);
    if (first == null) {
      first = sample;
    }
    recent.addLast(sample);
    while (recent.size() > 2 && nanos - recent.getFirst().nanos() > WINDOW_NANOS) {
      recent.removeFirst();
    }
  }

  /** At most 79 characters, to be painted over. */
  String bar() {
    Progress.Snapshot counts = counts();
    if (counts.totalBlocks() < 0) {
      return line();
    }
    double share = share();
    int filled = (int) (share * BAR_WIDTH);
    String bar =
        Text.format(
            "%s [%s%s] %.0f%% of %s%s",
            verb,
            "=".repeat(filled),
            " ".repeat(BAR_WIDTH - filled),
            Math.floor(share * 100),
            Text.bytes(bytes(counts.totalBlocks())),
            // What was asked again needs the room, and tells more.
            rates(recent.getLast().repeats().retries() == 0));
    return bar.substring(0, Math.min(bar.length(), MAX_BAR));
  }

  /** One line that says everything. */
  String line() {
    Progress.Snapshot counts = counts();
    StringBuilder line = new StringBuilder(verb).append(": ");
    line.append(Text.bytes(bytes(counts.blocks())));
    if (counts.totalBlocks() < 0) {
      line.append(" done, total not known");
    } else {
      line.append(" of ").append(Text.bytes(bytes(counts.totalBlocks())));
      line.append(Text.format(" (%.0f%%)", Math.floor(share() * 100)));
    }
    return line.append(rates(true)).toString();
  }

  private String rates(boolean withRatio) {
    Progress.Snapshot counts = counts();
    StringBuilder rates = new StringBuilder();
    rates.append(Text.format(", %.1f MiB/s", bytesPerSecond() / (1 << 20)));
    if (withRatio && counts.storedBytes() > 0) {
      rates.append(", ratio ").append(Text.ratio(bytes(counts.blocks()), counts.storedBytes()));
    }
    rates.append(recent.getLast().repeats().text());
    remaining().ifPresent(left -> rates.append(", ").append(Text.duration(left)).append(" left"));
    return rates.toString();
  }

  /** One JSON object on one line; what is not known is null. Only numbers: nothing to escape. */
  String json() {
    Progress.Snapshot counts = counts();
    Repeats repeats = recent.getLast().repeats();
    boolean known = counts.totalBlocks() >= 0;
    return Text.format(
        "{\"schema\":1,\"progress\":{\"command\":\"%s\",\"doneBytes\":%d,\"totalBytes\":%s,"
            + "\"doneBlocks\":%d,\"totalBlocks\":%s,\"zeroBlocks\":%d,\"storedBytes\":%d,"
            + "\"bytesPerSecond\":%.0f,\"seconds\":%.1f,\"remainingSeconds\":%s,"
            + "\"retries\":%d,\"throttled\":%d,\"allowedPerSecond\":%s}}",
        verb,
        bytes(counts.blocks()),
        known ? bytes(counts.totalBlocks()) : null,
        counts.blocks(),
        known ? counts.totalBlocks() : null,
        counts.zeroBlocks(),
        counts.storedBytes(),
        bytesPerSecond(),
        (recent.getLast().nanos() - first.nanos()) / NANOS,
        remaining().map(Duration::toSeconds).orElse(null),
        repeats.retries(),
        repeats.throttled(),
        repeats.allowedPerSecond().map(rate -> Text.format("%.1f", rate)).orElse(null));
  }

  private Progress.Snapshot counts() {
    return recent.getLast().counts();
  }

  private double share() {
    Progress.Snapshot counts = counts();
    return counts.totalBlocks() == 0 ? 1 : (double) counts.blocks() / counts.totalBlocks();
  }

  private double bytesPerSecond() {
    Sample from = recent.getFirst();
    Sample to = recent.getLast();
    long nanos = to.nanos() - from.nanos();
    long blocks = to.counts().blocks() - from.counts().blocks();
    return nanos == 0 ? 0 : bytes(blocks) * NANOS / nanos;
  }

  /** Nothing until there is something to reckon from. */
  private Optional<Duration> remaining() {
    Progress.Snapshot counts = counts();
    double rate = bytesPerSecond();
    if (counts.totalBlocks() < 0 || rate <= 0) {
      return Optional.empty();
    }
    double seconds = bytes(counts.totalBlocks() - counts.blocks()) / rate;
    return Optional.of(Duration.ofMillis((long) (seconds * 1000)));
  }

  private static long bytes(long blocks) {
    return blocks * Block.SIZE;
  }
}
