package amber.ec2;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * The pages of block tokens that are in use: the last few of all snapshots being read, and so a
 * bound on memory (eight pages of 10,000 tokens, 3 MiB each at the very most).
 */
final class TokenPages {

  private static final int PAGES = 8;

  private record Entry(String snapshotId, BlockPage page) {}

  private final Deque<Entry> entries = new ArrayDeque<>();

  synchronized void add(String snapshotId, BlockPage page) {
    entries.addFirst(new Entry(snapshotId, page));
    if (entries.size() > PAGES) {
      entries.removeLast();
    }
  }

  /** The newest page that speaks of a block. */
  synchronized Optional<BlockPage> find(String snapshotId, int index) {
    for (Entry entry : entries) {
      if (entry.snapshotId().equals(snapshotId) && entry.page().covers(index)) {
        return Optional.of(entry.page());
      }
    }
    return Optional.empty();
  }

  synchronized void dropListing(String snapshotId, long listing) {
    entries.removeIf(
        entry -> entry.snapshotId().equals(snapshotId) && entry.page().listing() == listing);
  }

  synchronized void drop(String snapshotId) {
    entries.removeIf(entry -> entry.snapshotId().equals(snapshotId));
  }
}
