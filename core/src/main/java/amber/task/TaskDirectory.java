package amber.task;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The record of all tasks: a directory with a journal for each. Several processes may use one, and
 * read what others write.
 */
public final class TaskDirectory {

  private static final String JOURNAL = ".journal";
  private static final String LOCK = ".lock";
  private static final String NOTES = ".notes";
  private static final Pattern NAME = Pattern.compile("(task-[0-9a-f]{12})\\.journal");
  private static final int ID_ATTEMPTS = 100;

  // Whoever lists tasks holds a lock for microseconds to see whether somebody else does.
  private static final int LOCK_ATTEMPTS = 10;
  private static final long LOCK_PAUSE_MILLIS = 20;

  private final Path directory;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  /** The tasks of a directory, which is made when the first of them begins. */
  public TaskDirectory(Path directory) {
    this(directory, Clock.systemUTC());
  }

  TaskDirectory(Path directory, Clock clock) {
    this.directory = directory;
    this.clock = clock;
  }

  /**
   * Begins a task.
   *
   * @throws IOException if nothing can be recorded there
   */
  public TaskJournal create(TaskStart start) throws IOException {
    makeDirectory();
    for (int attempt = 1; ; attempt++) {
      String id = newId();
      try {
        Files.write(file(id), new byte[0], StandardOpenOption.CREATE_NEW);
        syncNames();
        return begin(id, start);
      } catch (FileAlreadyExistsException e) {
        if (attempt == ID_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private TaskJournal begin(String id, TaskStart start) throws IOException {
    TaskJournal journal = open(id);
    try {
      journal.append(TaskRecords.STARTED, TaskJournal.fields(start));
      journal.force();
      return journal;
    } catch (IOException e) {
      try (journal) {
        Files.deleteIfExists(file(id));
        Files.deleteIfExists(lockFile(id));
      }
      throw e;
    }
  }

  private void makeDirectory() throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    boolean posix = directory.getFileSystem().supportedFileAttributeViews().contains("posix");
    if (posix) {
      // Command lines tell of accounts and hosts, which are nobody else's business.
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } else {
      Files.createDirectories(directory);
    }
  }

  /** A journal that is on the disk without its name is lost in a power failure. */
  private void syncNames() throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private String newId() {
    long seconds = Math.max(0, Instant.now(clock).getEpochSecond());
    return "task-%08x%04x".formatted(seconds & 0xFFFFFFFFL, random.nextInt(1 << 16));
  }

  /** All tasks, those that began first before the others. What is no journal is left out. */
  public List<Task> list() throws IOException {
    return list(ids());
  }

  /**
   * The tasks that are in progress or may have left something, in the same order. Of the others
   * only the ends of their journals are read, so that a long record does not delay a run.
   */
  public List<Task> unsettled() throws IOException {
    List<String> ids = new ArrayList<>();
    for (String id : ids()) {
      if (!isSettled(id)) {
        ids.add(id);
      }
    }
    return list(ids);
  }

  private boolean isSettled(String id) throws IOException {
    try {
      return JournalFile.last(file(id)).filter(TaskRecords::settles).isPresent();
    } catch (NoSuchFileException e) {
      return true;
    }
  }

  private List<Task> list(List<String> ids) throws IOException {
    List<Task> tasks = new ArrayList<>();
    for (String id : ids) {
      task(id).ifPresent(tasks::add);
    }
    tasks.sort(TaskDirectory::byAge);
    return tasks;
  }

  /**
   * Ids tell the second only. (The platform's own combined comparators take time at each start.)
   */
  private static int byAge(Task one, Task other) {
    int order = one.startedAt().compareTo(other.startedAt());
    return order == 0 ? one.id().compareTo(other.id()) : order;
  }

  private List<String> ids() throws IOException {
    if (!Files.exists(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> NAME.matcher(file.getFileName().toString()))
          .filter(Matcher::matches)
          .map(matcher -> matcher.group(1))
          .sorted()
          .toList();
    }
  }

  private Optional<Task> task(String id) throws IOException {
    TaskRecords records = new TaskRecords(id);
    // First, so that a task that ends meanwhile is seen to have ended.
    boolean locked = TaskLock.isTaken(lockFile(id));
    try {
      JournalFile.read(file(id), records::take);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    return records.task(locked);
  }

  /**
   * Finds a task.
   *
   * @param id its id, or the beginning of it
   * @throws IllegalArgumentException if several begin like that
   */
  public Optional<Task> find(String id) throws IOException {
    List<String> found = ids().stream().filter(each -> each.startsWith(id)).toList();
    if (found.size() > 1) {
      throw new IllegalArgumentException(
          "%s: could be %s".formatted(id, found.stream().collect(Collectors.joining(", "))));
    }
    return found.isEmpty() ? Optional.empty() : task(found.get(0));
  }

  /**
   * Opens the journal of a task to go on with it.
   *
   * @throws NoSuchFileException if there is none
   * @throws IOException if somebody is at work on it
   */
  public TaskJournal open(String id) throws IOException {
    Path file = file(id);
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString(), null, "no such task");
    }
    TaskLock lock = lock(id);
    try {
      return TaskJournal.open(id, file, notesFile(id), clock, lock);
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private TaskLock lock(String id) throws IOException {
    for (int attempt = 1; attempt <= LOCK_ATTEMPTS; attempt++) {
      Optional<TaskLock> lock = TaskLock.take(lockFile(id));
      if (lock.isPresent()) {
        return lock.get();
      }
      try {
        TimeUnit.MILLISECONDS.sleep(LOCK_PAUSE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    throw new IOException(id + ": is in progress, should have ended");
  }

  /** Reads all records of a task as far as they are whole, none of which stays in memory. */
  public void read(String id, RecordReader reader) throws IOException {
    JournalFile.read(file(id), record -> reader.accept(record.type(), record.fields()));
  }

  /**
   * Reads all notes of a task ({@link TaskJournal#note}) as far as they are whole, none of which
   * stays in memory.
   */
  public void readNotes(String id, RecordReader reader) throws IOException {
    if (Files.exists(notesFile(id))) {
      JournalFile.read(notesFile(id), record -> reader.accept(record.type(), record.fields()));
    }
  }

  /**
   * Removes the record of a task.
   *
   * @throws IOException if somebody is at work on it
   */
  public void forget(String id) throws IOException {
    try (TaskJournal journal = open(id)) {
      Files.deleteIfExists(file(journal.id()));
      Files.deleteIfExists(notesFile(journal.id()));
      Files.deleteIfExists(lockFile(journal.id()));
    }
  }

  private Path file(String id) {
    return directory.resolve(id + JOURNAL);
  }

  private Path notesFile(String id) {
    return directory.resolve(id + NOTES);
  }

  private Path lockFile(String id) {
    return directory.resolve(id + LOCK);
  }
}
