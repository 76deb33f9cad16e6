package amber.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {

  @Test
  void keepsUnderTheRate() throws IOException {
    Pace pace = new Pace("requests", 500);
    long began = System.nanoTime();
    for (int i = 0; i < 200; i++) {
      pace.await();
    }
    // All but the burst of 25 and the first take 2 ms each.
    assertThat(System.nanoTime() - began).isGreaterThan(Duration.ofMillis(340).toNanos());
  }

  @Test
  void withoutRateNobodyWaits() throws IOException {
    Pace pace = new Pace("requests", Double.POSITIVE_INFINITY);
    for (int i = 0; i < 100_000; i++) {
      pace.await();
    }
    pace.complained();
    assertThat(pace.perSecond()).isInfinite();
    assertThat(pace.complaints()).isEqualTo(1);
  }

  @Test
  void complaintsSlowItDownOnceAndTimeGivesItBack() throws Exception {
    Pace pace = new Pace("requests", 1000);
    pace.complained();
    pace.complained();
    double slowed = pace.perSecond();
    assertThat(slowed).isEqualTo(700);
    Thread.sleep(50);
    pace.await();
    assertThat(pace.perSecond()).isGreaterThan(slowed).isLessThanOrEqualTo(1000);
    assertThat(pace.complaints()).isEqualTo(2);
  }

  @Test
  void takesAnotherRateAndKeepsWhatComplaintsTookOff() throws IOException {
    Pace pace = new Pace("requests", 1000);
    pace.become(4000);
    assertThat(pace.perSecond()).isEqualTo(4000);
    pace.complained();
    pace.become(200);
    assertThat(pace.perSecond()).isBetween(139.0, 141.0);
    long began = System.nanoTime();
    for (int i = 0; i < 30; i++) {
      pace.await();
    }
    // A burst of a twentieth of a second's worth at most is free.
    assertThat(System.nanoTime() - began).isGreaterThan(Duration.ofMillis(70).toNanos());
    assertThatThrownBy(() -> pace.become(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void waitsNoLongerThanItsLimit() throws IOException {
    Pace pace = new Pace("requests", 0.001, Duration.ofSeconds(5));
    pace.await();
    assertThatThrownBy(pace::await)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("requests: the next may be sent in");
  }

  @Test
  void interruptEndsTheWait() throws IOException {
    Pace pace = new Pace("requests", 0.01);
    pace.await();
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(pace::await).isInstanceOf(InterruptedIOException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void rateOfNothingIsRefused() {
    assertThatThrownBy(() -> new Pace("requests", 0)).isInstanceOf(IllegalArgumentException.class);
  }
}
