package amber.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WatchdogTest {

  private static final Duration LIMIT = Duration.ofMillis(200);

  private final Traffic traffic = new Traffic();

  private <T> T watched(Watchdog.Work<T> work) throws IOException {
    try (Watchdog watchdog = Watchdog.begin(LIMIT, traffic)) {
      return watchdog.during(work);
    }
  }

  private static String waitFor(CountDownLatch something) throws IOException {
    try {
      return String.valueOf(something.await(20, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for segment 7");
    }
  }

  @Test
  void workInWhichNothingMovesEndsAndNamesWhatIsUnderWay() {
    Traffic.UnderWay block = traffic.begin(() -> "block 3 of snap-1");
    assertThatThrownBy(() -> watched(() -> waitFor(new CountDownLatch(1))))
        .isInstanceOf(StalledException.class)
        .hasMessage(
            "no byte moved for 0.2 s, given up while waiting for segment 7;"
                + " under way: block 3 of snap-1");
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    block.close();
  }

  @Test
  void ofManyThatAreUnderWayTheOldestAreNamed() {
    for (int i = 0; i < 100; i++) {
      int number = i;
      traffic.begin(() -> "block " + number);
    }
    assertThatThrownBy(() -> watched(() -> waitFor(new CountDownLatch(1))))
        .isInstanceOf(StalledException.class)
        .hasMessageEndingWith("under way: block 0, block 1, block 2, block 3, block 4, 95 more");
  }

  @Test
  void movingBytesKeepItQuiet() throws IOException {
    Traffic.UnderWay part = traffic.begin(() -> "part 1");
    String result =
        watched(
            () -> {
              CountDownLatch never = new CountDownLatch(1);
              for (int i = 0; i < 30; i++) {
                pause(never);
                traffic.moved(1);
              }
              return "done";
            });
    assertThat(result).isEqualTo("done");
    part.close();
  }

  private static void pause(CountDownLatch never) throws IOException {
    try {
      assertThat(never.await(20, TimeUnit.MILLISECONDS)).isFalse();
    } catch (InterruptedException e) {
      throw new InterruptedIOException("interrupted");
    }
  }

  @Test
  void waitsOfTheOtherSideAndWorkWithoutRequestsDoNotCount() throws IOException {
    CountDownLatch never = new CountDownLatch(1);
    watched(
        () -> {
          for (int i = 0; i < 20; i++) {
            pause(never);
          }
          return null;
        });
    Traffic.UnderWay request = traffic.begin(() -> "completion of snap-1");
    Traffic.UnderWay waiting = traffic.waiting();
    watched(
        () -> {
          for (int i = 0; i < 20; i++) {
            pause(never);
          }
          return null;
        });
    waiting.close();
    request.close();
  }

  @Test
  void failureOfTheWorkItselfStaysWhatItIs() {
    assertThatThrownBy(
            () ->
                watched(
                    () -> {
                      throw new IOException("disk full");
                    }))
        .isExactlyInstanceOf(IOException.class)
        .hasMessage("disk full");
  }

  @Test
  void failureIsToldOnceWhereTheWorkIsWatchedTwice() throws IOException {
    Traffic.UnderWay block = traffic.begin(() -> "block 3 of snap-1");
    try (Watchdog watchdog = Watchdog.begin(LIMIT, traffic)) {
      assertThatThrownBy(
              () -> watchdog.during(() -> watchdog.during(() -> waitFor(new CountDownLatch(1)))))
          .isInstanceOf(StalledException.class)
          .hasCauseInstanceOf(InterruptedIOException.class);
      assertThat(Thread.currentThread().isInterrupted()).isFalse();
      assertThat(watchdog.during(() -> "cleaned up")).isEqualTo("cleaned up");
    }
    block.close();
  }

  @Test
  void interruptOfAnotherStaysOne() {
    Traffic.UnderWay request = traffic.begin(() -> "block 1");
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> watched(() -> waitFor(new CountDownLatch(1))))
        .isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
    request.close();
  }
}
