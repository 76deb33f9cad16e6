package amber.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import amber.block.Block;
import amber.block.BlockDigest;
import amber.block.PendingVolume;
import amber.emulator.disk.RawDisks;
import amber.image.Image;
import amber.image.Volume;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an instance reads where nothing was written. */
class HolesTest {

  private static final int BLOCKS = 2048;
  private static final int WRITTEN = 700;

  @TempDir Path directory;

  private TestAws emulator;
  private Ec2Connection aws;
  private Optional<String> key;

  @BeforeEach
  void start() throws IOException {
    emulator = TestAws.start(directory.resolve("aws"));
    aws = Ec2Connection.open(emulator.settings(TestAws.EAST).withSpeed(32, 950));
    key = Optional.of(emulator.region(TestAws.EAST).kmsKeyArn("test"));
  }

  @AfterEach
  void stop() throws IOException {
    aws.close();
    emulator.close();
  }

  /** Writes one block of 1 GiB, and returns how many of the others an instance reads as zeros. */
  private int zerosAround(SnapshotRequest request) throws IOException {
    String snapshotId;
    try (SnapshotWriter writer = new SnapshotWriter(aws, number -> request);
        PendingVolume volume = writer.begin(0, 1L << 30)) {
      byte[] block = TestAws.block(1);
      volume.write(WRITTEN, ByteBuffer.wrap(block), BlockDigest.newSha256().digest(block));
      volume.commit();
      writer.awaitCompleted();
      writer.keep();
      snapshotId = writer.snapshotIds().get(0);
    }
    Path disk = directory.resolve("disk.img");
    RawDisks.exportDisk(emulator.region(TestAws.EAST), snapshotId, disk);
    int zeros = 0;
    byte[] bytes = new byte[Block.SIZE];
    try (InputStream in = Files.newInputStream(disk)) {
      for (int index = 0; index < BLOCKS; index++) {
        assertThat(in.readNBytes(bytes, 0, Block.SIZE)).isEqualTo(Block.SIZE);
        if (index == WRITTEN) {
          assertThat(bytes).isEqualTo(TestAws.block(1));
        } else if (Block.isZero(ByteBuffer.wrap(bytes))) {
          zeros++;
        }
      }
    }
    Files.delete(disk);
    return zeros;
  }

  @Test
  void encryptedSnapshotReadsAsZerosOnlyWhereZerosAreWritten() throws IOException {
    assertThat(zerosAround(TestAws.request(Map.of(), Optional.empty()))).isEqualTo(BLOCKS - 1);
    assertThat(aws.counts().puts()).isEqualTo(1);
    assertThat(zerosAround(TestAws.request(Map.of(), key))).isZero();
    assertThat(aws.counts().puts()).isEqualTo(2);
    assertThat(zerosAround(TestAws.request(Map.of(), key).withHolesFilled())).isEqualTo(BLOCKS - 1);
    assertThat(aws.counts().puts()).isEqualTo(2 + BLOCKS);
    assertThat(aws.writeSlots().freeCount()).isEqualTo(32);
  }

  private static Image image(boolean... encrypted) {
    List<Volume> volumes = new java.util.ArrayList<>();
    List<Object> snapshots = new java.util.ArrayList<>();
    for (boolean each : encrypted) {
      volumes.add(new Volume(volumes.size(), 1L << 30, Optional.empty()));
      snapshots.add(Map.of("encrypted", each));
    }
    return new Image(Map.of("ec2", Map.of("snapshots", snapshots)), volumes);
  }

  @Test
  void isToldWhereItMatters() throws IOException {
    Image image = image(false, true);
    SnapshotRequest plain = TestAws.request(Map.of(), Optional.empty());
    SnapshotRequest sealed = TestAws.request(Map.of(), key);
    TargetEncryption off = TargetEncryption.of(aws);
    assertThat(off.known()).isTrue();
    assertThat(off.byDefault()).isFalse();
    assertThat(off.defaultKey()).isPresent();
    assertThat(off.spoilsHoles(image, 0, plain)).isFalse();
    assertThat(off.spoilsHoles(image, 0, sealed)).isTrue();
    assertThat(off.spoilsHoles(image, 0, sealed.withHolesFilled())).isFalse();
    // Where the source was encrypted, nobody ever read zeros there.
    assertThat(off.spoilsHoles(image, 1, sealed)).isFalse();
    // Of a disk that was no snapshot, everything read as zeros.
    Image disk = new Image(Map.of("name", "x"), List.of(new Volume(0, 1L << 30, Optional.empty())));
    assertThat(off.spoilsHoles(disk, 0, sealed)).isTrue();

    emulator
        .region(TestAws.EAST)
        .updateSettings(settings -> settings.withEncryptionByDefault(true));
    TargetEncryption on = TargetEncryption.of(aws);
    assertThat(on.spoilsHoles(image, 0, plain)).isTrue();
    assertThat(on.spoilsHoles(image, 1, plain)).isFalse();

    emulator.faults().add("ec2:GetEbsEncryptionByDefault:deny");
    assertThat(TargetEncryption.of(aws).known()).isFalse();
  }
}
