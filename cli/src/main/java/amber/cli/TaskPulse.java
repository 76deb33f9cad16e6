package amber.cli;

import amber.Progress;
import amber.block.Block;
import amber.task.TaskJournal;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Writes down how far a task is, every few seconds, by a thread of its own. */
final class TaskPulse {

  private static final Duration INTERVAL = Duration.ofSeconds(2);
  private static final long STEPS = 1_000;
  private static final long CLOSE_LIMIT_SECONDS = 5;

  private final TaskJournal journal;
  private final Progress progress;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);

  private TaskPulse(TaskJournal journal, Progress progress) {
    this.journal = journal;
    this.progress = progress;
  }

  /** Does something, and writes down how far it is meanwhile. */
  static <T> T during(TaskJournal journal, Progress progress, ProgressDisplay.Work<T> work)
      throws IOException {
    TaskPulse pulse = new TaskPulse(journal, progress);
    Thread thread = new Thread(pulse::run, "amber-task");
    thread.setDaemon(true);
    thread.start();
    try {
      return work.run();
    } finally {
      pulse.close();
    }
  }

  private void run() {
    try {
      long told = -1;
      while (!closing.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
        long step =
            STEPS * progress.snapshot().blocks() / Math.max(1, progress.snapshot().totalBlocks());
        // A task may take days, and who lists tasks reads all that is written here.
        if (step != told) {
          told = step;
          write(journal, progress);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      // How far it is can be seen elsewhere; what matters is written by others, who say so.
      return;
    } finally {
      ended.countDown();
    }
  }

  /** Writes down how far it is now. */
  static void write(TaskJournal journal, Progress progress) throws IOException {
    Progress.Snapshot counts = progress.snapshot();
    if (counts.totalBlocks() >= 0) {
      journal.progress(counts.blocks() * Block.SIZE, counts.totalBlocks() * Block.SIZE);
    }
  }

  private void close() {
    closing.countDown();
    boolean interrupted = Thread.interrupted();
    try {
      // A disk that hangs must not hold up the end.
      if (!ended.await(CLOSE_LIMIT_SECONDS, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      interrupted = true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
