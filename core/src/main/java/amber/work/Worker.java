package amber.work;

import java.io.IOException;

/**
 * What one thread of {@link WorkAhead} works with: its buffers and contexts, and the work itself.
 * Used by one thread at a time.
 *
 * @param <I> what it works on
 * @param <R> what comes out
 */
public interface Worker<I, R> extends AutoCloseable {

  /** Works on one item. */
  R run(I item) throws IOException;

  /** Frees what the worker holds; called once, when all work is over. */
  @Override
  void close();
}
