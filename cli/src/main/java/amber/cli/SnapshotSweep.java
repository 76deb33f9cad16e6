package amber.cli;

import amber.UnpackJournal;
import amber.ec2.Ec2Connection;
import amber.ec2.SnapshotWriter;
import amber.ec2.TaggedSnapshots;
import amber.task.Task;
import amber.task.TaskDirectory;
import amber.task.TaskState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells, of the snapshots with Amber's tag, which are left of runs that died. */
final class SnapshotSweep {

  private static final Pattern TOKEN = Pattern.compile("amber-(task-[0-9a-f]{12})-.*");

  private final TaggedSnapshots tagged;
  private final TaskDirectory tasks;
  private final boolean interrupted;

  /**
   * One of them.
   *
   * @param isOurs whether it is left of a run that is recorded here, and of no use any more
   * @param reason why, or why not
   */
  record Found(TaggedSnapshots.Tagged snapshot, boolean isOurs, String reason) {}

  /**
   * A sweep.
   *
   * @param interrupted whether what can be gone on with is of no use either
   */
  SnapshotSweep(Ec2Connection aws, TaskDirectory tasks, boolean interrupted) {
    this.tagged = new TaggedSnapshots(aws);
    this.tasks = tasks;
    this.interrupted = interrupted;
  }

  List<Found> find() throws IOException {
    List<Found> all = new ArrayList<>();
    for (TaggedSnapshots.Tagged snapshot : tagged.list()) {
      all.add(judged(snapshot));
    }
    return all;
  }

  private Found judged(TaggedSnapshots.Tagged snapshot) throws IOException {
    if (snapshot.imageId().isPresent()) {
      return new Found(snapshot, false, "is part of " + snapshot.imageId().get());
    }
    Matcher token = TOKEN.matcher(snapshot.token());
    Optional<Task> task = token.matches() ? tasks.find(token.group(1)) : Optional.empty();
    if (task.isEmpty()) {
      return new Found(snapshot, false, "no task that is recorded here has begun it");
    }
    String id = task.get().id();
    if (task.get().state() == TaskState.IN_PROGRESS) {
      return new Found(snapshot, false, id + " is in progress");
    }
    boolean isNoted = noted(id).contains(snapshot.token());
    if (isNoted && task.get().state() == TaskState.COMPLETED) {
      return new Found(snapshot, false, "is what %s was to make".formatted(id));
    }
    if (isNoted && task.get().resumable() && !interrupted) {
      return new Found(snapshot, false, "%s can be gone on with".formatted(id));
    }
    return new Found(snapshot, true, "is left of " + id);
  }

  private Set<String> noted(String id) throws IOException {
    Optional<UnpackJournal.Noted> noted = UnpackJournal.read(tasks, id);
    return noted.isEmpty() ? Set.of() : SnapshotWriter.clientTokens(noted.get().volumes().values());
  }

  void delete(Found found) throws IOException {
    tagged.delete(found.snapshot());
  }
}
