package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import amber.block.Block;
import amber.emulator.disk.RawDisks;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Blocks that were never written, from the snapshot to what an instance reads, over HTTP. */
@ExtendWith(Cloud.class)
class HolesEndToEndTest {

  private static final String CHINA = "cn-north-1";
  private static final int BLOCKS = 2048;

  @TempDir private Path directory;

  @AfterEach
  void encryptNoMoreUnasked() throws Exception {
    Cloud.region(CHINA).updateSettings(settings -> settings.withEncryptionByDefault(false));
  }

  private static String madeSnapshot(Run run) throws Exception {
    return (String) ((Map<?, ?>) ((List<?>) run.json().get("snapshots")).get(0)).get("snapshotId");
  }

  /** How many blocks an instance reads as zeros. */
  private int zeros(String snapshotId) throws Exception {
    Path disk = directory.resolve("exported.img");
    RawDisks.exportDisk(Cloud.region(CHINA), snapshotId, disk);
    int zeros = 0;
    byte[] bytes = new byte[Block.SIZE];
    try (InputStream in = Files.newInputStream(disk)) {
      while (in.readNBytes(bytes, 0, Block.SIZE) == Block.SIZE) {
        zeros += Block.isZero(ByteBuffer.wrap(bytes)) ? 1 : 0;
      }
    }
    Files.delete(disk);
    return zeros;
  }

  private Path archive() throws Exception {
    String snapshot =
        Cloud.snapshot(Cloud.EAST, 1, Map.of(3, 1, 4, 0, 2000, 2), Map.of(), Optional.empty());
    Path archive = directory.resolve("a.bin");
    Cloud.succeed("pack", snapshot, archive);
    return archive;
  }

  private static Run unpack(Object archive, String... options) {
    List<Object> arguments = new ArrayList<>(List.of("unpack", "--output", "json", archive));
    arguments.addAll(List.of("ami:" + Cloud.newName("holes"), "--to-region", CHINA));
    arguments.addAll(List.of(options));
    return Cloud.succeed(arguments.toArray());
  }

  @Test
  void holesOfAnEncryptedTargetAreNoiseUnlessTheyAreFilled() throws Exception {
    Path archive = archive();
    Run noisy = unpack(archive, "--encrypt");
    assertThat(noisy.stderr()).contains("will be encrypted, so that blocks which were never");
    assertThat(Cloud.listed(CHINA, madeSnapshot(noisy))).containsExactly(3, 4, 2000);
    assertThat(zeros(madeSnapshot(noisy))).as("the zero block alone").isEqualTo(1);

    Run filled = unpack(archive, "--encrypt", "--fill-holes");
    assertThat(filled.stderr()).isEmpty();
    assertThat(Cloud.listed(CHINA, madeSnapshot(filled))).hasSize(BLOCKS);
    assertThat(zeros(madeSnapshot(filled))).isEqualTo(BLOCKS - 2);
  }

  @Test
  void holesAreFilledWhereTheAccountEncryptsUnasked() throws Exception {
    Cloud.region(CHINA).updateSettings(settings -> settings.withEncryptionByDefault(true));
    Path archive = archive();
    Run noisy = unpack(archive);
    assertThat(noisy.stderr()).contains("--fill-holes writes zeros there");
    assertThat(zeros(madeSnapshot(noisy))).isEqualTo(1);

    Run filled = unpack(archive, "--fill-holes");
    assertThat(filled.stderr()).isEmpty();
    String made = madeSnapshot(filled);
    assertThat(Cloud.region(CHINA).snapshots().find(made).orElseThrow().kmsKeyArn()).isPresent();
    assertThat(Cloud.listed(CHINA, made)).hasSize(BLOCKS);
    assertThat(zeros(made)).isEqualTo(BLOCKS - 2);
  }

  @Test
  void nothingIsFilledWhereNothingBecomesNoise() throws Exception {
    Run plain = unpack(archive(), "--fill-holes");
    assertThat(Cloud.listed(CHINA, madeSnapshot(plain))).containsExactly(3, 4, 2000);
    assertThat(zeros(madeSnapshot(plain))).isEqualTo(BLOCKS - 2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void snapshotWithNoListedBlockIsPackedUnpackedAndCopied(boolean encrypted) throws Exception {
    Optional<String> key =
        encrypted ? Optional.of(Cloud.region(Cloud.EAST).kmsKeyArn("e")) : Optional.empty();
    String empty = Cloud.snapshot(Cloud.EAST, 2, Map.of(), Map.of("of", "nothing"), key);
    String ami = Cloud.image(Cloud.EAST, Cloud.newName("empty"), empty);
    String archive = "s3://%s/e.bin".formatted(Cloud.bucket(Cloud.EAST));
    assertThat(Cloud.succeed("pack", ami, archive).text())
        .contains(": 1 volume, 2.0 GiB, 0 B listed in 0 blocks (0 zero), ");
    assertThat(Cloud.succeed("verify", archive).text()).contains("every byte is whole");

    Run unpacked = unpack(archive);
    assertEmpty(madeSnapshot(unpacked));
    Run copied =
        Cloud.succeed(
            "copy", "--output", "json", ami, "ami:" + Cloud.newName("e"), "--to-region", CHINA);
    assertEmpty(madeSnapshot(copied));
    Path out = directory.resolve("out");
    Cloud.succeed("unpack", "--no-sync", archive, out);
    assertThat(Files.size(out.resolve("volume-00.raw"))).isEqualTo(2L << 30);
    assertThat(Run.of("inspect", out).text()).contains("0 B in 0 blocks, 0 extents");
  }

  private static void assertEmpty(String snapshotId) throws Exception {
    assertThat(Cloud.listed(CHINA, snapshotId)).isEmpty();
    var snapshot = Cloud.region(CHINA).snapshots().find(snapshotId).orElseThrow();
    assertThat(snapshot.volumeSizeGiB()).isEqualTo(2);
    assertThat(snapshot.tags()).isEqualTo(Map.of("of", "nothing"));
  }
}
