package amber.work;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/**
 * Calls again what failed for a moment, with pauses of random length that grow. It counts what it
 * does. Many threads may use one.
 */
public final class Retry {

  /** What a failure says about the next attempt. */
  public enum Verdict {
    /** The next attempt would fail as well. */
    FATAL,
    /** The next attempt may succeed. */
    TRANSIENT,
    /**
     * The next two attempts may succeed; if they fail in this way, too, so would all later ones.
     */
    BRIEFLY,
    /** The next attempt may succeed, and the other side asks for fewer calls. */
    THROTTLED
  }

  /**
   * One attempt of a call.
   *
   * @param <T> what comes of it
   */
  @FunctionalInterface
  public interface Attempt<T> {

    /**
     * Tries.
     *
     * @param number 1 for the first
     * @param limit how long it may take; keeping that is the attempt's own duty
     */
    T run(int number, Duration limit) throws IOException;
  }

  /** How to wait; a test's own does not. */
  @FunctionalInterface
  interface Sleeper {
    void sleep(Duration pause) throws InterruptedException;
  }

  private static final int BRIEF_ATTEMPTS = 3;

  private final RetryPolicy policy;
  private final Function<? super IOException, Verdict> classifier;
  private final Sleeper sleeper;
  private final Traffic traffic;
  private final LongAdder attempts = new LongAdder();
  private final LongAdder retries = new LongAdder();
  private final LongAdder throttles = new LongAdder();

  /**
   * Retries by a policy.
   *
   * @param classifier tells which failures are worth another attempt
   */
  public Retry(RetryPolicy policy, Function<? super IOException, Verdict> classifier) {
    this(policy, classifier, new Traffic());
  }

  /**
   * Retries by a policy.
   *
   * @param classifier tells which failures are worth another attempt
   * @param traffic is told of each that is followed by another
   */
  public Retry(
      RetryPolicy policy, Function<? super IOException, Verdict> classifier, Traffic traffic) {
    this(policy, classifier, traffic, pause -> TimeUnit.NANOSECONDS.sleep(pause.toNanos()));
  }

  Retry(RetryPolicy policy, Function<? super IOException, Verdict> classifier, Sleeper sleeper) {
    this(policy, classifier, new Traffic(), sleeper);
  }

  Retry(
      RetryPolicy policy,
      Function<? super IOException, Verdict> classifier,
      Traffic traffic,
      Sleeper sleeper) {
    this.policy = policy;
    this.classifier = classifier;
    this.traffic = traffic;
    this.sleeper = sleeper;
  }

  /** How many attempts were made, by all calls. */
  public long attempts() {
    return attempts.sum();
  }

  /** How many of them were not the first of their call. */
  public long retries() {
    return retries.sum();
  }

  /** How many of them were answered by asking for fewer calls. */
  public long throttles() {
    return throttles.sum();
  }

  /**
   * Calls until it succeeds.
   *
   * @return what the first attempt that succeeded returned
   * @throws IOException the last failure, with the one before it suppressed, if no attempt
   *     succeeded
   */
  public <T> T call(Attempt<T> attempt) throws IOException {
    return call(Duration.ZERO, attempt);
  }

  /**
   * Calls until it succeeds, as {@link #call(Attempt)} does.
   *
   * @param more how much longer than the policy says each attempt may take, and the budget lasts,
   *     because much is sent or received
   */
  public <T> T call(Duration more, Attempt<T> attempt) throws IOException {
    Course course = new Course(policy.budget().plus(more));
    while (true) {
      try {
        return attempt.run(course.begin(), Grace.within(policy.attemptLimit().plus(more)));
      } catch (IOException failure) {
        sleep(course.failed(failure), failure);
      }
    }
  }

  /** The attempts of one call, for who does not stand and wait between them. */
  public Course course() {
    return new Course(policy.budget());
  }

  /** How the attempts of one call went so far. For one thread after the other. */
  public final class Course {
    private final long began = System.nanoTime();
    private final Duration budget;
    private int number;
    private int brief;
    private IOException earlier;

    private Course(Duration budget) {
      this.budget = budget;
    }

    /** Counts an attempt, which begins now, and returns its number, 1 for the first. */
    public int begin() {
      attempts.increment();
      if (number > 0) {
        retries.increment();
      }
      return ++number;
    }

    /**
     * Says that the attempt failed.
     *
     * @return how long to wait before the next one
     * @throws IOException the failure, with the one before it suppressed, if there shall be none
     */
    public Duration failed(IOException failure) throws IOException {
      if (earlier != null && earlier != failure) {
        failure.addSuppressed(earlier);
      }
      earlier = failure;
      Verdict verdict = classifier.apply(failure);
      if (verdict == Verdict.THROTTLED) {
        throttles.increment();
      }
      if (verdict == Verdict.BRIEFLY) {
        brief++;
      }
      Duration pause = pause(number, verdict);
      if (verdict == Verdict.FATAL
          || number >= policy.attempts()
          || brief >= BRIEF_ATTEMPTS
          || System.nanoTime() - began + pause.toNanos() > budget.toNanos()
          || !Grace.allows(pause)) {
        throw failure;
      }
      traffic.again(failure, verdict, number, pause);
      return pause;
    }
  }

  /** Of random length, so that many callers that failed together do not come back together. */
  private Duration pause(int failed, Verdict verdict) {
    long longest = policy.longestDelay(failed).toNanos();
    // One who was asked to slow down does so: never less than half of the longest pause.
    long shortest = verdict == Verdict.THROTTLED ? longest / 2 : 0;
    return Duration.ofNanos(ThreadLocalRandom.current().nextLong(shortest, longest + 1));
  }

  private void sleep(Duration pause, IOException failure) throws InterruptedIOException {
    Traffic.UnderWay pausing = traffic.begin(failure::getMessage);
    try {
      sleeper.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted =
          new InterruptedIOException("interrupted between two attempts");
      interrupted.addSuppressed(failure);
      throw interrupted;
    } finally {
      pausing.close();
    }
  }
}
