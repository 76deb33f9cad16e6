package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import amber.image.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonTest {

  @TempDir private Path directory;

  private Path disk;
  private Path archive;

  @BeforeEach
  void pack() throws Exception {
    disk = TestDisk.small(directory.resolve("disk.img"));
    archive = directory.resolve("disk.bin");
    Run.packed(disk, archive);
  }

  @Test
  void packSaysWhatWasStored() throws Exception {
    Path again = directory.resolve("again.bin");
    Run run = Run.of("pack", "--output", "json", disk, again);
    assertThat(run.stderr()).isEmpty();
    assertThat(run.json())
        .containsEntry("schema", 1)
        .containsEntry("command", "pack")
        .containsEntry("source", disk.toString())
        .containsEntry("archive", again.toString())
        .containsEntry("imageName", "disk")
        .containsEntry("dryRun", false)
        .containsEntry("sizeBytes", (int) Files.size(again))
        .containsEntry("listedBlocks", 5)
        .containsEntry("listedBytes", 5 * 524_288)
        .containsEntry("zeroBlocks", 1)
        .containsEntry("segments", 1)
        .containsKeys("ratio", "uuid", "createdAt", "seconds");
  }

  @Test
  void inspectSaysAllThatTheEndsTell() throws Exception {
    Map<String, Object> json = Run.of("inspect", "--output", "json", archive).json();
    assertThat(json)
        .containsEntry("schema", 1)
        .containsEntry("command", "inspect")
        .containsEntry("sizeBytes", (int) Files.size(archive))
        .containsEntry("formatVersion", 1)
        .containsEntry("tool", "amber development")
        .containsEntry(
            "geometry", Map.of("blockBytes", 524_288, "blocksPerFrame", 8, "blocksPerSegment", 64))
        .containsEntry("segments", 1)
        .containsEntry("encryptedTo", List.of())
        .containsEntry("signedBy", List.of())
        .containsEntry("image", Map.of("name", "disk"))
        .containsKeys("uuid", "manifestSha256", "indexSha256", "frames", "read");
    assertThat((String) json.get("createdAt"))
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
    assertThat(json.get("volumes"))
        .asInstanceOf(InstanceOfAssertFactories.list(Map.class))
        .singleElement()
        .asInstanceOf(InstanceOfAssertFactories.map(String.class, Object.class))
        .containsEntry("number", 0)
        .containsEntry("file", "volume-00.raw")
        .containsEntry("sizeBytes", 8 * 524_288)
        .containsEntry("listedBlocks", 5)
        .containsEntry("listedBytes", 5 * 524_288)
        .containsEntry("zeroBlocks", 1)
        .containsEntry("zeroBytes", 524_288)
        .containsEntry("dataBytes", 4 * 524_288)
        .containsEntry("extents", 2)
        .containsEntry("segments", 1)
        .containsKeys("storedBytes", "ratio", "frames", "linearSha256");
  }

  @Test
  void unpackSaysWhatWasRestored() throws Exception {
    Path out = directory.resolve("out");
    assertThat(Run.of("unpack", "--output", "json", archive, out).json())
        .containsEntry("schema", 1)
        .containsEntry("command", "unpack")
        .containsEntry("archive", archive.toString())
        .containsEntry("target", out.toString())
        .containsEntry("manifest", true)
        .containsEntry("dryRun", false)
        .containsEntry("listedBytes", 5 * 524_288)
        .containsKeys("uuid", "volumes", "seconds");
  }

  @Test
  void verifySaysWhatWasChecked() throws Exception {
    assertThat(Run.of("verify", "--output", "json", archive).json())
        .containsEntry("mode", "full")
        .containsEntry("complete", true)
        .containsEntry("volumes", 1)
        .containsEntry("listedBlocks", 5);
    assertThat(Run.of("verify", "--quick", "--output", "json", archive).json())
        .containsEntry("mode", "quick");
    assertThat(Run.of("verify", "--scan", "--output", "json", archive).json())
        .containsEntry("mode", "scan")
        .containsEntry("complete", true)
        .containsEntry("endWhole", true)
        .containsEntry("missingSegments", List.of())
        .containsEntry("damage", List.of());
  }

  @Test
  void salvageSaysWhichSegmentsAreMissing() throws Exception {
    Path large = TestDisk.empty(directory.resolve("large.img"), 3L << 25);
    TestDisk.zeros(large, 0, 3 * 64);
    Run.packed(large, directory.resolve("large.bin"));
    byte[] bytes = Files.readAllBytes(directory.resolve("large.bin"));
    TestArchive.destroySegmentHeader(bytes, 1);
    Path damaged = Files.write(directory.resolve("damaged.bin"), bytes);
    Path out = directory.resolve("out");
    Run run = Run.of("unpack", "--salvage", "--no-sync", "--output", "json", damaged, out);
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.json())
        .containsEntry("salvage", true)
        .containsEntry("complete", false)
        .containsEntry("endWhole", true)
        .containsEntry("foundSegments", 2)
        .containsEntry("wholeBlocks", 128)
        .containsEntry("missingSegments", List.of(Map.of("first", 1, "last", 1)));
    assertThat(Json.read(Files.readAllBytes(out.resolve("salvage.json")), "salvage.json"))
        .containsEntry("complete", false)
        .containsEntry("missingSegments", List.of(Map.of("first", 1, "last", 1)));
    assertThat(out.resolve("manifest.json")).exists();
    assertThat(out.resolve("volume-00.raw")).hasSize(3L << 25);
  }

  @Test
  void quietStillPrintsTheDocumentThatWasAskedFor() throws Exception {
    Run run = Run.of("verify", "-q", "--output", "json", archive);
    assertThat(run.json()).containsEntry("command", "verify");
    assertThat(run.stderr()).isEmpty();
  }
}
