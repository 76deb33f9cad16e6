package amber.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskDirectoryTest {

  private static final TaskStart START =
      new TaskStart(
          "pack",
          "ami-1",
          "s3://b/ä.bin",
          List.of("pack", "ami-1"),
          "/home",
          Map.of("AWS_REGION", "us-east-1"),
          "amber 1.2.3");

  @TempDir private Path temporary;
  private Path place;
  private TaskDirectory tasks;

  @BeforeEach
  void begin() {
    place = temporary.resolve("a").resolve("tasks");
    tasks = new TaskDirectory(place);
  }

  private Task only() throws IOException {
    assertThat(tasks.list()).hasSize(1);
    return tasks.list().get(0);
  }

  @Test
  void nothingThereIsNoTask() throws IOException {
    assertThat(tasks.list()).isEmpty();
    assertThat(tasks.find("task-1")).isEmpty();
    assertThatThrownBy(() -> tasks.open("task-000000000000"))
        .isInstanceOf(NoSuchFileException.class);
    assertThat(place).doesNotExist();
  }

  @Test
  void taskTellsHowFarItIsAndHowItEnded() throws IOException {
    try (TaskJournal journal = tasks.create(START)) {
      assertThat(only().state()).isEqualTo(TaskState.IN_PROGRESS);
      assertThat(only().start()).isEqualTo(START);
      journal.progress(30, 120);
      assertThat(only().percent()).isEqualTo(25);
      journal.completed(Map.of("sizeBytes", 7));
    }
    assertThat(only().state()).isEqualTo(TaskState.COMPLETED);
    assertThat(only().percent()).isEqualTo(100);
    assertThat(only().result()).isEqualTo(Map.of("sizeBytes", 7));
    assertThat(only().process().find()).contains(ProcessHandle.current());
    assertThat(only().endedAt()).isPresent();
    assertThat(only().resumable()).isFalse();
    assertThat(tasks.find(only().id().substring(0, 9))).contains(only());
  }

  @Test
  void timesThatNobodyCanReckonWithHideNoTask() throws IOException {
    try (TaskJournal journal = tasks.create(START)) {
      journal.append("kept", Map.of("at", "+1000000000-12-31T23:59:59Z"));
      journal.keptFor(Duration.ofMinutes(Long.MAX_VALUE / 60));
    }
    assertThat(only().resumable()).isTrue();
    assertThat(only().keptUntil()).isPresent();
  }

  @Test
  void deadTaskIsResumableIfItKeptSomething() throws IOException {
    tasks.create(START).close();
    assertThat(only().state()).isEqualTo(TaskState.FAILED);
    assertThat(only().reason()).contains("the process ended before it could say why");
    String id = only().id();
    try (TaskJournal journal = tasks.open(id)) {
      journal.resumed(START);
      journal.append("kept", Map.of("end", 5));
    }
    assertThat(only().state()).isEqualTo(TaskState.INTERRUPTED);
    assertThat(only().resumable()).isTrue();
    assertThat(only().attempts()).isEqualTo(2);
    try (TaskJournal journal = tasks.open(id)) {
      journal.append("restarted", Map.of());
    }
    assertThat(only().resumable()).isFalse();
    try (TaskJournal journal = tasks.open(id)) {
      journal.append("kept", Map.of("end", 5));
      journal.interrupted("for a test");
    }
    assertThat(only().reason()).contains("for a test");
    try (TaskJournal journal = tasks.open(id)) {
      journal.cancelled();
    }
    assertThat(only().state()).isEqualTo(TaskState.CANCELLED);
    assertThat(only().resumable()).isFalse();
    tasks.forget(id);
    assertThat(tasks.list()).isEmpty();
    assertThat(place).isEmptyDirectory();
  }

  @Test
  void whatADeadTaskMayHaveLeftIsToldApartFromWhatCanBeGoneOnWith() throws IOException {
    TaskJournal journal = tasks.create(START);
    assertThat(only().left()).isFalse();
    journal.leaves(Map.of("token", "x"));
    journal.close();
    assertThat(only().state()).isEqualTo(TaskState.FAILED);
    assertThat(only().left()).isTrue();
    assertThat(only().resumable()).isFalse();
    try (TaskJournal again = tasks.open(only().id())) {
      again.kept(Map.of("end", 5));
      assertThat(only().left()).isTrue();
      again.failed("for a test", true);
    }
    assertThat(only().left()).isTrue();
    assertThat(only().resumable()).isFalse();
    try (TaskJournal again = tasks.open(only().id())) {
      again.resumed(START);
      again.failed("for a test", false);
    }
    assertThat(only().left()).isFalse();
    try (TaskJournal again = tasks.open(only().id())) {
      again.resumed(START);
      again.kept(Map.of("end", 5));
      again.completed(Map.of());
    }
    assertThat(only().left()).isFalse();
  }

  @Test
  void settledTasksAreLeftOutByTheEndOfTheirJournals() throws IOException {
    String interrupted;
    try (TaskJournal journal = tasks.create(START)) {
      interrupted = journal.id();
      journal.append("kept", Map.of("end", 5));
      assertThat(tasks.unsettled()).containsExactly(only());
      journal.interrupted("for a test");
    }
    tasks.create(START).close();
    try (TaskJournal journal = tasks.create(START)) {
      journal.completed(Map.of("sizeBytes", 7));
    }
    try (TaskJournal journal = tasks.create(START)) {
      journal.cancelled();
    }
    try (TaskJournal journal = tasks.create(START)) {
      journal.failed("left nothing", false);
    }
    String leaving;
    try (TaskJournal journal = tasks.create(START)) {
      journal.leaves(Map.of("token", "x"));
      journal.failed("left something", true);
      leaving = journal.id();
    }
    String died;
    try (TaskJournal journal = tasks.create(START)) {
      journal.leaves(Map.of("token", "x"));
      died = journal.id();
    }
    assertThat(tasks.list()).hasSize(7);
    assertThat(tasks.unsettled())
        .extracting(Task::id)
        .contains(interrupted, leaving, died)
        .hasSize(4);
    assertThat(tasks.list()).containsAll(tasks.unsettled());
  }

  @Test
  void endThatIsTornOrLongIsReadFromItsBeginning() throws IOException {
    try (TaskJournal journal = tasks.create(START)) {
      journal.completed(Map.of("names", "n".repeat(1 << 17)));
    }
    assertThat(tasks.unsettled()).containsExactly(only());
    byte[] whole = Files.readAllBytes(file());
    for (int length : new int[] {0, 1, whole.length - 1}) {
      Files.write(file(), Arrays.copyOf(whole, length));
      assertThat(tasks.unsettled()).as("%d bytes", length).isEqualTo(tasks.list());
    }
  }

  @Test
  void interruptedThreadStillWritesDownWhy() throws IOException {
    try (TaskJournal journal = tasks.create(START)) {
      Thread.currentThread().interrupt();
      journal.append("kept", Map.of("end", 5));
      journal.interrupted("stopped");
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(only().reason()).contains("stopped");
  }

  @Test
  void onlyOneIsAtWork() throws Exception {
    try (TaskJournal journal = tasks.create(START)) {
      TaskDirectory other = new TaskDirectory(place);
      assertThatThrownBy(() -> other.open(journal.id())).hasMessageContaining("is in progress");
      assertThatThrownBy(() -> other.forget(journal.id())).hasMessageContaining("is in progress");
      // To look from here must not give the lock away.
      assertThat(other.list()).hasSize(1);
      assertThat(stateElsewhere(journal.id())).isEqualTo("InProgress");
    }
    assertThat(stateElsewhere(only().id())).isEqualTo("Failed");
  }

  private String stateElsewhere(String id) throws Exception {
    Process process = java("state", id);
    String said =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return said;
  }

  private Process java(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                TaskDirectoryTest.class.getName(),
                place.toString()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /** Another process: tells a task's state, or works on one until it is killed. */
  public static void main(String[] arguments) throws Exception {
    TaskDirectory tasks = new TaskDirectory(Path.of(arguments[0]));
    if (arguments[1].equals("state")) {
      System.out.println(tasks.find(arguments[2]).orElseThrow().state().text());
      return;
    }
    TaskJournal journal = tasks.create(START);
    journal.append("kept", Map.of("end", 1));
    System.out.println(journal.id());
    TimeUnit.MINUTES.sleep(5);
    journal.close();
  }

  @Test
  void killedProcessLeavesAnInterruptedTask() throws Exception {
    Process process = java("work");
    String id = process.inputReader(StandardCharsets.UTF_8).readLine();
    assertThat(only().id()).isEqualTo(id);
    assertThat(only().state()).isEqualTo(TaskState.IN_PROGRESS);
    assertThatThrownBy(() -> tasks.open(id)).hasMessageContaining("is in progress");
    process.destroyForcibly();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(only().state()).isEqualTo(TaskState.INTERRUPTED);
    tasks.open(id).close();
  }

  @Test
  void journalTornAnywhereIsReadAsFarAsItIsWhole() throws IOException {
    byte[] whole = journal();
    Path file = file();
    for (int length = 0; length <= whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      List<String> before = types();
      if (tasks.list().isEmpty()) {
        assertThat(before).isEmpty();
        continue;
      }
      try (TaskJournal journal = tasks.open(only().id())) {
        journal.append("more", Map.of());
      }
      List<String> after = new ArrayList<>(before);
      after.add("more");
      assertThat(types()).as("torn at byte %d", length).isEqualTo(after);
    }
  }

  @Test
  void changedByteEndsTheReading() throws IOException {
    byte[] whole = journal();
    Path file = file();
    List<String> all = types();
    for (int at = 0; at < whole.length; at++) {
      byte[] changed = whole.clone();
      changed[at] ^= 1;
      Files.write(file, changed);
      assertThat(types()).as("byte %d", at).isEqualTo(all.subList(0, types().size()));
      assertThat(types().size()).as("byte %d", at).isLessThan(all.size());
    }
  }

  private byte[] journal() throws IOException {
    try (TaskJournal journal = tasks.create(START)) {
      journal.append("kept", Map.of("end", 1));
      journal.progress(1, 2);
      journal.interrupted("ü");
    }
    return Files.readAllBytes(file());
  }

  private Path file() throws IOException {
    try (var files = Files.list(place)) {
      return files.filter(each -> each.toString().endsWith(".journal")).findFirst().orElseThrow();
    }
  }

  private List<String> types() throws IOException {
    List<String> types = new ArrayList<>();
    tasks.read(
        file().getFileName().toString().replace(".journal", ""), (type, fields) -> types.add(type));
    return types;
  }

  @Test
  void manyThreadsAppendWholeRecords() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    Set<String> ids = new HashSet<>();
    List<Callable<String>> work = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      work.add(
          () -> {
            try (TaskJournal journal = tasks.create(START)) {
              journal.progress(1, 2);
              return journal.id();
            }
          });
    }
    for (Future<String> id : threads.invokeAll(work)) {
      ids.add(id.get());
    }
    assertThat(ids).hasSize(50);
    try (TaskJournal journal = tasks.open(ids.iterator().next())) {
      List<Callable<Void>> appends = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        appends.add(
            () -> {
              journal.append("x", Map.of("text", "y".repeat(100)));
              return null;
            });
      }
      for (Future<Void> each : threads.invokeAll(appends)) {
        each.get();
      }
      int[] count = new int[1];
      tasks.read(journal.id(), (type, fields) -> count[0] += type.equals("x") ? 1 : 0);
      assertThat(count[0]).isEqualTo(500);
    }
    threads.shutdownNow();
  }

  @Test
  void clockThatGoesBackHarmsNothing() throws IOException {
    Instant late = Instant.parse("2030-01-01T00:00:00Z");
    new TaskDirectory(place, Clock.fixed(late, ZoneOffset.UTC)).create(START).close();
    String id = only().id();
    TaskDirectory earlier =
        new TaskDirectory(place, Clock.fixed(Instant.EPOCH.minusSeconds(9), ZoneOffset.UTC));
    try (TaskJournal journal = earlier.open(id)) {
      journal.completed(Map.of());
    }
    assertThat(only().state()).isEqualTo(TaskState.COMPLETED);
    earlier.create(START).close();
    assertThat(tasks.list()).hasSize(2);
    assertThatThrownBy(() -> tasks.find("task-")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void placeThatIsNoDirectoryIsToldOf() throws IOException {
    Path file = Files.writeString(temporary.resolve("file"), "");
    assertThatThrownBy(() -> new TaskDirectory(file).create(START)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> new TaskDirectory(file).list()).isInstanceOf(IOException.class);
  }
}
