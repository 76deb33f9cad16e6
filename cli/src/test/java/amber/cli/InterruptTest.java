package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real signals to a real process. */
@Timeout(60)
class InterruptTest {

  private static final int BLOCKS = 512;

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143"})
  void packLeavesNothingBehind(String signal, int exitCode) throws Exception {
    Path disk = TestDisk.empty(directory.resolve("disk.img"), 1L << 28);
    TestDisk.noise(disk, 0, BLOCKS / 4, 7);
    // At this level it takes long enough.
    Process amber = start("pack", "--level", "10", "disk.img", "disk.bin");
    signalWhenPending(amber, signal);
    assertThat(names()).containsExactly("disk.img");
    assertThat(amber.exitValue()).isEqualTo(exitCode);
  }

  @Test
  void unpackLeavesNothingBehind() throws Exception {
    Path disk = TestDisk.empty(directory.resolve("disk.img"), 1L << 28);
    TestDisk.zeros(disk, 0, BLOCKS);
    Run.packed(disk, directory.resolve("disk.bin"));
    Process amber = start("unpack", "--threads", "1", "disk.bin", "out");
    signalWhenPending(amber, "TERM");
    assertThat(names()).containsExactly("disk.bin", "disk.img");
    assertThat(amber.exitValue()).isEqualTo(143);
  }

  private Process start(String... arguments) throws IOException {
    List<String> command = JavaCommand.of("amber.cli.Main", List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    // With a record of tasks, what is whole of an unpack may stay, to be gone on with.
    builder.environment().keySet().removeAll(List.of("HOME", "XDG_STATE_HOME", Tasks.VARIABLE));
    return builder.start();
  }

  /** Sends a signal as soon as something half-made is there. */
  private void signalWhenPending(Process amber, String signal) throws Exception {
    while (names().stream().noneMatch(name -> name.endsWith(".pending"))) {
      assertThat(amber.isAlive()).as("amber runs until something is pending").isTrue();
      Thread.onSpinWait();
    }
    kill(amber, "STOP");
    kill(amber, signal);
    kill(amber, "CONT");
    assertThat(amber.waitFor(30, TimeUnit.SECONDS)).as("amber ends").isTrue();
  }

  private static void kill(Process process, String signal) throws Exception {
    new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid())).start().waitFor();
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
