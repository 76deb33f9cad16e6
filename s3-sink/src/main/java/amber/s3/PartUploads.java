package amber.s3;

import amber.work.Grace;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Parts of one upload that are sent at once, a thread each. For one thread that hands them on.
 * Closing stops what is being sent.
 *
 * @param <T> what is known of a part that is stored
 */
final class PartUploads<T> implements AutoCloseable {

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(20);

  /** The sending of one part, which may take long. */
  @FunctionalInterface
  interface Sending<T> {
    /** Sends it as part number so. */
    T run(int number) throws IOException;
  }

  private final S3Location location;
  private final int earlier;
  private final int maxParts;
  private final int mostAhead;
  private final Duration partLimit;
  private final ExecutorService threads;
  private final Semaphore slots;
  private final List<Future<T>> parts = new ArrayList<>();
  private final AtomicReference<IOException> failure = new AtomicReference<>();
  private int oldest;

  PartUploads(S3Location location, PartPlan plan) {
    this(location, plan, 0);
  }

  /**
   * Parts behind those that an earlier run has stored.
   *
   * @param earlier how many these are
   */
  PartUploads(S3Location location, PartPlan plan, int earlier) {
    this.location = location;
    this.earlier = earlier;
    this.maxParts = plan.limits().maxParts();
    this.mostAhead = 2 * plan.inFlight();
    this.partLimit = plan.partLimit();
    this.slots = new Semaphore(plan.inFlight());
    this.threads = Executors.newFixedThreadPool(plan.inFlight(), PartUploads::newThread);
  }

  /**
   * Sends a part as soon as fewer than the most are being sent, and does not wait for its end. What
   * is stored behind a part that is not would be sent again by a later run, so that it does not
   * become more than twice what is sent at once.
   */
  void send(Sending<T> part) throws IOException {
    if (earlier + parts.size() >= maxParts) {
      throw new IOException(
          "%s: needs more parts, should be at most %d".formatted(location, maxParts));
    }
    awaitOldest();
    awaitSlot();
    requireNoFailure();
    int number = earlier + parts.size() + 1;
    parts.add(threads.submit(() -> store(number, part)));
  }

  private void awaitOldest() throws IOException {
    while (oldest < parts.size() && parts.get(oldest).isDone()) {
      oldest++;
    }
    if (parts.size() - oldest >= mostAhead) {
      await(oldest);
    }
  }

  private void awaitSlot() throws IOException {
    try {
      if (!slots.tryAcquire(partLimit.toSeconds(), TimeUnit.SECONDS)) {
        throw new IOException(
            "%s: no part was stored in %d s, given up".formatted(location, partLimit.toSeconds()));
      }
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private T store(int number, Sending<T> part) throws IOException {
    try {
      return part.run(number);
    } catch (IOException e) {
      failure.compareAndSet(null, e);
      throw e;
    } finally {
      slots.release();
    }
  }

  private void requireNoFailure() throws IOException {
    IOException first = failure.get();
    if (first != null) {
      throw first;
    }
  }

  /** Waits until all parts that were sent are stored, and returns them in their order. */
  List<T> await() throws IOException {
    List<T> stored = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      stored.add(await(i));
    }
    return stored;
  }

  private T await(int index) throws IOException {
    try {
      return parts.get(index).get(partLimit.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw interrupted();
    } catch (TimeoutException e) {
      throw new IOException(
          "%s: part %d was not stored in %d s, given up"
              .formatted(location, earlier + index + 1, partLimit.toSeconds()),
          e);
    } catch (ExecutionException e) {
      requireNoFailure();
      throw new IllegalStateException("bug: a part could not be sent", e.getCause());
    }
  }

  private InterruptedIOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException(location + ": interrupted while parts are being stored");
  }

  @Override
  public void close() {
    threads.shutdownNow();
    boolean interrupted = Thread.interrupted();
    try {
      Duration limit = Grace.share(CLOSE_LIMIT);
      if (!threads.awaitTermination(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        // What arrives later is looked for when the upload is aborted.
        failure.compareAndSet(null, new IOException("a part is still being sent"));
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static Thread newThread(Runnable work) {
    Thread thread = new Thread(work, "amber-work-s3");
    thread.setDaemon(true);
    return thread;
  }
}
