package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamsTest {

  private static final Map<String, String> FIXED = Map.of("SOURCE_DATE_EPOCH", "1790000000");
  private static final String ESCAPE = "\\u001b";

  @TempDir private Path directory;

  private Path disk;

  @BeforeEach
  void makeDisk() throws IOException {
    disk = TestDisk.small(directory.resolve("disk.img"));
  }

  @Test
  void archiveOnStdoutIsTheSameAsInAFile() throws IOException {
    Path archive = directory.resolve("disk.bin");
    Run.with(FIXED, "pack", disk, archive);
    Run run = Run.with(FIXED, "pack", "--progress", "json", disk, "-");
    assertThat(run.exitCode()).isZero();
    assertThat(run.stdout()).isEqualTo(Files.readAllBytes(archive));
    assertThat(run.stderr()).contains("packed ").contains(" to stdout: ");
  }

  @Test
  void nothingButTheArchiveIsOnStdoutWhenPackingFails() {
    Run run = Run.of("pack", "--output", "json", directory.resolve("none.img"), "-");
    assertThat(run.exitCode()).isEqualTo(5);
    assertThat(run.stdout()).isEmpty();
    assertThat(run.stderr()).contains("NOT_FOUND");
  }

  @Test
  void progressGoesToStderrLineByLine() throws IOException {
    Map<String, String> often = Map.of("AMBER_PROGRESS_INTERVAL_MS", "1");
    Path archive = directory.resolve("slow.bin");
    Run json = Run.with(often, "pack", "--level", "19", "--progress", "json", disk, archive);
    assertThat(json.text()).startsWith("packed ");
    assertThat(json.stderr().lines())
        .isNotEmpty()
        .allMatch(line -> line.startsWith("{\"schema\":1,\"progress\":{\"command\":\"pack\","));
    Run lines = Run.with(often, "pack", "--level", "19", "--replace", disk, archive);
    assertThat(lines.stderr().lines())
        .isNotEmpty()
        .allMatch(line -> line.startsWith("amber: pack: "));
    assertThat(Run.with(often, "pack", "-q", "--replace", disk, archive).stderr()).isEmpty();
  }

  @Test
  void archiveIsNotWrittenToATerminal() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Main main = new Main(new Console(out, err, Map.of(), true, true));
    assertThat(main.run(List.of("pack", disk.toString(), "-"))).isEqualTo(2);
    assertThat(out.size()).isZero();
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("stdout: is a terminal");
  }

  @Test
  void samePackingTwiceGivesTheSameArchiveAndSoDoesWhatWasUnpacked() throws IOException {
    Path first = directory.resolve("first.bin");
    Path second = directory.resolve("second.bin");
    Path out = directory.resolve("out");
    assertThat(Run.with(FIXED, "pack", "--threads", "1", disk, first).exitCode()).isZero();
    assertThat(Run.of("unpack", first, out).exitCode()).isZero();
    assertThat(Run.with(FIXED, "pack", "--threads", "3", out, second).exitCode()).isZero();
    assertThat(second).hasSameBinaryContentAs(first);
    assertThat(out.resolve("volume-00.raw")).hasSameBinaryContentAs(disk);
  }

  @Test
  void manifestCannotCommandTheTerminal() throws IOException {
    Path image = directory.resolve("image");
    Files.createDirectory(image);
    Files.move(disk, image.resolve("volume-00.raw"));
    String manifest =
        """
        {"schema": 1,
         "image": {"name": "a%1$s[31mred", "description": "\\u202egpj.exe", "tags": {"t%1$s]0;": "\\r\\nb"}},
         "volumes": [{"sizeBytes": 4194304, "device": "/dev/%1$s[2J"}]}
        """
            .formatted(ESCAPE);
    Files.writeString(image.resolve("manifest.json"), manifest);
    Path archive = Run.packed(image, directory.resolve("image.bin"));
    Run text = Run.of("inspect", archive);
    assertThat(text.exitCode()).isZero();
    assertThat(text.text()).contains("a\\u001b[31mred").contains("\\u202egpj.exe");
    for (Run run :
        List.of(
            text,
            Run.of("inspect", "--output", "json", archive),
            Run.of("unpack", "--volume", "x", archive, directory.resolve("out")),
            Run.of("pack", "--dry-run", image, directory))) {
      assertThat(run.text() + run.stderr()).doesNotContain("\u001b", "\u202e", "\r");
    }
    assertThat(Run.of("inspect", "--manifest", archive).text()).isEqualTo(manifest);
    assertThat(Run.of("pack", image, directory).exitCode()).isZero();
    assertThat(directory.resolve("a_[31mred.bin")).exists();
  }

  @Test
  void manifestOnATerminalIsMadeHarmless() throws IOException {
    Path archive = Run.packed(disk, directory.resolve("disk.bin"));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Console terminal = new Console(out, OutputStream.nullOutputStream(), Map.of(), true, true);
    new Main(terminal).run(List.of("inspect", "--manifest", archive.toString()));
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("\"schema\"");
  }

  @Test
  void resultThatCannotBePrintedIsAFailure() throws IOException {
    Path archive = Run.packed(disk, directory.resolve("disk.bin"));
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Main main = new Main(new Console(full, err, Map.of(), false, false));
    assertThat(main.run(List.of("inspect", archive.toString()))).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("stdout: ");
  }

  @Test
  void completionScriptKnowsTheCommands() {
    Run run = Run.of("generate-completion");
    assertThat(run.exitCode()).isZero();
    assertThat(run.text()).contains("unpack", "--salvage", "bash").hasSizeGreaterThan(1000);
    assertThat(run.text()).doesNotContain("TEXT", "AUTO");
  }
}
