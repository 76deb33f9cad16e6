package amber.block;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the blocks of one piece of work that are under way, and tells when all have arrived. For
 * many threads.
 */
public final class Arrivals {

  // One for the work itself, as long as more blocks may come.
  private final AtomicInteger underWay = new AtomicInteger(1);
  private final Runnable all;

  /**
   * Of no blocks yet.
   *
   * @param all run once, on any thread, when all have arrived and {@link #noMore} was said
   */
  public Arrivals(Runnable all) {
    this.all = all;
  }

  /** One more block is under way; what is returned is run when it has arrived. */
  public Runnable next() {
    underWay.incrementAndGet();
    return this::arrived;
  }

  /** Says that no more blocks come. */
  public void noMore() {
    arrived();
  }

  private void arrived() {
    if (underWay.decrementAndGet() == 0) {
      all.run();
    }
  }
}
