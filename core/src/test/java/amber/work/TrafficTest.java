package amber.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import amber.work.Retry.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrafficTest {

  private static final RetryPolicy POLICY =
      new RetryPolicy(
          3,
          Duration.ofSeconds(1),
          Duration.ofMillis(10),
          Duration.ofMillis(20),
          Duration.ofMinutes(1));

  @Test
  void listenerHearsOfEachAttemptThatIsFollowedByAnother() {
    List<String> heard = new ArrayList<>();
    Traffic traffic =
        new Traffic(
            Duration.ofSeconds(2),
            (failure, verdict, number, pause) -> {
              assertThat(pause).isLessThanOrEqualTo(Duration.ofMillis(20));
              heard.add("%s %s %d".formatted(failure.getMessage(), verdict, number));
            });
    Retry retry = new Retry(POLICY, failure -> Verdict.THROTTLED, traffic, pause -> {});
    assertThatThrownBy(
            () ->
                retry.call(
                    (number, limit) -> {
                      throw new IOException("slow down " + number);
                    }))
        .hasMessage("slow down 3");
    assertThat(heard).containsExactly("slow down 1 THROTTLED 1", "slow down 2 THROTTLED 2");
    assertThat(traffic.retries()).isEqualTo(2);
    assertThat(traffic.throttles()).isEqualTo(2);
  }

  @Test
  void pauseBetweenTwoAttemptsIsUnderWay() throws IOException {
    Traffic traffic = new Traffic();
    List<List<String>> seen = new ArrayList<>();
    Retry retry =
        new Retry(POLICY, failure -> Verdict.TRANSIENT, traffic, p -> seen.add(traffic.underWay()));
    retry.call(
        (number, limit) -> {
          if (number == 1) {
            throw new IOException("part 1: no answer");
          }
          return number;
        });
    assertThat(seen).containsExactly(List.of("part 1: no answer"));
    assertThat(traffic.underWay()).isEmpty();
  }

  @Test
  void rateIsToldOnceSomebodyHasComplained() {
    Traffic traffic = new Traffic();
    Pace pace = new Pace("calls", 100);
    traffic.goesBy(pace);
    traffic.goesBy(new Pace("others", 10));
    assertThat(traffic.allowedPerSecond()).isEmpty();
    pace.complained();
    assertThat(traffic.allowedPerSecond().orElseThrow()).isBetween(69.0, 71.0);
  }

  @Test
  void connectionMayBeStillForTwoSecondsAtLeast() {
    assertThatThrownBy(() -> new Traffic(Duration.ofMillis(1999), (f, v, n, p) -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("should be 2 s or more");
  }
}
