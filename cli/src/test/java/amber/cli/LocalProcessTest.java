package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An emulator in a process of its own, which others use, and which a signal ends. */
@Timeout(120)
class LocalProcessTest {

  @TempDir private Path directory;

  private Process emulator;

  private Path region() {
    return directory.resolve("region");
  }

  @AfterEach
  void stop() {
    if (emulator != null) {
      emulator.destroyForcibly();
    }
  }

  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143"})
  void otherCommandsUseTheOneThatRunsUntilItIsTold(String signal, int exitCode) throws Exception {
    start();
    String url = Files.readString(region().resolve("endpoint")).strip();
    assertThat(output())
        .contains(
            "export AWS_ACCESS_KEY_ID=local\n",
            "export AWS_SECRET_ACCESS_KEY=local\n",
            "export AWS_DEFAULT_REGION=us-east-1\n",
            "export AWS_ENDPOINT_URL=" + url + "\n");

    Run second = Run.of("local", "--dir", region());
    assertThat(second.exitCode()).isEqualTo(Outcome.EXISTS.exitCode());
    assertThat(second.stderr()).contains("in use by another emulator", "answers at " + url);

    Path disk = TestDisk.small(directory.resolve("disk.img"));
    Run byDirectory = Run.of("local", "import", disk, "--dir", region(), "--name", "one");
    assertThat(byDirectory.exitCode()).as(byDirectory.stderr()).isZero();
    Run byUrl = Run.of("local", "import", disk, "--endpoint-url", url, "--name", "one");
    assertThat(byUrl.stderr()).contains("ami:one: is the name of ami-");

    new ProcessBuilder("kill", "-" + signal, String.valueOf(emulator.pid())).start().waitFor();
    assertThat(emulator.waitFor(30, TimeUnit.SECONDS)).as("it ends").isTrue();
    assertThat(emulator.exitValue()).isEqualTo(exitCode);
    assertThat(region().resolve("endpoint")).doesNotExist();
    assertThat(Files.readString(directory.resolve("err.txt"))).isEmpty();

    Run after = Run.of("local", "import", disk, "--dir", region(), "--name", "one");
    assertThat(after.stderr()).as("what it remembers").contains("ami:one: is the name of ami-");
  }

  private void start() throws Exception {
    List<String> command = new ArrayList<>(java(System.getProperty("java.class.path")));
    command.addAll(List.of("local", "--dir", region().toString()));
    emulator =
        new ProcessBuilder(command)
            .redirectOutput(directory.resolve("out.txt").toFile())
            .redirectError(directory.resolve("err.txt").toFile())
            .start();
    while (!output().contains("AWS_ENDPOINT_URL")) {
      assertThat(emulator.isAlive()).as("it runs until it is told to end").isTrue();
      Thread.onSpinWait();
    }
  }

  private String output() throws IOException {
    return Files.readString(directory.resolve("out.txt"));
  }

  private static List<String> java(String classPath) {
    return JavaCommand.of(classPath, "amber.cli.Main", List.of());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "7 | local --dir region",
        "7 | local import disk.img --dir region --name web",
        "0 | local --help",
        "0 | help local",
        "0 | pack --no-sync disk.img disk.bin",
        "0 | generate-completion"
      })
  void withoutTheEmulatorAllElseWorks(int exitCode, String arguments) throws Exception {
    TestDisk.small(directory.resolve("disk.img"));
    String classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.matches(".*(emulator|jetty|s3mock|spring|tomcat|kotlin).*"))
            .collect(Collectors.joining(File.pathSeparator));
    List<String> command = new ArrayList<>(java(classPath));
    command.addAll(Arrays.asList(arguments.split(" ")));
    Process amber =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    String errors = new String(amber.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(amber.waitFor()).as(errors).isEqualTo(exitCode);
    if (exitCode != 0) {
      assertThat(errors)
          .isEqualTo(
              """
              amber: error: the emulator is not on the class path, should be
              amber: hint: run the launcher: ./amber
              """);
    }
    assertThat(region()).doesNotExist();
  }
}
