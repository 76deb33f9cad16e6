package amber.work;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Works through items on several threads and hands the results back in item order.
 *
 * <p>At most {@code window} results exist at once, counting those being made: that is the bound on
 * memory. The first failure, in item order, is thrown by {@link #next}. Closing stops the work that
 * still runs and waits for the threads to end. For one consuming thread.
 *
 * @param <I> items; their text names them when a wait is given up
 * @param <R> results
 */
public final class WorkAhead<I, R> implements AutoCloseable {

  /** How long one result may take before the run is given up: a dead disk never answers. */
  public static final Duration RESULT_LIMIT = Duration.ofMinutes(30);

  // Enough for the read that a slow disk is busy with, and bearable after Ctrl-C.
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

  private record InFlight<I, R>(I item, Future<R> result) {}

  private final Iterator<? extends I> items;
  private final int window;
  private final Supplier<? extends Worker<? super I, ? extends R>> newWorker;
  private final Duration resultLimit;
  private final ExecutorService threads;
  private final Queue<InFlight<I, R>> inFlight = new ArrayDeque<>();
  private final Queue<Worker<? super I, ? extends R>> idleWorkers = new ConcurrentLinkedQueue<>();
  private boolean closed;

  /**
   * Takes the work on; it begins with the first {@link #next}.
   *
   * @param items in the order in which the results shall come
   * @param threadCount how many work at once, 1 or more
   * @param window how many results may exist at once, {@code threadCount} or more
   * @param newWorker called once for each thread that gets something to do
   */
  public WorkAhead(
      Iterator<? extends I> items,
      int threadCount,
      int window,
      Supplier<? extends Worker<? super I, ? extends R>> newWorker) {
    this(items, threadCount, window, newWorker, RESULT_LIMIT);
  }

  /**
   * As the other, for results that take another time.
   *
   * @param resultLimit how long one result may take
   */
  public WorkAhead(
      Iterator<? extends I> items,
      int threadCount,
      int window,
      Supplier<? extends Worker<? super I, ? extends R>> newWorker,
      Duration resultLimit) {
    if (threadCount < 1 || window < threadCount) {
      throw new IllegalArgumentException(
          "%d threads and a window of %d, should be at least 1 and no fewer than the threads"
              .formatted(threadCount, window));
    }
    this.items = items;
    this.window = window;
    this.newWorker = newWorker;
    this.resultLimit = resultLimit;
    this.threads = Executors.newFixedThreadPool(threadCount, WorkAhead::newThread);
  }

  /** Whether there is a result to come. */
  public boolean hasNext() {
    return !inFlight.isEmpty() || items.hasNext();
  }

  /** Waits for the next result in item order. */
  public R next() throws IOException {
    while (inFlight.size() < window && items.hasNext()) {
      I item = items.next();
      inFlight.add(new InFlight<>(item, threads.submit(() -> work(item))));
    }
    if (inFlight.isEmpty()) {
      throw new NoSuchElementException();
    }
    InFlight<I, R> head = inFlight.remove();
    try {
      return head.result().get(resultLimit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for " + head.item());
    } catch (TimeoutException e) {
      throw new IOException(
          "%s: no result in %d s, given up".formatted(head.item(), resultLimit.toSeconds()), e);
    } catch (ExecutionException e) {
      throw asIOException(e.getCause());
    }
  }

  private R work(I item) throws IOException {
    Worker<? super I, ? extends R> worker = idleWorkers.poll();
    if (worker == null) {
      worker = newWorker.get();
    }
    try {
      return worker.run(item);
    } finally {
      idleWorkers.add(worker);
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    threads.shutdownNow();
    // An interrupt that is already pending must not keep us from waiting for the threads, whose
    // buffers are freed below.
    boolean interrupted = Thread.interrupted();
    boolean ended = false;
    try {
      ended = threads.awaitTermination(Grace.share(CLOSE_LIMIT).toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (ended) {
      // A worker that did not end in time keeps its native memory rather than have it freed in use.
      idleWorkers.forEach(Worker::close);
    }
  }

  private static Thread newThread(Runnable work) {
    Thread thread = new Thread(work, "amber-work");
    thread.setDaemon(true);
    return thread;
  }

  private static IOException asIOException(Throwable failure) {
    if (failure instanceof IOException known) {
      return known;
    }
    if (failure instanceof RuntimeException bug) {
      throw bug;
    }
    if (failure instanceof Error error) {
      throw error;
    }
    return new IOException(failure);
  }
}
