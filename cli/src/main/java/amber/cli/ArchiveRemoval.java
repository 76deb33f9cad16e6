package amber.cli;

import amber.s3.S3Settings;
import amber.store.FileStore;
import amber.store.ResumableSink;
import amber.task.Task;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Removes what a task has stored of an archive that it did not finish.
 *
 * @param sink where it is
 * @param name how it would be called
 */
record ArchiveRemoval(ResumableSink sink, String name) {

  /** Of a task whose target is a file, or an object in S3. */
  static ArchiveRemoval of(Task task, AwsSide side, S3Settings settings) throws IOException {
    String target = task.start().target();
    if (Operand.parse(target) instanceof Operand.Local local) {
      Path path = Path.of(task.start().directory()).resolve(local.path());
      return new ArchiveRemoval(new FileStore(false, false), path.toString());
    }
    return new ArchiveRemoval(side.s3().store(settings), target);
  }

  /** Removes what a token leads to; that it is gone already is no failure. */
  void discard(String token) throws IOException {
    sink.discard(name, token);
  }
}
