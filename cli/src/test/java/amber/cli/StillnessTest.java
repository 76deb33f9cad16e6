package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import amber.emulator.fault.Faults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.s3.S3Client;

/** Servers that fall silent and readers that read no more, and signals meanwhile. */
@ExtendWith(Cloud.class)
@Timeout(120)
class StillnessTest {

  private static final Duration UNWOUND = Duration.ofSeconds(10);

  // Requests are given up much later than the run.
  private static final Map<String, String> STILL_RUN =
      Map.of("AMBER_RUN_STILL_SECONDS", "5", "AMBER_REQUEST_STILL_SECONDS", "60");

  @TempDir private Path directory;

  @AfterEach
  void behave() {
    faults().clear();
  }

  private static Faults faults() {
    return Cloud.emulator().faults();
  }

  private PipedProcess start(Map<String, String> environment, Object... arguments)
      throws IOException {
    return PipedProcess.start(directory, environment, arguments);
  }

  /** Compressed it takes seven parts, of which four are sent at once. */
  private Path noise() throws IOException {
    Path disk = TestDisk.empty(directory.resolve("disk.img"), 1L << 28);
    TestDisk.noise(disk, 0, 6 * 64, 7);
    return disk;
  }

  private static String snapshot() throws IOException {
    return Cloud.snapshot(Cloud.EAST, 1, Map.of(0, 1, 9, 2), Map.of(), Optional.empty());
  }

  @Test
  void runInWhichNothingMovesEndsAndNamesTheBlocks() throws Exception {
    faults().add("ebs:GetSnapshotBlock:silence");
    try (PipedProcess amber = start(STILL_RUN, "pack", snapshot(), "x.bin")) {
      assertThat(amber.awaitEnd()).as(amber.stderr()).isEqualTo(1);
      assertThat(amber.stderr())
          .contains("amber: error: no byte moved for 5 s, given up")
          .contains("under way: block ")
          .contains("amber: hint: ");
    }
    assertThat(directory.resolve("x.bin")).doesNotExist();
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.filter(file -> file.toString().endsWith(".pending"))).isEmpty();
    }
  }

  @Test
  void runInWhichNothingMovesAnyMoreCanBeResumed() throws Exception {
    String archive = "s3://" + Cloud.bucket(Cloud.EAST) + "/x.bin";
    Path disk = noise();
    faults().add("s3:UploadPart:after-part=4:silence");
    try (PipedProcess amber = start(STILL_RUN, "pack", disk, archive)) {
      assertThat(amber.awaitEnd()).as(amber.stderr()).isEqualTo(8);
      assertThat(amber.stderr())
          .contains("no byte moved for 5 s, given up")
          .contains(" cannot be stored yet");
    }
    faults().clear();
    try (PipedProcess amber = start(Map.of(), "pack", disk, archive)) {
      assertThat(amber.awaitEnd()).as(amber.stderr()).isZero();
      assertThat(amber.stderr()).contains(" goes on: ");
    }
  }

  @Test
  void readerThatReadsNoMoreEndsTheRun() throws Exception {
    try (PipedProcess amber = start(Map.of("AMBER_RUN_STILL_SECONDS", "5"), "pack", noise(), "-")) {
      assertThat(amber.awaitEnd()).as(amber.stderr()).isEqualTo(1);
      assertThat(amber.stderr())
          .contains("amber: error: no byte moved for 5 s, given up; under way: stdout: byte ")
          .contains(" is not taken yet");
    }
  }

  @Test
  void silentRequestIsAskedAgainAndToldOf() throws Exception {
    faults().add("ebs:GetSnapshotBlock:nth=1:silence");
    faults().add("ebs:GetSnapshotBlock:nth=2:throttle");
    Run run =
        Run.with(
            Map.of(
                "AWS_DEFAULT_REGION", Cloud.EAST,
                "AMBER_REQUEST_STILL_SECONDS", "2",
                "AMBER_PROGRESS_INTERVAL_MS", "20"),
            "pack",
            "-v",
            "--output",
            "json",
            "--progress",
            "json",
            "--endpoint-url",
            Cloud.emulator().endpoint(),
            snapshot(),
            directory.resolve("x.bin"));
    assertThat(run.exitCode()).as(run.stderr()).isZero();
    assertThat(run.stderr().lines())
        .anyMatch(
            line ->
                line.matches(
                    "amber: again: block \\d of snap-\\w+: no byte moved for 2 s on the connection;"
                        + " attempt 2 .*"))
        .anyMatch(line -> line.matches("amber: again: .*; throttled, attempt \\d follows in .* s"))
        .anyMatch(line -> line.matches(".*\"retries\":[12],\"throttled\":1,\"allowedPer.*"));
    Map<?, ?> requests = (Map<?, ?>) run.json().get("requests");
    assertThat(requests.get("retries")).isEqualTo(2);
    assertThat(requests.get("throttled")).isEqualTo(1);
    assertThat(((Number) requests.get("getsPerSecond")).doubleValue()).isLessThan(985);
    assertThat(((Number) requests.get("putsPerSecond")).doubleValue()).isEqualTo(985);
  }

  @Test
  void limitThatIsNoNumberIsRefused() {
    Run run = Cloud.amber("inspect", "ami-0abc123def4567890");
    assertThat(run.exitCode()).isEqualTo(5);
    for (String variable :
        new String[] {"AMBER_REQUEST_STILL_SECONDS", "AMBER_RUN_STILL_SECONDS"}) {
      run =
          Run.with(
              Map.of(variable, "soon"),
              "pack",
              "--replace",
              directory.resolve("none.img"),
              directory.resolve("none.bin"));
      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.stderr())
          .contains(variable + ": is 'soon', should be ")
          .contains(" to 86400 seconds");
    }
  }

  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143"})
  void signalEndsAPackWhoseServersAreSilent(String signal, int exitCode) throws Exception {
    faults().add("ebs:GetSnapshotBlock:silence");
    long calls = faults().calls("ebs", "GetSnapshotBlock");
    try (PipedProcess amber = start(Map.of(), "pack", snapshot(), "x.bin")) {
      amber.awaitCall("ebs", "GetSnapshotBlock", calls);
      assertThat(amber.end(signal)).as(amber.stderr()).isLessThan(UNWOUND);
      assertThat(amber.awaitEnd()).isEqualTo(exitCode);
    }
    assertThat(directory.resolve("x.bin")).doesNotExist();
  }

  @Test
  void signalEndsAPackToASilentStoreAndWhatIsStoredIsKept() throws Exception {
    String archive = "s3://" + Cloud.bucket(Cloud.EAST) + "/x.bin";
    Path disk = noise();
    faults().add("s3:UploadPart:after-part=4:silence");
    long calls = faults().calls("s3", "UploadPart");
    try (PipedProcess amber = start(Map.of(), "pack", disk, archive)) {
      // The first only asks whether parts may be sent.
      amber.awaitCall("s3", "UploadPart", calls + 5);
      faults().add("s3:AbortMultipartUpload:silence");
      faults().add("s3:ListParts:silence");
      assertThat(amber.end("TERM")).as(amber.stderr()).isLessThan(UNWOUND);
      assertThat(amber.awaitEnd()).isEqualTo(143);
    }
    faults().clear();
    try (PipedProcess amber = start(Map.of(), "pack", disk, archive)) {
      assertThat(amber.awaitEnd()).as(amber.stderr()).isZero();
      assertThat(amber.stderr()).contains(" goes on: ");
    }
  }

  @Test
  void signalEndsAPackThatCannotEvenCleanUp() throws Exception {
    String bucket = Cloud.bucket(Cloud.EAST);
    // All but the first, which only asks whether parts may be sent.
    for (int call = 2; call < 10; call++) {
      faults().add("s3:UploadPart:nth=%d:silence".formatted(call));
    }
    long calls = faults().calls("s3", "UploadPart") + 1;
    try (PipedProcess amber = start(Map.of(), "pack", noise(), "s3://" + bucket + "/x.bin")) {
      amber.awaitCall("s3", "UploadPart", calls);
      faults().add("s3:AbortMultipartUpload:silence");
      assertThat(amber.end("INT")).as(amber.stderr()).isLessThan(UNWOUND);
      assertThat(amber.awaitEnd()).isEqualTo(130);
      assertThat(amber.stderr())
          .contains("amber tasks cancel ")
          .doesNotContain("what was begun is removed");
    }
    try (S3Client s3 = Cloud.s3(Cloud.EAST)) {
      assertThat(s3.listObjectsV2(l -> l.bucket(bucket)).contents()).isEmpty();
    }
  }

  @Test
  void signalEndsAnUnpackWhoseServersAreSilent() throws Exception {
    Path archive = Run.packed(TestDisk.small(directory.resolve("d.img")), directory.resolve("d"));
    faults().add("ebs:PutSnapshotBlock:silence");
    long calls = faults().calls("ebs", "PutSnapshotBlock");
    String name = Cloud.newName("silent");
    try (PipedProcess amber = start(Map.of(), "unpack", archive, "ami:" + name)) {
      amber.awaitCall("ebs", "PutSnapshotBlock", calls);
      faults().add("ec2:DeleteSnapshot:silence");
      assertThat(amber.end("TERM")).as(amber.stderr()).isLessThan(UNWOUND);
      assertThat(amber.awaitEnd()).isEqualTo(143);
    }
  }

  @Test
  void signalEndsAPackToAPipeThatNobodyReads() throws Exception {
    try (PipedProcess amber = start(Map.of(), "pack", noise(), "-")) {
      amber.awaitOutput();
      assertThat(amber.end("INT")).as(amber.stderr()).isLessThan(UNWOUND);
      assertThat(amber.awaitEnd()).isEqualTo(130);
    }
  }
}
