package amber.benchmark.server;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Everything that requests share: the conditions of now, what was counted, and the snapshots. */
final class Bench {

  /** What holds from one setting of the conditions to the next. */
  record Round(Conditions conditions, Quota gets, Quota puts, Tally tally) {
    static Round of(Conditions conditions) {
      return new Round(
          conditions, new Quota(conditions.quota()), new Quota(conditions.quota()), new Tally());
    }
  }

  /** A snapshot being written: of its blocks, only the checksums are remembered. */
  record NewSnapshot(String id, int sizeGiB, AtomicReferenceArray<String> checksums) {
    static NewSnapshot of(String id, int sizeGiB) {
      int count = Math.toIntExact(((long) sizeGiB << 30) / SourceSnapshot.BLOCK_BYTES);
      return new NewSnapshot(id, sizeGiB, new AtomicReferenceArray<>(count));
    }

    String linear() {
      String[] all = new String[checksums.length()];
      for (int i = 0; i < all.length; i++) {
        all[i] = checksums.get(i);
      }
      return SourceSnapshot.linear(all);
    }
  }

  private final Map<String, SourceSnapshot> sources = new ConcurrentHashMap<>();
  private final Map<String, NewSnapshot> targets = new ConcurrentHashMap<>();
  private final AtomicInteger lastTarget = new AtomicInteger();
  private volatile Round round = Round.of(Conditions.PLAIN);

  Bench(List<SourceSnapshot> sources) {
    sources.forEach(source -> this.sources.put(source.id(), source));
  }

  Round round() {
    return round;
  }

  /** Counts from nothing, under other conditions. */
  void begin(Conditions conditions) {
    targets.clear();
    round = Round.of(conditions);
  }

  SourceSnapshot source(String id) {
    return sources.get(id);
  }

  NewSnapshot target(String id) {
    return targets.get(id);
  }

  NewSnapshot newTarget(int sizeGiB) {
    String id = "snap-1%016x".formatted(lastTarget.incrementAndGet());
    NewSnapshot target = NewSnapshot.of(id, sizeGiB);
    targets.put(id, target);
    return target;
  }

  /** The size of any snapshot, or 0. */
  int sizeGiB(String id) {
    if (source(id) != null) {
      return source(id).sizeGiB();
    }
    return target(id) == null ? 0 : target(id).sizeGiB();
  }

  /** Whether a source has exactly these blocks. */
  boolean isCopyOfSource(String linear) {
    return sources.values().stream().anyMatch(source -> source.linear().equals(linear));
  }
}
