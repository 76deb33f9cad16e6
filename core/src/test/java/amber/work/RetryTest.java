package amber.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import amber.work.Retry.Verdict;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetryTest {

  private static final RetryPolicy POLICY =
      new RetryPolicy(
          5,
          Duration.ofSeconds(7),
          Duration.ofMillis(100),
          Duration.ofMillis(300),
          Duration.ofMinutes(1));

  private final List<Duration> pauses = new ArrayList<>();

  private Retry retry(RetryPolicy policy) {
    return new Retry(policy, RetryTest::verdict, pauses::add);
  }

  private static Verdict verdict(IOException failure) {
    if (failure instanceof FileNotFoundException) {
      return Verdict.FATAL;
    }
    return switch (failure.getMessage()) {
      case "slow down" -> Verdict.THROTTLED;
      case "what time is it" -> Verdict.BRIEFLY;
      default -> Verdict.TRANSIENT;
    };
  }

  private static Retry.Attempt<Integer> failing(int times, String message) {
    return (number, limit) -> {
      assertThat(limit).isEqualTo(POLICY.attemptLimit());
      if (number <= times) {
        throw new IOException(message);
      }
      return number;
    };
  }

  @Test
  void firstSuccessIsTheResult() throws IOException {
    Retry retry = retry(POLICY);
    assertThat(retry.call(failing(0, "x"))).isEqualTo(1);
    assertThat(retry.call(failing(3, "x"))).isEqualTo(4);
    assertThat(retry.attempts()).isEqualTo(5);
    assertThat(retry.retries()).isEqualTo(3);
    assertThat(retry.throttles()).isZero();
  }

  @Test
  void callThatMovesMuchHasALongerLimitAndBudget() {
    RetryPolicy brief =
        new RetryPolicy(
            3,
            Duration.ofSeconds(7),
            Duration.ofHours(1),
            Duration.ofHours(1),
            Duration.ofNanos(1));
    List<Duration> limits = new ArrayList<>();
    Retry.Attempt<Integer> failing =
        (number, limit) -> {
          limits.add(limit);
          throw new IOException("x");
        };
    assertThatThrownBy(() -> retry(brief).call(failing)).hasMessage("x");
    assertThat(limits).containsExactly(Duration.ofSeconds(7));
    limits.clear();
    assertThatThrownBy(() -> retry(brief).call(Duration.ofHours(9), failing)).hasMessage("x");
    assertThat(limits).hasSize(3).containsOnly(Duration.ofHours(9).plusSeconds(7));
  }

  @Test
  void lastFailureIsThrownWithTheOneBefore() {
    Retry retry = retry(POLICY);
    assertThatThrownBy(
            () ->
                retry.call(
                    (number, limit) -> {
                      throw new IOException("attempt " + number);
                    }))
        .hasMessage("attempt 5")
        .satisfies(e -> assertThat(e.getSuppressed()[0]).hasMessage("attempt 4"));
    assertThat(pauses).hasSize(4);
  }

  @Test
  void fatalFailureIsThrownAtOnce() {
    Retry retry = retry(POLICY);
    assertThatThrownBy(
            () ->
                retry.call(
                    (number, limit) -> {
                      throw new FileNotFoundException("gone");
                    }))
        .isInstanceOf(FileNotFoundException.class);
    assertThat(retry.attempts()).isEqualTo(1);
    assertThat(pauses).isEmpty();
  }

  @Test
  void whatAnotherAttemptMayMendIsTriedTwiceMore() throws IOException {
    Retry retry = retry(POLICY);
    assertThat(retry.call(failing(2, "what time is it"))).isEqualTo(3);
    assertThatThrownBy(() -> retry.call(failing(3, "what time is it")))
        .hasMessage("what time is it");
    assertThat(retry.attempts()).isEqualTo(6);
  }

  @Test
  void pausesGrowUpToTheirLimitAndAreNotAllTheSame() throws IOException {
    for (int i = 0; i < 200; i++) {
      retry(POLICY).call(failing(4, "x"));
    }
    long[] longest = {100, 200, 300, 300};
    for (int i = 0; i < pauses.size(); i++) {
      assertThat(pauses.get(i)).isBetween(Duration.ZERO, Duration.ofMillis(longest[i % 4]));
    }
    assertThat(pauses.stream().distinct().count()).isGreaterThan(600);
  }

  @Test
  void throttledCallerWaitsAtLeastHalfThePause() throws IOException {
    Retry retry = retry(POLICY);
    retry.call(failing(3, "slow down"));
    assertThat(retry.throttles()).isEqualTo(3);
    assertThat(pauses.get(0)).isBetween(Duration.ofMillis(50), Duration.ofMillis(100));
    assertThat(pauses.get(1)).isBetween(Duration.ofMillis(100), Duration.ofMillis(200));
  }

  @Test
  void noAttemptBeginsBeyondTheBudget() {
    RetryPolicy hurried =
        new RetryPolicy(
            100,
            Duration.ofSeconds(7),
            Duration.ofHours(1),
            Duration.ofHours(1),
            Duration.ofNanos(1));
    assertThatThrownBy(() -> retry(hurried).call(failing(100, "slow down")))
        .hasMessage("slow down");
    assertThat(pauses).isEmpty();
  }

  @Test
  void interruptEndsThePauseAndIsKept() {
    Retry retry = new Retry(POLICY, RetryTest::verdict);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> retry.call(failing(1, "x")))
        .isInstanceOf(InterruptedIOException.class)
        .satisfies(e -> assertThat(e.getSuppressed()[0]).hasMessage("x"));
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void policyWithoutALimitIsRefused() {
    assertThatThrownBy(() -> POLICY.withAttemptLimit(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("limit of an attempt");
    assertThatThrownBy(
            () ->
                new RetryPolicy(
                    0, POLICY.budget(), POLICY.budget(), POLICY.budget(), POLICY.budget()))
        .hasMessageContaining("0 attempts");
  }
}
