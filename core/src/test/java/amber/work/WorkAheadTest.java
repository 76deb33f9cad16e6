package amber.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import amber.fixture.LeakCheck;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkAheadTest {

  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  private interface Work {
    Integer run(Integer item) throws IOException;
  }

  /** Workers that count how many were made and closed. */
  private static final class Workers implements Supplier<Worker<Integer, Integer>> {
    private final Work work;
    private final AtomicInteger made = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();

    Workers(Work work) {
      this.work = work;
    }

    @Override
    public Worker<Integer, Integer> get() {
      made.incrementAndGet();
      return new Worker<>() {
        private final AtomicInteger users = new AtomicInteger();

        @Override
        public Integer run(Integer item) throws IOException {
          assertThat(users.incrementAndGet()).as("threads in one worker").isEqualTo(1);
          try {
            return work.run(item);
          } finally {
            users.decrementAndGet();
          }
        }

        @Override
        public void close() {
          closed.incrementAndGet();
        }
      };
    }
  }

  private static Iterator<Integer> items(int count) {
    return IntStream.range(0, count).iterator();
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 5", "3, 3", "3, 4", "8, 20"})
  void resultsComeInItemOrderAndTheWindowIsKept(int threads, int window) throws IOException {
    AtomicInteger existing = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Workers workers =
        new Workers(
            item -> {
              most.accumulateAndGet(existing.incrementAndGet(), Math::max);
              // Some take longer, so that they end in another order.
              int nothing = item % 7 == 0 ? IntStream.range(0, 50_000).map(i -> 0).sum() : 0;
              return item * 2 + nothing;
            });
    List<Integer> results = new ArrayList<>();
    try (WorkAhead<Integer, Integer> ahead =
        new WorkAhead<>(items(200), threads, window, workers)) {
      while (ahead.hasNext()) {
        results.add(ahead.next());
        existing.decrementAndGet();
      }
      assertThatThrownBy(ahead::next).isInstanceOf(NoSuchElementException.class);
    }
    assertThat(results).isEqualTo(IntStream.range(0, 200).mapToObj(i -> i * 2).toList());
    assertThat(most.get()).isLessThanOrEqualTo(window);
    assertThat(workers.made.get()).isBetween(1, threads);
    assertThat(workers.closed.get()).isEqualTo(workers.made.get());
  }

  @Test
  void nothingRunsBeforeTheFirstResultIsAskedFor() {
    Workers workers = new Workers(item -> item);
    try (WorkAhead<Integer, Integer> ahead = new WorkAhead<>(items(5), 2, 2, workers)) {
      assertThat(ahead.hasNext()).isTrue();
    }
    assertThat(workers.made.get()).isZero();
  }

  @Test
  void noItemsGiveNoResults() {
    try (WorkAhead<Integer, Integer> ahead =
        new WorkAhead<>(Collections.emptyIterator(), 2, 2, new Workers(item -> item))) {
      assertThat(ahead.hasNext()).isFalse();
    }
  }

  @Test
  void firstFailureInItemOrderIsThrown() throws IOException {
    CountDownLatch secondFailed = new CountDownLatch(1);
    Workers workers =
        new Workers(
            item -> {
              if (item == 2) {
                secondFailed.countDown();
                throw new IOException("item 2");
              }
              if (item == 1) {
                await(secondFailed);
                throw new IOException("item 1");
              }
              return item;
            });
    try (WorkAhead<Integer, Integer> ahead = new WorkAhead<>(items(9), 3, 3, workers)) {
      assertThat(ahead.next()).isZero();
      assertThatThrownBy(ahead::next).isExactlyInstanceOf(IOException.class).hasMessage("item 1");
    }
    assertThat(workers.closed.get()).isEqualTo(workers.made.get());
  }

  @Test
  void bugsAreThrownAsTheyAre() {
    IllegalStateException bug = new IllegalStateException("bug");
    Workers workers =
        new Workers(
            item -> {
              throw bug;
            });
    try (WorkAhead<Integer, Integer> ahead = new WorkAhead<>(items(1), 1, 1, workers)) {
      assertThatThrownBy(ahead::next).isSameAs(bug);
    }
  }

  @Test
  void closeStopsTheWorkThatRuns() throws IOException {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    AtomicInteger interrupted = new AtomicInteger();
    Workers workers =
        new Workers(
            item -> {
              if (item == 0) {
                return 0;
              }
              running.countDown();
              try {
                never.await();
              } catch (InterruptedException e) {
                interrupted.incrementAndGet();
              }
              return item;
            });
    WorkAhead<Integer, Integer> ahead = new WorkAhead<>(items(100), 2, 4, workers);
    assertThat(ahead.next()).isZero();
    await(running);
    ahead.close();
    ahead.close();
    assertThat(interrupted.get()).isBetween(1, 2);
    assertThat(workers.closed.get()).isEqualTo(workers.made.get());
  }

  @Test
  void hungWorkerIsGivenUpAndNamed() {
    CountDownLatch never = new CountDownLatch(1);
    Workers workers =
        new Workers(
            item -> {
              await(never);
              return item;
            });
    try (WorkAhead<Integer, Integer> ahead =
        new WorkAhead<>(items(1), 1, 1, workers, Duration.ofMillis(50))) {
      assertThatThrownBy(ahead::next)
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("0: no result in");
    }
  }

  @Test
  void interruptWhileWaitingIsKept() {
    CountDownLatch never = new CountDownLatch(1);
    Thread consumer = Thread.currentThread();
    Workers workers =
        new Workers(
            item -> {
              consumer.interrupt();
              await(never);
              return item;
            });
    try (WorkAhead<Integer, Integer> ahead = new WorkAhead<>(items(3), 1, 1, workers)) {
      assertThatThrownBy(ahead::next).isInstanceOf(InterruptedIOException.class);
    }
    assertThat(Thread.interrupted()).isTrue();
    assertThat(workers.closed.get()).isEqualTo(workers.made.get());
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "-1, 1", "2, 1"})
  void windowMustHoldEveryThread(int threads, int window) {
    assertThatThrownBy(() -> new WorkAhead<>(items(1), threads, window, new Workers(item -> item)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static void await(CountDownLatch latch) throws InterruptedIOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new InterruptedIOException("interrupted");
    }
  }
}
