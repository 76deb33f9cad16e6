package amber.work;

import static org.assertj.core.api.Assertions.assertThat;

import amber.work.Retry.Verdict;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RequestFlowTest {

  private static final RetryPolicy POLICY =
      new RetryPolicy(
          4,
          Duration.ofSeconds(5),
          Duration.ofMillis(1),
          Duration.ofMillis(5),
          Duration.ofMinutes(1));

  private final List<String> sent = Collections.synchronizedList(new ArrayList<>());
  private final Retry retry =
      new Retry(
          POLICY, e -> e instanceof FileNotFoundException ? Verdict.FATAL : Verdict.TRANSIENT);
  private final RequestFlow flow =
      new RequestFlow("tests", new Pace("tests", Double.POSITIVE_INFINITY));

  @AfterEach
  void stop() {
    flow.close();
  }

  private interface Sending {
    CompletableFuture<?> send(int number) throws IOException;
  }

  /** A request that remembers how it ended. */
  private final class Sent extends RequestFlow.Request {
    private final String name;
    private final Sending sending;
    private final Semaphore ends = new Semaphore(0);
    private volatile boolean wanted = true;
    private volatile IOException failure;

    Sent(String name, Sending sending) {
      this.name = name;
      this.sending = sending;
    }

    Sent submit() {
      flow.submit(this);
      return this;
    }

    IOException end() throws InterruptedException {
      assertThat(ends.tryAcquire(20, TimeUnit.SECONDS)).as("%s ends", name).isTrue();
      return failure;
    }

    @Override
    protected boolean isWanted() {
      return wanted;
    }

    @Override
    protected Retry retry() {
      return retry;
    }

    @Override
    protected CompletableFuture<?> send(int number) throws IOException {
      sent.add(name + number);
      return sending.send(number);
    }

    @Override
    protected IOException worded(Throwable thrown) {
      return thrown instanceof IOException known ? known : new IOException(name, thrown);
    }

    @Override
    protected void arrived() {
      ends.release();
    }

    @Override
    protected void failed(IOException why) {
      failure = why;
      ends.release();
    }
  }

  private static CompletableFuture<?> answered() {
    return CompletableFuture.completedFuture("");
  }

  private static CompletableFuture<?> failed(IOException failure) {
    return CompletableFuture.failedFuture(failure);
  }

  @Test
  void requestsAreSentInTheirOrderAndNobodyWaitsForAnswers() throws InterruptedException {
    CompletableFuture<Object> late = new CompletableFuture<>();
    Sent first = new Sent("a", number -> late).submit();
    Sent second = new Sent("b", number -> answered()).submit();
    Sent third = new Sent("c", number -> answered()).submit();
    assertThat(second.end()).isNull();
    assertThat(third.end()).isNull();
    assertThat(sent).containsExactly("a1", "b1", "c1");
    assertThat(first.ends.availablePermits()).isZero();
    late.complete("");
    assertThat(first.end()).isNull();
  }

  @Test
  void whatFailsForAMomentIsSentAgainAndHoldsNobodyUp() throws InterruptedException {
    Sent failing =
        new Sent("a", number -> number < 4 ? failed(new IOException("busy")) : answered());
    failing.submit();
    assertThat(new Sent("b", number -> answered()).submit().end()).isNull();
    assertThat(failing.end()).isNull();
    assertThat(sent).contains("a1", "a2", "a3", "a4", "b1").hasSize(5);
    assertThat(retry.attempts()).isEqualTo(5);
    assertThat(retry.retries()).isEqualTo(3);
  }

  @Test
  void lastFailureIsTold() throws InterruptedException {
    Sent always = new Sent("a", number -> failed(new IOException("attempt " + number))).submit();
    assertThat(always.end()).hasMessage("attempt 4");
    Sent fatal = new Sent("b", number -> failed(new FileNotFoundException("gone"))).submit();
    assertThat(fatal.end()).isInstanceOf(FileNotFoundException.class);
    Sent unsendable =
        new Sent(
                "c",
                number -> {
                  throw new IOException("no token");
                })
            .submit();
    assertThat(unsendable.end()).hasMessage("no token");
    assertThat(sent).containsExactly("a1", "a2", "a3", "a4", "b1", "c1");
  }

  @Test
  void whatArrivedDamagedIsAnAttemptThatFailed() throws InterruptedException {
    Sent damaged = new Sent("a", number -> answered()).submit();
    for (int i = 0; i < 4; i++) {
      assertThat(damaged.end()).isNull();
      flow.again(damaged, new IOException("damaged"));
    }
    assertThat(damaged.end()).hasMessage("damaged");
    assertThat(sent).containsExactly("a1", "a2", "a3", "a4");
  }

  @Test
  void whatNobodyWantsIsNotSent() throws InterruptedException {
    CompletableFuture<Object> late = new CompletableFuture<>();
    Sent underWay = new Sent("a", number -> late).submit();
    assertThat(new Sent("x", number -> answered()).submit().end()).isNull();
    Sent unwanted = new Sent("b", number -> answered());
    unwanted.wanted = false;
    assertThat(unwanted.submit().end()).hasMessageContaining("no longer wanted");
    underWay.wanted = false;
    late.completeExceptionally(new IOException("busy"));
    assertThat(underWay.end()).hasMessage("busy");
    assertThat(sent).containsExactly("a1", "x1");
  }

  @Test
  void paceIsKept() throws InterruptedException {
    try (RequestFlow slow = new RequestFlow("slow", new Pace("slow", 100))) {
      long began = System.nanoTime();
      List<Sent> requests = new ArrayList<>();
      for (int i = 0; i < 25; i++) {
        requests.add(new Sent("a", number -> answered()));
        slow.submit(requests.get(i));
      }
      for (Sent request : requests) {
        assertThat(request.end()).isNull();
      }
      // 25 at 100 each second, of which a twentieth of a second's worth may be early.
      assertThat(System.nanoTime() - began).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(150));
    }
  }

  @Test
  void closingEndsWhatWasNotSent() throws InterruptedException {
    CountDownLatch never = new CountDownLatch(1);
    CountDownLatch reached = new CountDownLatch(1);
    Sent stuck =
        new Sent(
                "a",
                number -> {
                  reached.countDown();
                  try {
                    never.await();
                  } catch (InterruptedException e) {
                    throw new java.io.InterruptedIOException("interrupted");
                  }
                  return answered();
                })
            .submit();
    assertThat(reached.await(20, TimeUnit.SECONDS)).isTrue();
    Sent waiting = new Sent("b", number -> answered()).submit();
    flow.close();
    assertThat(stuck.end()).hasMessage("interrupted");
    assertThat(waiting.end()).hasMessageContaining("closed");
    assertThat(new Sent("c", number -> answered()).submit().end()).hasMessageContaining("closed");
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().equals("amber-tests") && thread.isAlive());
  }

  @Test
  void closingEndsTheThreadEvenIfTheInterruptIsSwallowed() throws InterruptedException {
    CountDownLatch never = new CountDownLatch(1);
    CountDownLatch reached = new CountDownLatch(1);
    Sent swallowing =
        new Sent(
                "a",
                number -> {
                  reached.countDown();
                  try {
                    never.await();
                  } catch (InterruptedException e) {
                    return failed(new IOException("aborted", e));
                  }
                  return answered();
                })
            .submit();
    assertThat(reached.await(20, TimeUnit.SECONDS)).isTrue();
    long began = System.nanoTime();
    flow.close();
    assertThat(System.nanoTime() - began).isLessThan(TimeUnit.SECONDS.toNanos(5));
    assertThat(swallowing.end()).hasMessageContaining("closed");
  }

  @Test
  void bugIsToldToEverybody() throws InterruptedException {
    Sent bug =
        new Sent(
            "a",
            number -> {
              throw new IllegalStateException("oops");
            });
    bug.submit();
    assertThat(bug.end()).hasMessageContaining("bug").hasRootCauseMessage("oops");
    assertThat(new Sent("b", number -> answered()).submit().end())
        .hasMessageContaining("the thread that sends tests ended");
  }
}
