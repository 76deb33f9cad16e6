package amber.emulator.fault;

import amber.emulator.http.CutException;
import amber.emulator.http.Failure;
import amber.emulator.http.FailureException;
import amber.emulator.http.Interference;
import amber.emulator.http.Request;
import amber.emulator.http.Response;
import amber.emulator.http.Service;
import amber.emulator.http.Trouble;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Misbehaviour by script. A script is a list of rules, and a rule is
 *
 * <pre>{@code SERVICE:OPERATION:[CONDITION:]...ACTION}</pre>
 *
 * <p>SERVICE is {@code ebs}, {@code ec2}, {@code s3} or {@code *}; OPERATION is a name such as
 * {@code GetSnapshotBlock} or {@code UploadPart}, or {@code *}. The calls of each rule are counted
 * from 1. Conditions, all of which must hold:
 *
 * <ul>
 *   <li>{@code nth=3}: the third call only
 *   <li>{@code every=10}: each tenth call
 *   <li>{@code first=5}: the first five calls
 *   <li>{@code after=100}: not the first hundred calls
 *   <li>{@code after-part=4}: parts of an upload from the fifth on, in whatever order they come
 *   <li>{@code p=0.01}: one call in a hundred, by chance
 * </ul>
 *
 * <p>Actions, of which a rule has one:
 *
 * <ul>
 *   <li>{@code delay=50ms}, {@code delay=10ms-200ms} (evenly between), {@code delay=~50ms}
 *       (exponentially distributed around a mean): waits, then goes on with the other rules
 *   <li>{@code rate=100}: lets a hundred calls through in a second and throttles the others
 *   <li>{@code throttle}, {@code deny}, {@code expired}: the service's own error for that
 *   <li>{@code status=500}, {@code status=503}: the service's own error of that status; any other
 *       status comes with a body that is not the service's
 *   <li>{@code error=NAME}, with {@code status=}, {@code reason=} and {@code message=} if needed:
 *       this error; {@code status=200} is an error that S3 met after it had begun to answer
 *   <li>{@code cut-before}: closes the connection, and nothing was done
 *   <li>{@code cut-after}: does what was asked for, then closes the connection without an answer
 *   <li>{@code truncate} or {@code truncate=100}: sends half of the body, or so many bytes, then
 *       closes the connection
 *   <li>{@code flip}: changes one bit of the body
 *   <li>{@code flip-request}: changes one bit of the request's body before the service sees it
 *   <li>{@code unseen}: the call does not see the snapshots, images and uploads that were made
 *       since the rule was added; then goes on with the other rules
 *   <li>{@code silence} or {@code silence=5s}: reads nothing more and says nothing, for half an
 *       hour or so long, then closes the connection; nothing was done
 *   <li>{@code silence-after}, {@code silence-after=5s}: the same, but what was asked for was done
 *   <li>{@code drip=1000}: sends the body so many bytes a second
 *   <li>{@code expired-token}: the service's own error for credentials whose session has ended
 * </ul>
 *
 * <p>The first rule that answers wins. Whether a call meets a rule depends on the seed, the rule
 * and the number of the call only, so that a run can be repeated: which request has which number is
 * up to the client.
 */
public final class Faults implements Interference {

  private final long seed;
  private final Clock clock;
  private final List<Active> rules = new CopyOnWriteArrayList<>();
  private final Map<String, AtomicLong> calls = new ConcurrentHashMap<>();
  private final Map<String, AtomicLong> bytes = new ConcurrentHashMap<>();
  private final Silence silence = new Silence();

  /** No rules yet; {@code seed} decides what is left to chance. */
  public Faults(long seed, Clock clock) {
    this.seed = seed;
    this.clock = clock;
  }

  /** A rule with the number of the calls that it was about. */
  private record Active(
      FaultRule rule, Instant added, AtomicLong calls, AtomicLong met, Bucket bucket) {}

  /** Adds a rule; throws {@link FaultScriptException} when it says nothing that can be done. */
  public void add(String rule) {
    FaultRule parsed = FaultParser.parse(rule);
    rules.add(
        new Active(parsed, clock.instant(), new AtomicLong(), new AtomicLong(), new Bucket(clock)));
  }

  /** Takes all rules away, and ends every silence. */
  public void clear() {
    rules.clear();
    silence.end();
  }

  /** How many calls of an operation came in, whatever became of them. */
  public long calls(String service, String operation) {
    AtomicLong count = calls.get(service + ":" + operation);
    return count == null ? 0 : count.get();
  }

  /** How many bytes the bodies of the calls of an operation had, as their headers say. */
  public long bytes(String service, String operation) {
    AtomicLong count = bytes.get(service + ":" + operation);
    return count == null ? 0 : count.get();
  }

  /** How many calls of each operation came in, by the service's and the operation's name. */
  public SortedMap<String, Long> calls() {
    SortedMap<String, Long> counts = new TreeMap<>();
    calls.forEach((operation, count) -> counts.put(operation, count.get()));
    return counts;
  }

  /** How many calls a rule was applied to; 0 for a rule that was never added. */
  public long met(String rule) {
    return rules.stream()
        .filter(active -> active.rule().text().equals(rule))
        .mapToLong(active -> active.met().get())
        .sum();
  }

  @Override
  public Response around(Service service, String operation, Request request, Call call)
      throws IOException {
    // Whoever sees that a call has come may take the rules away, and it has met them all the same.
    long wakings = silence.wakings();
    List<Drawn> met = draw(service.name(), operation, part(request));
    count(service.name() + ":" + operation, request);
    for (Drawn drawn : met) {
      if (drawn.action() instanceof Action.Delay delay) {
        pause(delay, drawn.random());
      } else if (drawn.action() instanceof Action.FlipRequest) {
        BrokenBody.flip(request, drawn.random());
      } else if (drawn.action() instanceof Action.Unseen) {
        request.seeOnlyUntil(drawn.added());
      } else {
        return apply(drawn, wakings, service, request, call);
      }
    }
    return call.run();
  }

  private void count(String name, Request request) {
    calls.computeIfAbsent(name, key -> new AtomicLong()).incrementAndGet();
    request
        .header("x-amz-decoded-content-length")
        .or(() -> request.header("Content-Length"))
        .ifPresent(
            length ->
                bytes
                    .computeIfAbsent(name, key -> new AtomicLong())
                    .addAndGet(Long.parseLong(length)));
  }

  /** A rule that a call met, and the chance that goes with it. */
  private record Drawn(Action action, Instant added, SplittableRandom random) {}

  private List<Drawn> draw(String service, String operation, OptionalLong part) {
    List<Drawn> drawn = new ArrayList<>();
    for (Active active : rules) {
      FaultRule rule = active.rule();
      if (rule.concerns(service, operation)) {
        long call = active.calls().incrementAndGet();
        SplittableRandom random =
            new SplittableRandom(seed ^ rule.text().hashCode() * 0x9E3779B97F4A7C15L ^ call);
        boolean met = rule.when().holds(call, part, random.nextDouble());
        boolean through =
            rule.action() instanceof Action.Rate rate && active.bucket().take(rate.perSecond());
        if (met && !through) {
          active.met().incrementAndGet();
          drawn.add(new Drawn(rule.action(), active.added(), random));
        }
      }
    }
    return drawn;
  }

  /** The number of the part of an upload that a call is about. */
  private static OptionalLong part(Request request) {
    String number = request.target().parameter("partNumber").orElse("");
    return number.matches("\\d{1,9}")
        ? OptionalLong.of(Long.parseLong(number))
        : OptionalLong.empty();
  }

  private Response apply(Drawn drawn, long wakings, Service service, Request request, Call call)
      throws IOException {
    Action action = drawn.action();
    if (action instanceof Action.CutBefore) {
      throw new CutException("before the effect");
    }
    if (action instanceof Action.CutAfter) {
      BrokenBody.discard(finished(service, request, call));
      throw new CutException("after the effect");
    }
    if (action instanceof Action.Silence still) {
      if (!still.before()) {
        BrokenBody.discard(finished(service, request, call));
      }
      silence.keep(still.length(), wakings);
      throw new CutException("after a silence");
    }
    if (action instanceof Action.Drip drip) {
      return BrokenBody.dripping(finished(service, request, call), drip.bytesPerSecond());
    }
    if (action instanceof Action.Truncate truncate) {
      return BrokenBody.truncated(finished(service, request, call), truncate.bytes());
    }
    if (action instanceof Action.Flip) {
      return BrokenBody.flipped(finished(service, request, call), drawn.random());
    }
    return service.word(failure(action, service), request.id());
  }

  private static Failure failure(Action action, Service service) {
    if (action instanceof Action.Answer answer) {
      return answer.failure();
    }
    if (action instanceof Action.Status status) {
      return Failure.of(status.status(), "Http" + status.status(), "asked for by a fault script");
    }
    return service.failure(
        action instanceof Action.Refuse refuse ? refuse.trouble() : Trouble.THROTTLED);
  }

  private static Response finished(Service service, Request request, Call call) throws IOException {
    try {
      return call.run();
    } catch (FailureException e) {
      return service.word(e.failure(), request.id());
    }
  }

  private static void pause(Action.Delay delay, SplittableRandom random) throws IOException {
    long least = delay.least().toNanos();
    long most = delay.most().toNanos();
    double nanos =
        delay.exponential()
            ? Math.min(-Math.log(1 - random.nextDouble()), 10) * most
            : least + random.nextDouble() * (most - least);
    try {
      Thread.sleep(Duration.ofNanos((long) nanos).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException stopped = new InterruptedIOException("the emulator is stopping");
      stopped.initCause(e);
      throw stopped;
    }
  }

  /** A second's worth of calls, which fills up steadily. */
  private static final class Bucket {

    private final Clock clock;
    private double tokens = -1;
    private Instant last = Instant.MIN;

    Bucket(Clock clock) {
      this.clock = clock;
    }

    synchronized boolean take(int perSecond) {
      Instant now = clock.instant();
      tokens =
          tokens < 0
              ? perSecond
              : Math.min(
                  perSecond, tokens + Duration.between(last, now).toNanos() / 1e9 * perSecond);
      last = now;
      if (tokens < 1) {
        return false;
      }
      tokens--;
      return true;
    }
  }
}
