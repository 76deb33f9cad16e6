package amber.work;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class PreflightTest {

  private final Preflight preflight = new Preflight();

  @Test
  void nothingStandsInTheWay() throws IOException {
    assertTrue(preflight.check(() -> {}));
    preflight.warn("slow");
    preflight.requireClear();
    assertEquals(List.of("slow"), preflight.warnings());
  }

  @Test
  void aSingleProblemIsToldAsItIs() throws IOException {
    NoSuchFileException missing = new NoSuchFileException("snap-1");
    assertFalse(
        preflight.check(
            () -> {
              throw missing;
            }));
    assertSame(missing, assertThrows(IOException.class, preflight::requireClear));
  }

  @Test
  void allProblemsAreToldTogetherInTheirOrder() throws IOException {
    IOException first = new IOException("first");
    IOException second = new IOException("second");
    for (IOException each : List.of(first, second)) {
      preflight.check(
          () -> {
            throw each;
          });
    }
    PreflightException told = assertThrows(PreflightException.class, preflight::requireClear);
    assertEquals(List.of(first, second), told.problems());
    assertEquals("2 things stand in the way, nothing was begun", told.getMessage());
  }

  @Test
  void whatIsFoundTwiceIsToldOnce() throws IOException {
    for (int side = 0; side < 2; side++) {
      assertFalse(
          preflight.check(
              () -> {
                throw new NoSuchFileException("credentials");
              }));
    }
    preflight.check(
        () -> {
          throw new IOException("credentials");
        });
    PreflightException told = assertThrows(PreflightException.class, preflight::requireClear);
    assertEquals(2, told.problems().size());
  }

  @Test
  void whatIsWellIsRemembered() throws IOException {
    preflight.found("snap-1", "can be read");
    preflight.requireClear();
    assertEquals(List.of(new Preflight.Finding("snap-1", "can be read")), preflight.findings());
  }

  @Test
  void anInterruptionIsNoFinding() {
    InterruptedIOException interrupted = new InterruptedIOException("interrupted");
    assertSame(
        interrupted,
        assertThrows(
            InterruptedIOException.class,
            () ->
                preflight.check(
                    () -> {
                      throw interrupted;
                    })));
    assertTrue(preflight.problems().isEmpty());
  }

  @Test
  void checksSideBySideAreToldInTheirOrder() throws Exception {
    CountDownLatch last = new CountDownLatch(1);
    preflight.together(
        List.of(
            part -> {
              await(last);
              part.found("first", "is there");
              part.warn("first");
              part.check(
                  () -> {
                    throw new NoSuchFileException("first");
                  });
            },
            part -> {
              part.found("second", "is there");
              part.warn("second");
              part.check(
                  () -> {
                    throw new NoSuchFileException("second");
                  });
              last.countDown();
            }));
    assertEquals(
        List.of("first", "second"),
        preflight.findings().stream().map(Preflight.Finding::where).toList());
    assertEquals(List.of("first", "second"), preflight.warnings());
    assertEquals(
        List.of("first", "second"),
        preflight.problems().stream().map(IOException::getMessage).toList());
  }

  @Test
  void anInterruptionStopsAllChecks() {
    CountDownLatch never = new CountDownLatch(1);
    AtomicBoolean stopped = new AtomicBoolean();
    assertThrows(
        InterruptedIOException.class,
        () ->
            preflight.together(
                List.of(
                    part -> {
                      throw new InterruptedIOException("interrupted");
                    },
                    part -> {
                      try {
                        await(never);
                      } catch (InterruptedIOException e) {
                        stopped.set(true);
                        throw e;
                      }
                    })));
    assertTrue(stopped.get());
  }

  private static void await(CountDownLatch latch) throws InterruptedIOException {
    try {
      assertTrue(latch.await(1, TimeUnit.MINUTES));
    } catch (InterruptedException e) {
      throw new InterruptedIOException(e.getMessage());
    }
  }
}
