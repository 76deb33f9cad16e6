package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import amber.block.Block;
import amber.emulator.Emulator;
import amber.emulator.EmulatorOptions;
import amber.emulator.disk.RawDisks;
import amber.emulator.state.Image;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalDisksTest {

  private static final String SNAP = "snap-0123456789abcdef0";
  private static final int HOLE = 4;

  @TempDir private Path directory;

  private Path region() {
    return directory.resolve("region");
  }

  private Run imported(Object... more) throws IOException {
    Path disk = directory.resolve("disk.img");
    if (!Files.exists(disk)) {
      TestDisk.small(disk);
    }
    Object[] given = {"local", "import", disk, "--dir", region(), "--output", "json"};
    return Run.of(Stream.concat(Stream.of(given), Stream.of(more)).toArray());
  }

  private static String snapshotId(Run run, int volume) throws IOException {
    assertThat(run.exitCode()).as(run.stderr()).isZero();
    return ((Map<?, ?>) ((List<?>) run.json().get("volumes")).get(volume))
        .get("snapshotId")
        .toString();
  }

  @Test
  void imageHasWhatWasAskedFor() throws IOException {
    Path data = TestDisk.small(directory.resolve("data.img"));
    Path uefi = Files.writeString(directory.resolve("uefi.txt"), "QU1aTlVF\nRkk=\n");
    Run run =
        imported(
            data,
            "--name",
            "web/42",
            "--region",
            "us-gov-west-1",
            "--boot-mode",
            "uefi",
            "--tpm",
            "--imds",
            "--uefi-data",
            uefi,
            "--description",
            "für alle",
            "--tag",
            "team=web=1",
            "--tag",
            "empty=",
            "--architecture",
            "x86_64");
    assertThat(run.exitCode()).as(run.stderr()).isZero();
    String imageId = run.json().get("imageId").toString();
    try (Emulator emulator = Emulator.start(region(), EmulatorOptions.DEFAULT)) {
      Image image = emulator.region("us-gov-west-1").images().find(imageId).orElseThrow();
      assertThat(image.registration().name()).isEqualTo("web/42");
      assertThat(image.registration().description()).contains("für alle");
      assertThat(image.registration().bootMode()).contains("uefi");
      assertThat(image.registration().tpmSupport()).contains("v2.0");
      assertThat(image.registration().imdsSupport()).contains("v2.0");
      assertThat(image.registration().uefiData()).contains("QU1aTlVFRkk=");
      assertThat(image.registration().devices()).hasSize(2);
      assertThat(image.tags()).isEqualTo(Map.of("team", "web=1", "empty", ""));
      assertThat(
              emulator
                  .region("us-gov-west-1")
                  .snapshots()
                  .find(snapshotId(run, 1))
                  .orElseThrow()
                  .tags())
          .isEqualTo(image.tags());
    }
  }

  @Test
  void unencryptedSnapshotComesBackWithZerosInItsHoles() throws IOException {
    String snapshotId = snapshotId(imported("--name", "web"), 0);
    Path back = directory.resolve("back.img");
    Run run = Run.of("local", "export", snapshotId, back, "--dir", region());
    assertThat(run.exitCode()).as(run.stderr()).isZero();
    assertThat(run.text())
        .startsWith("exported " + snapshotId + " to " + back + ": 1.0 GiB, 2.5 MiB in 5 blocks")
        .contains("zeros elsewhere");
    assertThat(Files.size(back)).isEqualTo(1L << 30);
    // They are alike up to where the disk ends.
    assertThat(Files.mismatch(directory.resolve("disk.img"), back)).isEqualTo(8L * Block.SIZE);
  }

  @Test
  void encryptedSnapshotComesBackWithNoiseInItsHoles() throws IOException {
    String snapshotId = snapshotId(imported("--name", "web", "--encrypted"), 0);
    Path back = directory.resolve("back.img");
    Run run = Run.of("local", "export", snapshotId, back, "--dir", region());
    assertThat(run.exitCode()).as(run.stderr()).isZero();
    assertThat(run.text()).contains("noise elsewhere");
    try (RandomAccessFile disk = new RandomAccessFile(back.toFile(), "r");
        RandomAccessFile original =
            new RandomAccessFile(directory.resolve("disk.img").toFile(), "r")) {
      assertThat(block(disk, 0)).isEqualTo(block(original, 0));
      assertThat(block(disk, 6)).as("zeros that were written").isEqualTo(new byte[Block.SIZE]);
      assertThat(block(disk, HOLE)).isEqualTo(RawDisks.noise(snapshotId, HOLE));
      assertThat(block(disk, 2047)).isEqualTo(RawDisks.noise(snapshotId, 2047));
    }
  }

  private static byte[] block(RandomAccessFile disk, int index) throws IOException {
    byte[] block = new byte[Block.SIZE];
    disk.seek(Block.offset(index));
    disk.readFully(block);
    return block;
  }

  @Test
  void nameThatIsTakenIsRefusedAndNothingStays() throws IOException {
    assertThat(imported("--name", "web").exitCode()).isZero();
    Run second = imported("--name", "web");
    assertThat(second.exitCode()).isEqualTo(Outcome.EXISTS.exitCode());
    assertThat(second.stderr()).contains("is the name of ami-", "choose another --name");
    try (Emulator emulator = Emulator.start(region(), EmulatorOptions.DEFAULT)) {
      assertThat(emulator.region("us-east-1").snapshots().all()).hasSize(1);
    }
  }

  @Test
  void failedRegistrationLeavesNoSnapshot() throws IOException {
    // EC2 has a TPM with UEFI only.
    Run run = imported("--name", "web", "--tpm");
    assertThat(run.exitCode()).isNotZero();
    assertThat(run.stderr()).contains("tpmSupport");
    try (Emulator emulator = Emulator.start(region(), EmulatorOptions.DEFAULT)) {
      assertThat(emulator.region("us-east-1").snapshots().all()).isEmpty();
    }
  }

  @Test
  void commandLinesThatMakeNoSenseAreRefused() throws IOException {
    assertRefused(2, "one of them should say where", Run.of("local", "export", SNAP, "x.img"));
    assertRefused(2, "'snap-1'", Run.of("local", "export", "snap-1", "x.img", "--dir", region()));
    assertRefused(
        5, "no such directory", Run.of("local", "export", SNAP, "x.img", "--dir", region()));
    assertRefused(2, "--dir: is missing", Run.of("local"));
    assertRefused(2, "fault 'nonsense'", Run.of("local", "--dir", region(), "--fault", "nonsense"));
    assertRefused(2, "should be one of", imported("--name", "web", "--boot-mode", "floppy"));
    assertRefused(2, "is none that the emulator has", imported("--name", "a", "--region", "mars"));
    assertRefused(2, "KEY=VALUE", imported("--name", "web", "--tag", "team"));
    assertRefused(2, "more than once", imported("--name", "web", "--tag", "a=1", "--tag", "a=2"));
    assertRefused(2, "is no name for an image", imported("--name", "ä"));
    assertRefused(2, "no Base64", imported("--name", "web", "--uefi-data", notBase64()));
    assertRefused(2, "'--name", imported());
    assertRefused(5, "missing.img", imported("--name", "web", directory.resolve("missing.img")));
    assertThat(Run.of("local", "export", SNAP, directory.resolve("disk.img"), "--dir", region()))
        .extracting(Run::exitCode)
        .isEqualTo(Outcome.EXISTS.exitCode());
  }

  private Path notBase64() throws IOException {
    return Files.writeString(directory.resolve("notes.txt"), "rain, at noon!");
  }

  private static void assertRefused(int exitCode, String message, Run run) {
    assertThat(run.stderr()).contains(message);
    assertThat(run.exitCode()).as(run.stderr()).isEqualTo(exitCode);
  }

  @Test
  void directoryOfSomebodyElseIsRefused() throws IOException {
    Files.createDirectories(region());
    Files.writeString(region().resolve("diary.txt"), "rain at noon");
    for (Run run : List.of(Run.of("local", "--dir", region()), imported("--name", "web"))) {
      assertThat(run.exitCode()).isEqualTo(Outcome.EXISTS.exitCode());
      assertThat(run.stderr()).contains("holds something else", "amber: hint: ");
    }
    assertThat(Optional.ofNullable(region().toFile().list()).orElseThrow())
        .containsExactly("diary.txt");
  }

  @Test
  void portThatIsTakenIsRefused() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Run run = Run.of("local", "--dir", region(), "--port", taken.getLocalPort());
      assertThat(run.exitCode()).isEqualTo(Outcome.FAILED.exitCode());
      assertThat(run.stderr()).contains("cannot listen", "choose another port");
    }
  }
}
