package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The exit codes that no transcript can reach everywhere. */
class OutcomeTest {

  @TempDir private Path directory;

  static Run report(Throwable failure, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console = new Console(out, err, Map.of(), false, false);
    int exitCode = new ErrorReport(console, List.of(arguments)).failed(failure);
    console.isPrinted();
    return new Run(exitCode, out.toByteArray(), err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void whatIsDeniedIsNotAllowed() throws IOException {
    Path disk = TestDisk.small(directory.resolve("disk.img"));
    Path archive;
    if (Files.isReadable(
        Files.setPosixFilePermissions(disk, PosixFilePermissions.fromString("---------")))) {
      // To root all files are open; this directory is not.
      archive = Path.of("/proc/sys/disk.bin");
      assumeTrue(Files.isDirectory(archive.getParent()), "to root all is open here");
    } else {
      archive = directory.resolve("disk.bin");
    }
    Run run = Run.of("pack", disk, archive);
    assertThat(run.stderr()).contains("amber: hint: check the owner and the mode");
    assertThat(run.exitCode()).isEqualTo(4);
  }

  @Test
  void reasonIsGivenWhereJavaLeavesItOut() {
    assertThat(report(new AccessDeniedException("/x")).stderr())
        .startsWith("amber: error: /x: access is denied\namber: hint: ");
    assertThat(report(new FileSystemException("/x", null, "Operation not permitted")).exitCode())
        .isEqualTo(4);
  }

  @Test
  void formatOfTheFutureIsUnsupported() throws Exception {
    Path archive =
        Run.packed(TestDisk.small(directory.resolve("d.img")), directory.resolve("d.bin"));
    TestArchive.setFormatVersion(archive, 2);
    Run run = Run.of("inspect", archive);
    assertThat(run.stderr()).contains("version 2").contains("hint: a newer version of amber");
    assertThat(run.exitCode()).isEqualTo(7);
  }

  @Test
  void bugIsReportedAsOneWithoutItsStack() {
    Run run = report(new IllegalStateException("bug: no\nsegment"));
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.stderr().lines())
        .containsExactly(
            "amber: error: bug: IllegalStateException: bug: no\\u000asegment",
            "amber: hint: repeat with -v and report what it prints");
    assertThat(report(new IllegalStateException("x"), "-v").stderr()).contains("OutcomeTest");
  }

  @Test
  void lackOfMemoryIsNoBug() {
    Run run = report(new OutOfMemoryError("Cannot reserve 1 byte of direct buffer memory"));
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.stderr()).contains("not enough memory").contains("fewer --threads");
  }

  @Test
  void failureAfterAnInterruptIsTheInterrupt() {
    Thread.currentThread().interrupt();
    try {
      assertThat(Outcome.of(new IOException("closed"))).isEqualTo(Outcome.INTERRUPTED);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }
}
