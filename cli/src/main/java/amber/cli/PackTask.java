package amber.cli;

import amber.PackJournal;
import amber.Packer;
import amber.Progress;
import amber.archive.ArchiveStamp;
import amber.archive.Plan;
import amber.block.BlockSet;
import amber.store.ArchiveSink;
import amber.store.ResumableSink;
import amber.store.StoredArchive;
import amber.task.Task;
import amber.task.TaskDirectory;
import amber.task.TaskJournal;
import amber.task.TaskStart;
import amber.task.TaskState;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A pack as a task: recorded, and going on where an earlier run of the same pack ended. */
final class PackTask {

  private final Optional<TaskDirectory> tasks;
  private final TaskStart start;
  private final Messages messages;
  private Optional<Earlier> earlier = Optional.empty();
  private String fingerprint = "";

  /** What is said beside the result. */
  interface Messages {
    void note(String text);

    void warn(String text);
  }

  /** An earlier run of the same pack. */
  private record Earlier(Task task, PackJournal.Noted noted) {}

  PackTask(Optional<TaskDirectory> tasks, TaskStart start, Messages messages) {
    this.tasks = tasks;
    this.start = start;
    this.messages = messages;
  }

  /**
   * What is fixed from now on: by an earlier run of the same pack, if there is one, else anew.
   *
   * @param recipe all that the archive's bytes depend on, but the manifest and the blocks; empty if
   *     nobody can tell whether the source is still the same
   */
  ArchiveStamp stamp(
      Optional<String> recipe,
      byte[] manifest,
      List<BlockSet> listed,
      Function<List<BlockSet>, ArchiveStamp> fresh)
      throws IOException {
    if (recipe.isPresent() && tasks.isPresent()) {
      fingerprint =
          ArchiveStamp.reproducible(Instant.EPOCH, recipe.get(), manifest, listed)
              .uuid()
              .toString();
      try {
        earlier = find(tasks.get());
      } catch (IOException e) {
        messages.warn("earlier runs cannot be looked up: " + ErrorReport.message(e));
      }
    }
    return earlier.map(run -> run.noted().stamp()).orElseGet(() -> fresh.apply(listed));
  }

  private Optional<Earlier> find(TaskDirectory directory) throws IOException {
    List<Task> newestFirst = new ArrayList<>(directory.list());
    Collections.reverse(newestFirst);
    for (Task task : newestFirst) {
      if (task.state() != TaskState.INTERRUPTED
          || !task.resumable()
          || !task.start().verb().equals(start.verb())
          || !task.start().target().equals(start.target())) {
        continue;
      }
      Optional<PackJournal.Noted> noted = PackJournal.read(directory, task.id());
      if (noted.isPresent() && noted.get().fingerprint().equals(fingerprint)) {
        return Optional.of(new Earlier(task, noted.get()));
      }
      messages.warn(
          "%s: was of another content or other options, so the pack begins anew; 'amber tasks cancel %s' removes what it stored"
              .formatted(task.id(), task.id()));
    }
    return Optional.empty();
  }

  /** Packs, and records it. */
  StoredArchive run(
      Packer packer, Plan plan, PackSource source, ArchiveSink sink, Progress progress, Show show)
      throws IOException {
    Optional<TaskJournal> opened = earlier.flatMap(this::open);
    try (TaskRun run =
        opened
            .map(journal -> TaskRun.of(journal, progress))
            .orElseGet(() -> TaskRun.begin(tasks, start, progress, messages::warn))) {
      Optional<PackJournal> notes = notes(run, plan, sink, opened.isPresent());
      if (notes.isEmpty()) {
        return run.during(
            () -> show.showing(() -> packer.pack(plan, source.volumes(), sink, start.target())));
      }
      ResumableSink resumable = (ResumableSink) sink;
      run.keeps(notes.get()::keepsAny, () -> notes.get().discard(resumable, start.target()));
      return run.during(
          () ->
              show.showing(
                  () ->
                      packer.pack(plan, source.volumes(), resumable, start.target(), notes.get())));
    }
  }

  /** Shows the progress of something. */
  interface Show {
    StoredArchive showing(ProgressDisplay.Work<StoredArchive> work) throws IOException;
  }

  /** Takes the earlier run's journal up, unless another process has just done so. */
  private Optional<TaskJournal> open(Earlier run) {
    try {
      TaskJournal journal = tasks.orElseThrow().open(run.task().id());
      journal.resumed(start);
      messages.note(
          "%s goes on: %d %% of it is stored".formatted(run.task().id(), run.task().percent()));
      return Optional.of(journal);
    } catch (IOException e) {
      messages.warn("begins anew, since " + ErrorReport.message(e));
      return Optional.empty();
    }
  }

  private Optional<PackJournal> notes(TaskRun run, Plan plan, ArchiveSink sink, boolean goesOn)
      throws IOException {
    if (fingerprint.isEmpty() || run.journal().isEmpty() || !(sink instanceof ResumableSink)) {
      return Optional.empty();
    }
    TaskDirectory directory = tasks.orElseThrow();
    TaskJournal journal = run.journal().get();
    if (goesOn) {
      return Optional.of(
          PackJournal.goOn(directory, journal, earlier.orElseThrow().noted(), this::isBroken));
    }
    return Optional.of(
        PackJournal.begin(directory, journal, fingerprint, plan.stamp(), this::isBroken));
  }

  private void isBroken(IOException failure) {
    messages.warn(
        "what comes now is not recorded, and would have to be done again: "
            + ErrorReport.message(failure));
  }
}
