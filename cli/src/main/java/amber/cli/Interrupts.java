package amber.cli;

import amber.work.Grace;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;

/** Lets a run unwind when the JVM is told to stop, so that nothing half-made stays. */
final class Interrupts {

  // All is over in 10 s: the JVM needs a little of that for itself.
  private static final Duration GRACE = Duration.ofSeconds(7);
  private static final Duration LIMIT = Duration.ofSeconds(9);

  private Interrupts() {}

  /**
   * Runs a command that a signal interrupts. The JVM then exits with 128 and the signal's number,
   * whatever the command returns.
   */
  static int unwinding(IntSupplier command) {
    Thread caller = Thread.currentThread();
    CountDownLatch unwound = new CountDownLatch(1);
    Thread hook =
        new Thread(
            () -> {
              Grace.begin(GRACE);
              caller.interrupt();
              // The latch, not the thread: the thread will wait in System.exit, for us.
              await(unwound);
            },
            "amber-interrupt");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      return command.getAsInt();
    } finally {
      unwound.countDown();
    }
  }

  private static void await(CountDownLatch unwound) {
    try {
      if (!unwound.await(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        System.err.println(outOfTime(TaskRun.underWay()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What is said when there was no time for the clean-up. */
  static String outOfTime(List<String> tasks) {
    String what = "amber: warning: what was begun could not be cleaned up in time";
    return tasks.isEmpty()
        ? what
        : what
            + tasks.stream()
                .map(id -> "; 'amber tasks cancel %s' removes what is left".formatted(id))
                .collect(Collectors.joining());
  }
}
