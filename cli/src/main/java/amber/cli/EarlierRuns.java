package amber.cli;

import amber.ArchiveJournal;
import amber.UnpackJournal;
import amber.store.Remains;
import amber.task.Task;
import amber.task.TaskDirectory;
import amber.task.TaskJournal;
import amber.task.TaskStart;
import amber.task.TaskState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs that were to make the same thing, have ended before it was done, and have left something.
 */
final class EarlierRuns {

  private EarlierRuns() {}

  /**
   * Looks them up, those that began last before the others.
   *
   * @param verb pack, unpack or copy
   * @param target as the user names it
   */
  static List<Task> of(TaskDirectory tasks, String verb, String target) throws IOException {
    List<Task> found = new ArrayList<>();
    for (Task task : to(tasks, verb, target)) {
      boolean ended = task.state() == TaskState.INTERRUPTED || task.state() == TaskState.FAILED;
      if (ended && task.left()) {
        found.add(task);
      }
    }
    Collections.reverse(found);
    return found;
  }

  /** All runs to a target that are at work, or may have left something. */
  private static List<Task> to(TaskDirectory tasks, String verb, String target) throws IOException {
    String here = Path.of("").toAbsolutePath().toString();
    String wanted = place(here, target);
    List<Task> found = new ArrayList<>();
    for (Task task : tasks.unsettled()) {
      TaskStart start = task.start();
      if (start.verb().equals(verb) && place(start.directory(), start.target()).equals(wanted)) {
        found.add(task);
      }
    }
    return found;
  }

  /**
   * What earlier runs have stored of it, perhaps without living to learn that it is whole.
   *
   * @param tasks none if there is no record
   */
  static List<Remains> remains(
      Optional<TaskDirectory> tasks, String verb, String target, PackTask.Messages messages) {
    List<Remains> remains = new ArrayList<>();
    try {
      if (tasks.isPresent()) {
        for (Task task : of(tasks.get(), verb, target)) {
          left(tasks.get(), task).flatMap(ArchiveJournal.Left::remains).ifPresent(remains::add);
        }
      }
    } catch (IOException e) {
      messages.warn("earlier runs cannot be looked up: " + ErrorReport.message(e));
    }
    return remains;
  }

  /** Copies of images go to the same places, and have other journals. */
  private static Optional<ArchiveJournal.Left> left(TaskDirectory tasks, Task task)
      throws IOException {
    return UnpackJournal.isOf(tasks, task.id())
        ? Optional.empty()
        : ArchiveJournal.left(tasks, task.id());
  }

  /**
   * Checks that no other process of these records is at the same work at this moment: whichever of
   * the two ended last would only then find the name taken.
   *
   * @throws RefusedException if one is
   */
  static void requireNoneAtWork(TaskDirectory tasks, TaskStart start, TaskRecipe wanted)
      throws RefusedException {
    Optional<Task> atWork = atWork(tasks, start, wanted);
    if (atWork.isPresent()) {
      String id = atWork.get().id();
      throw new RefusedException(
          Outcome.EXISTS,
          "%s: is being made by %s at this moment, should have ended".formatted(start.target(), id),
          "wait for it, or end it: amber tasks cancel " + id);
    }
  }

  private static Optional<Task> atWork(TaskDirectory tasks, TaskStart start, TaskRecipe wanted) {
    try {
      for (Task task : to(tasks, start.verb(), start.target())) {
        Optional<Map<String, String>> recorded =
            task.state() == TaskState.IN_PROGRESS ? recipe(tasks, task) : Optional.empty();
        if (recorded.isPresent() && wanted.changedSince(recorded.get()).isEmpty()) {
          return Optional.of(task);
        }
      }
    } catch (IOException e) {
      // Whoever looks up earlier runs, which comes next, says so.
    }
    return Optional.empty();
  }

  private static Optional<Map<String, String>> recipe(TaskDirectory tasks, Task task)
      throws IOException {
    return UnpackJournal.isOf(tasks, task.id())
        ? UnpackJournal.read(tasks, task.id()).map(UnpackJournal.Noted::recipe)
        : ArchiveJournal.left(tasks, task.id()).map(ArchiveJournal.Left::recipe);
  }

  /**
   * The last one of the same recipe. Of others before, it is said what is different.
   *
   * @throws RefusedException if another process is at it
   */
  static Optional<Task> same(
      TaskDirectory tasks, TaskStart start, TaskRecipe wanted, PackTask.Messages messages)
      throws RefusedException {
    requireNoneAtWork(tasks, start, wanted);
    try {
      for (Task task : of(tasks, start.verb(), start.target())) {
        Optional<ArchiveJournal.Left> left = left(tasks, task);
        if (left.isEmpty()) {
          continue;
        }
        List<String> changes = wanted.changedSince(left.get().recipe());
        if (changes.isEmpty()) {
          return Optional.of(task);
        }
        messages.warn(
            "%s: cannot be gone on with, so the %s begins anew: %s; 'amber tasks cancel %s' removes what it stored"
                .formatted(task.id(), start.verb(), String.join("; ", changes), task.id()));
      }
    } catch (IOException e) {
      messages.warn("earlier runs cannot be looked up: " + ErrorReport.message(e));
    }
    return Optional.empty();
  }

  /** Takes a run's journal up, unless another process has just done so. */
  static Optional<TaskJournal> open(
      TaskDirectory tasks, Task task, TaskStart start, PackTask.Messages messages) {
    try {
      TaskJournal journal = tasks.open(task.id());
      journal.resumed(start);
      return Optional.of(journal);
    } catch (IOException e) {
      messages.warn("begins anew, since " + ErrorReport.message(e));
      return Optional.empty();
    }
  }

  /** Tells the user what a journal hears. */
  record Telling(String id, String verb, PackTask.Messages messages)
      implements ArchiveJournal.Listener {

    @Override
    public void broken(IOException failure) {
      messages.warn(
          "what comes now is not recorded, and would have to be done again: "
              + ErrorReport.message(failure));
    }

    @Override
    public void resumedAt(long keptBytes, long notedBytes) {
      if (keptBytes > 0) {
        messages.note("%s goes on: %s are stored".formatted(id, Text.bytes(keptBytes)));
      } else if (notedBytes > 0) {
        messages.warn(
            "%s: the %s that it had stored are gone, so the %s begins anew"
                .formatted(id, Text.bytes(notedBytes), verb));
      } else {
        messages.note("%s goes on: from its beginning, since nothing was stored".formatted(id));
      }
    }
  }

  /** Where a target is, wherever it is named from. */
  private static String place(String directory, String target) {
    try {
      if (Operand.parse(target) instanceof Operand.Local local) {
        return Path.of(directory).resolve(local.path()).normalize().toString();
      }
      return target;
    } catch (RefusedException e) {
      // Such as "stdout", which is no operand.
      return target;
    }
  }
}
