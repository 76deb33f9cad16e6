package amber.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import amber.block.Block;
import amber.block.BlockSink;
import amber.block.BlockSinkContract;
import amber.emulator.state.SnapshotState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The contract, over HTTP. */
class SnapshotWriterTest extends BlockSinkContract {

  @TempDir Path directory;

  private TestAws emulator;
  private Ec2Connection aws;
  private SnapshotWriter writer;

  @BeforeEach
  void start() throws IOException {
    emulator = TestAws.start(directory);
    aws = emulator.connect(TestAws.EAST);
    writer = new SnapshotWriter(aws, number -> TestAws.request(Map.of(), Optional.empty()));
  }

  @AfterEach
  void stop() throws IOException {
    writer.close();
    assertThat(emulator.region(TestAws.EAST).snapshots().all()).isEmpty();
    assertThat(aws.writeSlots().freeCount()).isEqualTo(8);
    aws.close();
    emulator.close();
  }

  @Override
  protected BlockSink sink() {
    return writer;
  }

  @Override
  protected Optional<byte[]> committed(int number) throws IOException {
    String snapshotId = writer.snapshotIds().get(number);
    if (snapshotId == null) {
      assertThat(emulator.region(TestAws.EAST).snapshots().all()).isEmpty();
      return Optional.empty();
    }
    writer.awaitCompleted();
    var snapshot = emulator.region(TestAws.EAST).snapshots().find(snapshotId).orElseThrow();
    assertThat(snapshot.state()).isEqualTo(SnapshotState.COMPLETED);
    assertThat(snapshot.volumeSizeGiB()).isEqualTo(1);
    SortedMap<Integer, ByteBuffer> blocks = emulator.blocks(TestAws.EAST, snapshotId);
    // The contract's volumes are five blocks and a sector, or forty blocks.
    int last = blocks.isEmpty() ? 0 : blocks.lastKey();
    int size = last >= 6 ? 40 * Block.SIZE : 5 * Block.SIZE + 512;
    byte[] bytes = new byte[40 * Block.SIZE];
    blocks.forEach((index, block) -> block.get(bytes, index * Block.SIZE, Block.SIZE));
    assertThat(ByteBuffer.wrap(bytes, size, bytes.length - size))
        .isEqualTo(ByteBuffer.allocate(bytes.length - size));
    return Optional.of(java.util.Arrays.copyOf(bytes, size));
  }
}
