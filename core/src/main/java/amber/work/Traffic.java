package amber.work;

import amber.work.Retry.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * What the requests of one run tell while they are under way: which they are, how many bytes moved,
 * and what had to be asked again. For any number of threads.
 */
public final class Traffic {

  /**
   * How long a connection may be still with a request under way, unless somebody says otherwise.
   */
  public static final Duration STILL_LIMIT = Duration.ofSeconds(30);

  /** The least that HTTP clients can tell. */
  public static final Duration SHORTEST_STILL_LIMIT = Duration.ofSeconds(2);

  private static final int NAMED = 5;

  /**
   * What HTTP clients say of a connection that they closed at {@link #stillLimit}: the CRT's, and
   * Netty's when it waited for an answer, or to send.
   */
  private static final List<String> STILL =
      List.of("throughput minimum", "Read timed out", "Write timed out");

  /** Is told of each attempt that failed and is followed by another. */
  @FunctionalInterface
  public interface Listener {

    /**
     * Hears of it, on the thread that asks, which must not be held up.
     *
     * @param failure says which request, and why
     * @param verdict {@code TRANSIENT} or {@code THROTTLED}
     * @param number of the attempt that failed, 1 for the first
     * @param pause until the next one
     */
    void again(IOException failure, Verdict verdict, int number, Duration pause);
  }

  /** Something that is under way until it is closed. */
  public interface UnderWay extends AutoCloseable {
    @Override
    void close();
  }

  private record Begun(Supplier<String> what, long nanos) {}

  private final Duration stillLimit;
  private final Listener listener;
  private final LongAdder moved = new LongAdder();
  private final LongAdder retries = new LongAdder();
  private final LongAdder throttles = new LongAdder();
  private final AtomicInteger waits = new AtomicInteger();
  private final Map<Object, Begun> underWay = new ConcurrentHashMap<>();
  private final Queue<Pace> paces = new ConcurrentLinkedQueue<>();

  /** Traffic that nobody listens to. */
  public Traffic() {
    this(STILL_LIMIT, (failure, verdict, number, pause) -> {});
  }

  /**
   * Traffic.
   *
   * @param stillLimit how long no byte may move on a connection with a request under way, before
   *     the request is tried again on another one; whole seconds, 2 or more
   */
  public Traffic(Duration stillLimit, Listener listener) {
    if (stillLimit.compareTo(SHORTEST_STILL_LIMIT) < 0) {
      throw new IllegalArgumentException(
          "a connection may be still for %s, should be %d s or more"
              .formatted(stillLimit, SHORTEST_STILL_LIMIT.toSeconds()));
    }
    this.stillLimit = stillLimit;
    this.listener = listener;
  }

  /** How long no byte may move on a connection with a request under way. */
  public Duration stillLimit() {
    return stillLimit;
  }

  /**
   * Whether a request failed because nothing moved on its connection.
   *
   * @param said by an HTTP client of the SDK
   */
  public static boolean isStill(String said) {
    return STILL.stream().anyMatch(said::contains);
  }

  /** The same, for people. */
  public String still() {
    return "no byte moved for %d s on the connection".formatted(stillLimit.toSeconds());
  }

  /** Counts bytes that went out or came in. */
  public void moved(long bytes) {
    moved.add(bytes);
  }

  /** What grows while bytes move. */
  public long movedBytes() {
    return moved.sum();
  }

  /** Says that a request, or something else that moves bytes to or from elsewhere, is under way. */
  public UnderWay begin(Supplier<String> what) {
    Object key = new Object();
    begin(key, what);
    return () -> end(key);
  }

  void begin(Object key, Supplier<String> what) {
    underWay.putIfAbsent(key, new Begun(what, System.nanoTime()));
  }

  void end(Object key) {
    underWay.remove(key);
  }

  /**
   * Says that the other side has something to do during which no byte moves; that has its limit.
   */
  public UnderWay waiting() {
    waits.incrementAndGet();
    return () -> {
      // The clock of those who look whether anything moves begins anew.
      moved.increment();
      waits.decrementAndGet();
    };
  }

  /** Whether some byte should move: something is under way, and nobody has to wait for it. */
  boolean shouldMove() {
    return waits.get() == 0 && !underWay.isEmpty();
  }

  /** The requests under way, those that are under way for longest first; some of many. */
  public List<String> underWay() {
    List<Begun> oldestFirst =
        underWay.values().stream().sorted(Comparator.comparingLong(Begun::nanos)).toList();
    List<String> names = new ArrayList<>();
    oldestFirst.stream().limit(NAMED).forEach(begun -> names.add(begun.what().get()));
    if (oldestFirst.size() > NAMED) {
      names.add("%d more".formatted(oldestFirst.size() - NAMED));
    }
    return List.copyOf(names);
  }

  void again(IOException failure, Verdict verdict, int number, Duration pause) {
    retries.increment();
    if (verdict == Verdict.THROTTLED) {
      throttles.increment();
    }
    listener.again(failure, verdict, number, pause);
  }

  /** How often a request was asked again. */
  public long retries() {
    return retries.sum();
  }

  /** How often that was because the other side asked for fewer. */
  public long throttles() {
    return throttles.sum();
  }

  /** Says that requests are sent at this pace. */
  public void goesBy(Pace pace) {
    paces.add(pace);
  }

  /** How many requests each second the slowest pace now allows of those that were complained of. */
  public Optional<Double> allowedPerSecond() {
    return paces.stream()
        .filter(pace -> pace.complaints() > 0 && Double.isFinite(pace.perSecond()))
        .map(Pace::perSecond)
        .min(Comparator.naturalOrder());
  }
}
