package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import amber.cli.FaultCase.Harm;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** How a run with faults may end; there is no other way. */
enum FaultOutcome {
  /** Done, and identical to what an undisturbed run makes. */
  DONE('d', "done and identical"),
  /** Done, with the same blocks, and a warning of attributes that may not be read. */
  WARNED('w', "done with the same blocks and a warning of attributes that may not be read"),
  /** Interrupted; the same command, run again, then made what an undisturbed run makes. */
  RESUMED('r', "resumed and then identical"),
  /** Failed with a clear error, and nothing is left of it. */
  FAILED('e', "clear errors that left nothing"),
  /**
   * Failed with a clear error, and was not allowed to remove what it had begun: it said so, and
   * {@code amber tasks cancel} removed it when that was allowed again.
   */
  CANCELLED('c', "clear errors that named what was left, which was cancelled");

  private static final long LIMIT_SECONDS = 150;

  private final char letter;
  private final String words;

  FaultOutcome(char letter, String words) {
    this.letter = letter;
    this.words = words;
  }

  String words() {
    return words;
  }

  char letter() {
    return letter;
  }

  /** Runs a case; fails if it ends in another way, or not in time. */
  static FaultOutcome of(FaultCase each, String target, FaultFlows flows) throws IOException {
    FaultFlow flow = each.flow();
    flow.clean(target);
    Cloud.emulator().faults().add(each.rule());
    Run run;
    try {
      run = within(() -> flows.run(flow.command(target)), each);
    } finally {
      Cloud.emulator().faults().clear();
    }
    try {
      return judged(each, target, flows, run);
    } finally {
      flow.clean(target);
    }
  }

  private static FaultOutcome judged(FaultCase each, String target, FaultFlows flows, Run run)
      throws IOException {
    FaultFlow flow = each.flow();
    String what = "%s: exit %d, %s".formatted(each, run.exitCode(), run.stderr());
    try {
      assertThat(run.stderr()).doesNotContain("bug");
      if (run.exitCode() == 0) {
        return done(each, target, run);
      }
      assertThat(run.stderr()).contains("amber: error: ");
      if (run.exitCode() == Outcome.RESUMABLE.exitCode()) {
        Run again = within(() -> flows.run(flow.command(target)), each);
        assertThat(again.exitCode()).as(again.stderr()).isZero();
        flow.requireIdentical(target);
        return RESUMED;
      }
      assertThat(run.exitCode()).isBetween(1, 9);
      List<String> left = new ArrayList<>(flow.left(target));
      left.removeAll(flow.kept(target, run));
      if (!each.harm().lasts() || left.isEmpty()) {
        assertThat(left).as("what is left").isEmpty();
        return FAILED;
      }
      assertThat(run.stderr()).contains("amber: warning: ");
      Run cancel = within(flows::cancel, each);
      assertThat(cancel.exitCode()).as(cancel.stderr()).isZero();
      assertThat(flow.left(target)).as("left after %s", cancel).isEmpty();
      return CANCELLED;
    } catch (AssertionError e) {
      throw new AssertionError(what + "\n" + e.getMessage(), e);
    }
  }

  private static FaultOutcome done(FaultCase each, String target, Run run) throws IOException {
    try {
      each.flow().requireIdentical(target);
      return DONE;
    } catch (AssertionError e) {
      boolean mayNot = each.harm() == Harm.DENIED || each.harm() == Harm.DENIED_ON;
      boolean said =
          run.stderr().contains("amber: warning: ")
              && (run.stderr().contains("cannot be restored later: ")
                  || run.stderr().contains("does not go along: UefiData"));
      if (!mayNot || !said) {
        throw e;
      }
      each.flow().requireSameBlocks(target);
      return WARNED;
    }
  }

  private static Run within(java.util.concurrent.Callable<Run> work, FaultCase each) {
    FutureTask<Run> task = new FutureTask<>(work);
    Thread thread = new Thread(task, "fault-run");
    thread.setDaemon(true);
    thread.start();
    try {
      return task.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      StringBuilder stack = new StringBuilder();
      for (StackTraceElement line : thread.getStackTrace()) {
        stack.append("\n  at ").append(line);
      }
      thread.interrupt();
      throw new AssertionError("%s: hangs%s".formatted(each, stack), e);
    } catch (ExecutionException e) {
      throw new AssertionError(each + ": " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(each + ": interrupted", e);
    }
  }
}
