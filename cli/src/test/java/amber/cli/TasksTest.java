package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What is recorded of runs, and how it is found. */
@ExtendWith(Cloud.class)
class TasksTest {

  @TempDir private Path directory;

  private Run amber(Map<String, String> environment, Object... arguments) {
    return Run.with(environment, arguments);
  }

  private Map<String, String> state() {
    return Map.of(
        "AMBER_STATE_DIR",
        directory.resolve("state").toString(),
        "AWS_DEFAULT_REGION",
        Cloud.EAST,
        "AMBER_LEVEL",
        "1");
  }

  @SuppressWarnings("unchecked")
  private List<Map<String, Object>> tasks(Object... arguments) throws IOException {
    Run run = amber(state(), arguments);
    assertThat(run.exitCode()).as(run.stderr()).isZero();
    return (List<Map<String, Object>>) run.json().get("tasks");
  }

  private Run stored(String bucket) throws IOException {
    Path disk = directory.resolve("disk.img");
    if (!Files.exists(disk)) {
      TestDisk.small(disk);
    }
    Run run =
        amber(
            state(),
            "pack",
            disk,
            "s3://" + bucket + "/x.bin",
            "--endpoint-url",
            Cloud.emulator().endpoint());
    assertThat(run.exitCode()).as(run.stderr()).isZero();
    return run;
  }

  @Test
  void listIsTheSameAsTasksAlone() throws IOException {
    stored(Cloud.bucket(Cloud.EAST));
    Run alone = amber(state(), "tasks");
    Run list = amber(state(), "tasks", "list");
    assertThat(list.text()).isEqualTo(alone.text()).contains("Completed");
    assertThat(tasks("tasks", "list", "--output", "json"))
        .isEqualTo(tasks("tasks", "--output", "json"));
  }

  @Test
  void tasksAreFoundByBucketAndByState() throws IOException {
    String one = Cloud.bucket(Cloud.EAST);
    String other = Cloud.bucket(Cloud.EAST);
    stored(one);
    stored(other);
    for (String list : List.of("tasks", "list")) {
      Object[] byBucket =
          list.equals("list")
              ? new Object[] {"tasks", "list", "--bucket", one, "--output", "json"}
              : new Object[] {"tasks", "--bucket", one, "--output", "json"};
      assertThat(tasks(byBucket))
          .singleElement()
          .satisfies(task -> assertThat(task).containsEntry("target", "s3://" + one + "/x.bin"));
    }
    assertThat(tasks("tasks", "--bucket", one.substring(0, one.length() - 1), "--output", "json"))
        .isEmpty();
    assertThat(tasks("tasks", "--state", "Completed", "--output", "json")).hasSize(2);
    assertThat(tasks("tasks", "--state", "Interrupted", "--output", "json")).isEmpty();
    assertThat(amber(state(), "tasks", "--state", "Nothing").exitCode()).isEqualTo(2);
  }

  @Test
  void recordTellsWhatCameOfIt() throws IOException {
    String bucket = Cloud.bucket(Cloud.EAST);
    stored(bucket);
    Map<String, Object> task = tasks("tasks", "--output", "json").get(0);
    assertThat(task)
        .containsEntry("state", "Completed")
        .containsEntry("left", false)
        .containsEntry("totalBytes", task.get("doneBytes"))
        .containsEntry("environment", Map.of("AMBER_LEVEL", "1", "AWS_DEFAULT_REGION", Cloud.EAST))
        .containsEntry("pid", Math.toIntExact(ProcessHandle.current().pid()));
    assertThat(task.get("result"))
        .asString()
        .contains("location=s3://" + bucket + "/x.bin", "storedBytes=");
    Run show = amber(state(), "tasks", "show", task.get("id"));
    assertThat(show.text())
        .contains(
            "  location   s3://" + bucket + "/x.bin",
            "  stored     ",
            "  variable   AMBER_LEVEL=1");
  }

  @Test
  void imageThatWasRegisteredIsRecorded() throws IOException {
    Path disk = TestDisk.small(directory.resolve("disk.img"));
    Path archive = Run.packed(disk, directory.resolve("disk.bin"));
    Run run =
        amber(
            state(),
            "unpack",
            archive,
            "ami:" + Cloud.newName("recorded"),
            "--endpoint-url",
            Cloud.emulator().endpoint(),
            "--output",
            "json");
    assertThat(run.exitCode()).as(run.stderr()).isZero();
    Map<String, Object> task = tasks("tasks", "--output", "json").get(0);
    assertThat(task.get("result")).asString().contains("imageId=ami-");
  }

  @Test
  void recordsAreWherePeopleKeepTheirState() throws IOException {
    Path disk = TestDisk.small(directory.resolve("disk.img"));
    Path home = Files.createDirectory(directory.resolve("home"));
    Path xdg = directory.resolve("xdg");
    Map<String, String> withXdg = Map.of("HOME", home.toString(), "XDG_STATE_HOME", xdg.toString());
    assertThat(amber(withXdg, "pack", disk, directory.resolve("a.bin")).exitCode()).isZero();
    assertThat(xdg.resolve("amber")).isNotEmptyDirectory();
    assertThat(home).isEmptyDirectory();
    Map<String, String> relative =
        Map.of("HOME", home.toString(), "XDG_STATE_HOME", "not/absolute");
    assertThat(amber(relative, "pack", disk, directory.resolve("b.bin")).exitCode()).isZero();
    assertThat(home.resolve(".local/state/amber")).isNotEmptyDirectory();
    assertThat(amber(Map.of(), "tasks").exitCode()).isEqualTo(2);
  }

  @Test
  void passwordsInUrlsAreNotRecorded() throws IOException {
    Path disk = TestDisk.small(directory.resolve("disk.img"));
    Map<String, String> environment =
        Map.of(
            "AMBER_STATE_DIR",
            directory.resolve("state").toString(),
            "AWS_ENDPOINT_URL",
            "http://me:secret@127.0.0.1:1",
            "AWS_SECRET_ACCESS_KEY",
            "secret");
    assertThat(amber(environment, "pack", disk, directory.resolve("a.bin")).exitCode()).isZero();
    try (var files = Files.list(directory.resolve("state"))) {
      for (Path file : files.toList()) {
        assertThat(Files.readString(file)).doesNotContain("secret");
      }
    }
  }
}
