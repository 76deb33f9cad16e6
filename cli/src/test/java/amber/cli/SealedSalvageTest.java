package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import amber.block.Block;
import amber.fixture.Authority;
import amber.fixture.KeyFiles;
import amber.fixture.Seals;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of encrypted archives that were damaged. */
class SealedSalvageTest {

  private static final Authority OPS = Seals.holder("ops", "P-256");

  // Three segments; the last is a short one.
  private static final int BLOCKS = 2 * 64 + 8;

  @TempDir private static Path shared;

  private static Path disk;
  private static Path key;
  private static byte[] sealed;

  @TempDir private Path directory;

  @BeforeAll
  static void pack() throws IOException {
    disk = TestDisk.empty(shared.resolve("disk.img"), 256L << 20);
    TestDisk.noise(disk, 0, BLOCKS, 12);
    Path certificate = KeyFiles.bundle(shared.resolve("ops.pem"), OPS.certificate());
    key = Files.writeString(shared.resolve("ops.key"), KeyFiles.key(OPS));
    Path archive = shared.resolve("sealed.bin");
    Run run =
        Run.of("pack", "--no-sync", "--level", "1", disk, archive, "--recipient", certificate);
    assertThat(run.exitCode()).as(run.stderr()).isZero();
    sealed = Files.readAllBytes(archive);
  }

  private Path damaged(byte[] bytes) throws IOException {
    return Files.write(directory.resolve("damaged.bin"), bytes);
  }

  private void assertRefused(Run run, int exitCode, String says) {
    assertThat(run.exitCode()).as(run.stderr()).isEqualTo(exitCode);
    assertThat(run.stderr()).contains(says).contains("amber: hint: ");
    assertThat(directory.resolve("restored")).doesNotExist();
  }

  @Test
  void allButWhatWasChangedIsRecovered() throws IOException {
    byte[] changed = sealed.clone();
    // Well inside the second segment of noise.
    changed[48 << 20] ^= 1;
    Path archive = damaged(changed);
    Path restored = directory.resolve("restored");
    assertRefused(
        Run.of("unpack", "--no-sync", archive, restored, "--identity", key),
        3,
        "is not the one that was sealed");
    assertRefused(
        Run.of("unpack", "--no-sync", "--salvage", archive, restored), 4, "is encrypted to");

    Run scan = Run.of("verify", "--scan", archive, "--identity", key, "--output", "json");
    assertThat(scan.exitCode()).as(scan.stderr()).isEqualTo(3);
    assertThat(scan.json()).containsEntry("complete", false).containsEntry("endWhole", true);
    Run salvage = Run.of("unpack", "--no-sync", "--salvage", archive, restored, "--identity", key);
    assertThat(salvage.exitCode()).as(salvage.stderr()).isEqualTo(3);
    assertThat(lost(restored.resolve("volume-00.raw")))
        .hasSizeBetween(1, 16)
        .allMatch(block -> block >= 64 && block < 128);
  }

  /** Blocks that are not as they were packed, which must be holes. */
  private static List<Integer> lost(Path volume) throws IOException {
    List<Integer> lost = new java.util.ArrayList<>();
    try (RandomAccessFile one = new RandomAccessFile(disk.toFile(), "r");
        RandomAccessFile other = new RandomAccessFile(volume.toFile(), "r")) {
      assertThat(other.length()).isEqualTo(one.length());
      byte[] expected = new byte[Block.SIZE];
      byte[] found = new byte[Block.SIZE];
      for (int block = 0; block < BLOCKS; block++) {
        one.readFully(expected);
        other.readFully(found);
        if (!Arrays.equals(expected, found)) {
          assertThat(ByteBuffer.wrap(found)).isEqualTo(ByteBuffer.wrap(new byte[Block.SIZE]));
          lost.add(block);
        }
      }
    }
    return lost;
  }

  @Test
  void whatHasLostItsEndIsRefusedInSoManyWords() throws IOException {
    Path archive = damaged(Arrays.copyOf(sealed, sealed.length - 1));
    Path restored = directory.resolve("restored");
    String says = "begins as an encrypted archive, but its end is missing, without which nothing";
    for (Object[] command :
        new Object[][] {
          {"verify", "--scan", archive},
          {"verify", "--scan", archive, "--identity", key},
          {"unpack", "--salvage", archive, restored},
          {"unpack", "--salvage", archive, restored, "--identity", key},
          {"unpack", archive, restored, "--identity", key},
        }) {
      assertRefused(Run.of(command), 3, says);
    }
  }

  @Test
  void withoutItsEnvelopeOrItsMapItIsRefused() throws IOException {
    Path restored = directory.resolve("restored");
    byte[] changed = sealed.clone();
    changed[200] ^= 1;
    assertRefused(
        Run.of("unpack", "--salvage", damaged(changed), restored, "--identity", key),
        3,
        "its envelope does not match the locator's SHA-256");
    changed = sealed.clone();
    changed[sealed.length - 256 - 20] ^= 1;
    assertRefused(
        Run.of("unpack", "--salvage", damaged(changed), restored, "--identity", key),
        3,
        "the map of its segments is not the one that was sealed");
  }
}
