package amber.work;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Does one thing after the other beside what its owner does, on a thread of its own. For one owning
 * thread.
 */
public final class Aside implements Closeable {

  // A disk that takes longer never answers.
  private static final Duration LIMIT = Duration.ofMinutes(30);

  // What is under way is not broken off, but an end is not held up for long either.
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  /** Something to do. */
  @FunctionalInterface
  public interface Work {
    /** Does it. */
    void run() throws IOException;
  }

  private final String name;
  private final ExecutorService thread = Executors.newSingleThreadExecutor(Aside::newThread);
  private Future<?> last;

  /**
   * Does nothing yet.
   *
   * @param name what it is about, to be named when a wait is given up
   */
  public Aside(String name) {
    this.name = name;
  }

  /**
   * Begins something, unless what was begun before is still being done.
   *
   * @return whether it was begun
   * @throws IOException if what was begun before failed
   */
  public boolean begin(Work work) throws IOException {
    if (last != null && !last.isDone()) {
      return false;
    }
    await();
    last =
        thread.submit(
            () -> {
              work.run();
              return null;
            });
    return true;
  }

  /**
   * Waits until what was begun last is done.
   *
   * @throws IOException if it failed
   */
  public void await() throws IOException {
    if (last == null) {
      return;
    }
    try {
      last.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException(name + ": interrupted while it is written");
    } catch (TimeoutException e) {
      throw new IOException(
          "%s: was not written in %d s, given up".formatted(name, LIMIT.toSeconds()), e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException known) {
        throw known;
      }
      throw new IllegalStateException("bug: " + e.getCause().getMessage(), e.getCause());
    }
  }

  /** Ends it, after what is under way if that does not take long. Safe to call again. */
  @Override
  public void close() {
    thread.shutdown();
    boolean interrupted = Thread.interrupted();
    try {
      if (!thread.awaitTermination(Grace.share(CLOSE_LIMIT).toMillis(), TimeUnit.MILLISECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      interrupted = true;
      thread.shutdownNow();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static Thread newThread(Runnable work) {
    Thread thread = new Thread(work, "amber-work-aside");
    thread.setDaemon(true);
    return thread;
  }
}
