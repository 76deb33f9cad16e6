package amber.s3;

import amber.store.StoreLog;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells a log of parts in their order, in whatever order they are stored. Many threads may use it;
 * the log hears one at a time, and nothing after {@link #end}.
 */
final class PartLog {

  private static final StoreLog DEAF =
      new StoreLog() {
        @Override
        public void begun(String token) {}

        @Override
        public void stored(long end, String receipt) {}
      };

  private final StoreLog log;
  private final boolean keeps;
  // Stored while a part before it was not.
  private final Map<Integer, StoredPart> waiting = new HashMap<>();
  private int next;
  private long bytes;
  private boolean told;
  private boolean ended;
  private IOException failure;

  private PartLog(StoreLog log, boolean keeps, List<StoredPart> known) {
    this.log = log;
    this.keeps = keeps;
    this.next = known.size() + 1;
    this.bytes = known.stream().mapToLong(StoredPart::bytes).sum();
    this.told = !known.isEmpty();
  }

  /** Tells nobody. */
  static PartLog none() {
    return new PartLog(DEAF, false, List.of());
  }

  /**
   * Tells a log.
   *
   * @param known the first parts, of which it knows
   */
  static PartLog to(StoreLog log, List<StoredPart> known) {
    return new PartLog(log, true, known);
  }

  /** Tells of what is about to be asked for, which may have its effect without an answer. */
  synchronized void beginning(UploadToken token) throws IOException {
    try {
      log.beginning(token.toString());
    } catch (IOException e) {
      failure = e;
      throw e;
    }
  }

  /** Tells of the upload. */
  synchronized void begun(UploadToken token) throws IOException {
    try {
      log.begun(token.toString());
    } catch (IOException e) {
      failure = e;
      throw e;
    }
  }

  /** Tells of a part and of those behind it that wait for it; or of none, and keeps it in mind. */
  synchronized void stored(StoredPart part) throws IOException {
    if (ended) {
      return;
    }
    if (failure != null) {
      throw failure;
    }
    waiting.put(part.number(), part);
    while (waiting.containsKey(next)) {
      StoredPart first = waiting.remove(next);
      try {
        log.stored(bytes + first.bytes(), first.receipt());
      } catch (IOException e) {
        // None behind it either: it would stand for this one's bytes, too.
        failure = e;
        throw e;
      }
      told = true;
      bytes += first.bytes();
      next++;
    }
  }

  /**
   * Tells nothing from now on. Waits for a call of the log, so that no thread is interrupted while
   * it writes there.
   */
  synchronized void end() {
    ended = true;
  }

  /** Whether a later run may go on with the parts. */
  synchronized boolean isKept() {
    return keeps && told;
  }
}
