package amber.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import amber.work.Retry.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GraceTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);

  @Test
  void waitsAreWhatTheyWereWhileNobodyHasToldUsToEnd() {
    assertThat(Grace.within(MINUTE)).isEqualTo(MINUTE);
    assertThat(Grace.share(MINUTE)).isEqualTo(MINUTE);
    assertThat(Grace.allows(MINUTE)).isTrue();
  }

  @Test
  void waitsAreShorterOnceItHasBegunAndLeaveSomeToOthers() {
    try (Grace.Begun grace = Grace.begin(Duration.ofSeconds(8))) {
      assertThat(grace).isNotNull();
      assertThat(Grace.within(MINUTE)).isBetween(Duration.ofSeconds(6), Duration.ofSeconds(8));
      assertThat(Grace.share(MINUTE)).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(4));
      assertThat(Grace.share(Duration.ofSeconds(1))).isEqualTo(Duration.ofSeconds(1));
      assertThat(Grace.allows(MINUTE)).isFalse();
    }
    assertThat(Grace.within(MINUTE)).isEqualTo(MINUTE);
  }

  @Test
  void waitsDoNotEndBeforeTheyBeginWhenItIsOver() {
    try (Grace.Begun grace = Grace.begin(Duration.ZERO)) {
      assertThat(grace).isNotNull();
      assertThat(Grace.within(MINUTE)).isEqualTo(Duration.ofMillis(1));
      assertThat(Grace.share(MINUTE)).isEqualTo(Duration.ofMillis(1));
    }
  }

  @Test
  void nothingIsTriedAgainThatWouldBeginAfterItsEnd() {
    Retry retry = new Retry(RetryPolicies.OBJECTS, failure -> Verdict.TRANSIENT, pause -> {});
    List<Duration> limits = new ArrayList<>();
    try (Grace.Begun grace = Grace.begin(Duration.ZERO)) {
      assertThat(grace).isNotNull();
      assertThatThrownBy(
              () ->
                  retry.call(
                      (number, limit) -> {
                        limits.add(limit);
                        throw new IOException("no answer");
                      }))
          .hasMessage("no answer");
    }
    assertThat(limits).containsExactly(Duration.ofMillis(1));
  }
}
