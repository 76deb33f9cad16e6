package amber.cli;

import amber.UnpackJournal;
import amber.task.Task;
import amber.task.TaskDirectory;
import java.io.IOException;
import java.util.Optional;

/** Removes what a task has made of an image that it did not finish. */
final class ImageRemoval {

  private ImageRemoval() {}

  /**
   * Removes it; that it is gone already is no failure.
   *
   * @param side where the target is, if it is an AMI
   * @param target as the command names it, from here
   */
  static void undo(TaskDirectory tasks, Task task, AwsSide side, Operand target)
      throws IOException {
    Optional<UnpackJournal.Noted> noted = UnpackJournal.read(tasks, task.id());
    if (noted.isEmpty()) {
      return;
    }
    if (Operand.parse(task.start().target()) instanceof Operand.NewAmi image) {
      side.ec2Place().requireSame(task.id(), noted.get().recipe());
      AmiUnpack.discard(
          side.ec2(), image.name().orElseThrow(), noted.get().volumes(), noted.get().publishing());
      return;
    }
    if (target instanceof Operand.Local directory) {
      DirectoryUnpack.discard(directory.path(), noted.get().volumes(), noted.get().publishing());
    }
  }
}
