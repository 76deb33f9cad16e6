package amber.work;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sends requests that nobody stands and waits for: in the order in which they come, at a pace, and
 * again after a pause if they failed for a moment. One thread sends; waiting for answers takes
 * none.
 *
 * <p>Nothing here bounds how many are under way: whoever submits holds a buffer for each request,
 * and has only so many. For any number of threads.
 */
public final class RequestFlow implements AutoCloseable {

  /**
   * One request, tried until it arrives or fails for good: exactly one of {@link #arrived} and
   * {@link #failed} is the last that is called.
   */
  public abstract static class Request {
    private Retry.Course course;

    /** What it is about, for who asks what is under way. */
    protected String where() {
      return toString();
    }

    /** Whether anybody still waits for it; if not, it fails and is not sent. */
    protected abstract boolean isWanted();

    /** How it is tried again. */
    protected abstract Retry retry();

    /**
     * Sends it, on the flow's thread.
     *
     * @param number 1 for the first attempt
     * @return what ends when the answer is there, and ends in any case
     * @throws IOException if it cannot be sent, now or ever
     */
    protected abstract CompletableFuture<?> send(int number) throws IOException;

    /** Says in words what went wrong with an answer. */
    protected abstract IOException worded(Throwable thrown);

    /** The answer is there. On whatever thread brought it, which must not be held up. */
    protected abstract void arrived();

    /** There will be no answer. On any thread, which must not be held up. */
    protected abstract void failed(IOException failure);
  }

  // The thread waits for nothing that an interrupt does not end.
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

  private static final AtomicLong SEQUENCE = new AtomicLong();

  /** A request at the time when it shall be sent; of the same time, the first to come first. */
  private record Due(Request request, long nanos, long sequence) implements Delayed {

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(nanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed delayed) {
      Due other = (Due) delayed;
      long later = nanos - other.nanos;
      return later == 0 ? Long.compare(sequence, other.sequence) : Long.signum(later);
    }
  }

  private final String name;
  private final Pace pace;
  private final Traffic traffic;
  private final DelayQueue<Due> queue = new DelayQueue<>();
  private Thread sender;
  private IOException ended;

  /**
   * A flow; its thread begins with the first request.
   *
   * @param name what it sends, for messages and the thread's name
   */
  public RequestFlow(String name, Pace pace) {
    this(name, pace, new Traffic());
  }

  /**
   * A flow; its thread begins with the first request.
   *
   * @param name what it sends, for messages and the thread's name
   * @param traffic is told which requests are under way
   */
  public RequestFlow(String name, Pace pace, Traffic traffic) {
    this.name = name;
    this.pace = pace;
    this.traffic = traffic;
  }

  /** Takes a request on. */
  public void submit(Request request) {
    add(request, Duration.ZERO);
  }

  /** Says of a request that arrived that it has to be tried again, because of what it brought. */
  public void again(Request request, IOException failure) {
    Duration pause;
    try {
      pause = request.course.failed(failure);
    } catch (IOException last) {
      failed(request, last);
      return;
    }
    add(request, pause);
  }

  private void add(Request request, Duration pause) {
    IOException why;
    synchronized (this) {
      why = ended;
      if (why == null) {
        if (sender == null) {
          sender = new Thread(this::run, "amber-" + name);
          sender.setDaemon(true);
          sender.start();
        }
        queue.add(
            new Due(request, System.nanoTime() + pause.toNanos(), SEQUENCE.incrementAndGet()));
      }
    }
    if (why != null) {
      failed(request, new IOException(why.getMessage(), why));
    }
  }

  private void run() {
    IOException why;
    try {
      // What is sent by may swallow an interrupt: the flag tells as well.
      while (!isEnded()) {
        send(queue.take().request());
      }
      why = closed();
    } catch (InterruptedException | InterruptedIOException e) {
      why = closed();
    } catch (RuntimeException | Error e) {
      why = new IOException("bug: the thread that sends %s ended".formatted(name), e);
    }
    end(why);
  }

  private synchronized boolean isEnded() {
    return ended != null;
  }

  private IOException closed() {
    return new IOException(name + ": closed, nothing more is sent");
  }

  private void send(Request request) throws InterruptedIOException {
    if (!request.isWanted()) {
      failed(request, new IOException(name + ": no longer wanted"));
      return;
    }
    CompletableFuture<?> answer;
    try {
      pace.await();
      if (request.course == null) {
        request.course = request.retry().course();
      }
      traffic.begin(request, request::where);
      answer = request.send(request.course.begin());
    } catch (InterruptedIOException e) {
      failed(request, e);
      throw e;
    } catch (IOException e) {
      failed(request, e);
      return;
    } catch (RuntimeException | Error e) {
      failed(request, new IOException("bug: " + e, e));
      throw e;
    }
    // What becomes of it is told to the request.
    CompletableFuture<?> unused =
        answer.whenComplete((something, thrown) -> answered(request, thrown));
  }

  private void answered(Request request, Throwable thrown) {
    if (thrown == null) {
      traffic.moved(1);
      traffic.end(request);
      request.arrived();
    } else if (request.isWanted()) {
      again(request, request.worded(thrown));
    } else {
      failed(request, request.worded(thrown));
    }
  }

  private void failed(Request request, IOException failure) {
    traffic.end(request);
    request.failed(failure);
  }

  private void end(IOException why) {
    synchronized (this) {
      if (ended == null) {
        ended = why;
      }
    }
    for (Due due = queue.peek(); due != null; due = queue.peek()) {
      // Whoever removes it tells it.
      if (queue.remove(due)) {
        failed(due.request(), new IOException(why.getMessage(), why));
      }
    }
  }

  /** Ends the thread. What was not sent yet fails; what is under way is not waited for. */
  @Override
  public void close() {
    Thread running;
    synchronized (this) {
      running = sender;
      if (ended == null) {
        ended = closed();
      }
    }
    if (running == null) {
      return;
    }
    running.interrupt();
    boolean interrupted = Thread.interrupted();
    try {
      running.join(CLOSE_LIMIT.toMillis());
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
