package amber.cli;

import amber.ArchiveJournal;
import amber.s3.S3Settings;
import amber.store.FileStore;
import amber.store.Remains;
import amber.task.Task;
import amber.task.TaskDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Removes what a task has stored of an archive that it did not finish. */
final class ArchiveRemoval {

  private ArchiveRemoval() {}

  /**
   * Removes it; that it is gone already is no failure.
   *
   * @param side where the target is, if it is in S3
   */
  static void undo(TaskDirectory tasks, Task task, AwsSide side, S3Settings settings)
      throws IOException {
    Optional<ArchiveJournal.Left> left = ArchiveJournal.left(tasks, task.id());
    Optional<String> token = left.flatMap(ArchiveJournal.Left::remains).map(Remains::token);
    if (token.isEmpty()) {
      return;
    }
    String target = task.start().target();
    if (Operand.parse(target) instanceof Operand.Local local) {
      Path path = Path.of(task.start().directory()).resolve(local.path());
      new FileStore(false, false).discard(path.toString(), token.get());
    } else {
      side.s3Place().requireSame(task.id(), left.orElseThrow().recipe());
      side.s3().store(settings).discard(target, token.get());
    }
  }
}
