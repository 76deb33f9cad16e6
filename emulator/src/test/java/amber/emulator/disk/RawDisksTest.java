package amber.emulator.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import amber.emulator.TestClock;
import amber.emulator.state.Region;
import amber.emulator.state.Snapshot;
import amber.emulator.state.SnapshotBlocks;
import amber.emulator.state.SnapshotState;
import amber.emulator.state.World;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RawDisksTest {

  private static final int BLOCK = SnapshotBlocks.BLOCK_BYTES;

  @TempDir private Path directory;

  private World world;
  private Region region;
  private Path disk;

  @BeforeEach
  void open() throws IOException {
    world = World.open(directory.resolve("state"), new TestClock());
    region = world.region("us-east-1");
    disk = directory.resolve("disk.img");
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
      file.seek(3L * BLOCK + 5);
      file.write("three".getBytes(StandardCharsets.UTF_8));
      file.setLength(5L * BLOCK + 512);
    }
  }

  @AfterEach
  void close() throws IOException {
    world.close();
  }

  @Test
  void diskComesBackInWholeGibWithZerosWhereItHadNone() throws Exception {
    Snapshot snapshot = imported(Optional.empty());
    assertThat(snapshot.state()).isEqualTo(SnapshotState.COMPLETED);
    assertThat(snapshot.volumeSizeGiB()).isEqualTo(1);
    assertThat(snapshot.fullSizeBytes()).isEqualTo(BLOCK);
    Path back = directory.resolve("back.img");
    RawDisks.exportDisk(region, snapshot.id(), back);
    assertThat(Files.size(back)).isEqualTo(1L << 30);
    assertThat(Files.mismatch(disk, back)).isEqualTo(5L * BLOCK + 512);
    assertThatThrownBy(() -> RawDisks.exportDisk(region, snapshot.id(), back))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  void unwrittenBlocksOfAnEncryptedVolumeReadAsTheSameNoiseEachTime() throws Exception {
    Snapshot snapshot = imported(Optional.of(region.defaultKmsKeyArn()));
    Path back = directory.resolve("back.img");
    RawDisks.exportDisk(region, snapshot.id(), back);
    try (RandomAccessFile exported = new RandomAccessFile(back.toFile(), "r")) {
      assertThat(block(exported, 3)).startsWith(0, 0, 0, 0, 0, 't', 'h');
      assertThat(block(exported, 2047)).isEqualTo(RawDisks.noise(snapshot.id(), 2047));
      assertThat(block(exported, 0)).isNotEqualTo(new byte[BLOCK]);
      assertThat(block(exported, 0)).isNotEqualTo(block(exported, 1));
    }
  }

  private Snapshot imported(Optional<String> key) throws IOException {
    return RawDisks.importDisk(region, disk, key, Optional.of("a disk"), Map.of("a", "b"));
  }

  private static byte[] block(RandomAccessFile file, int index) throws IOException {
    byte[] block = new byte[BLOCK];
    file.seek((long) index * BLOCK);
    file.readFully(block);
    return block;
  }
}
