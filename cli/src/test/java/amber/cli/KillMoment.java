package amber.cli;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * When a process is killed: a little after so many calls of an operation have come in. Then what it
 * asked for may be on its way, done, answered or noted.
 *
 * @param operation the operation, or {@code *} for all of them
 * @param calls how many calls of it the process makes before, 1 or more
 * @param micros how long after that
 */
record KillMoment(String operation, long calls, long micros) {

  // Of ten kills, one is among the first calls. One of twenty waits until the work is done: more of
  // them would let most runs do all of it.
  private static final int EARLY_OF_TWENTY = 2;
  private static final int LATE_OF_TWENTY = 1;

  private static final int FIRST_CALLS = 16;
  private static final int MOST_MICROS = 60_000;

  /**
   * A moment by chance.
   *
   * @param work the operation that does the work, such as {@code s3:UploadPart}
   * @param most the most calls of it
   * @param end the operations that come after the work
   */
  static KillMoment draw(Random random, String work, int most, List<String> end) {
    long micros = random.nextInt(MOST_MICROS);
    int draw = random.nextInt(20);
    if (draw < EARLY_OF_TWENTY) {
      return new KillMoment("*", 1 + random.nextInt(FIRST_CALLS), micros);
    }
    return draw < EARLY_OF_TWENTY + LATE_OF_TWENTY
        ? new KillMoment(end.get(random.nextInt(end.size())), 1, micros)
        : new KillMoment(work, 1 + random.nextInt(most), micros);
  }

  /** Kills the process when the moment has come; false if it ends before. */
  boolean kill(AmberProcess run) throws IOException, InterruptedException {
    LongSupplier count = count();
    long before = count.getAsLong();
    while (count.getAsLong() < before + calls) {
      if (run.process().waitFor(1, TimeUnit.MILLISECONDS)) {
        return false;
      }
    }
    if (run.process().waitFor(micros, TimeUnit.MICROSECONDS)) {
      return false;
    }
    run.kill();
    return true;
  }

  private LongSupplier count() {
    if (operation.equals("*")) {
      return () ->
          Cloud.emulator().faults().calls().values().stream().mapToLong(each -> each).sum();
    }
    String[] names = operation.split(":", -1);
    return () -> Cloud.emulator().faults().calls(names[0], names[1]);
  }
}
