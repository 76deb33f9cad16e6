package amber.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import amber.block.Block;
import amber.block.BlockSet;
import amber.block.BlockSource;
import amber.block.BlockSourceContract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The contract, over HTTP. */
class SnapshotBlocksTest extends BlockSourceContract {

  private static final Map<Integer, Integer> SEEDS = Map.of(1, 11, 2, 0, 3, 13, 7, 17, 2047, 5);

  @TempDir Path directory;

  private TestAws emulator;
  private Ec2Connection aws;
  private String snapshotId;

  @BeforeEach
  void start() throws IOException {
    emulator = TestAws.start(directory);
    aws = emulator.connect(TestAws.EAST);
    snapshotId =
        TestAws.snapshot(aws, 1L << 30, SEEDS, TestAws.request(Map.of(), Optional.empty()));
  }

  @AfterEach
  void stop() throws IOException {
    assertThat(aws.readSlots().freeCount()).isEqualTo(8);
    assertThat(aws.writeSlots().freeCount()).isEqualTo(8);
    assertThat(aws.counts().retries()).isZero();
    aws.close();
    emulator.close();
  }

  @Override
  protected BlockSource open() throws IOException {
    return SnapshotBlocks.open(aws, snapshotId);
  }

  @Override
  protected boolean endsShort() {
    return false;
  }

  @Override
  protected BlockSet expectedListed() {
    BlockSet.Builder blocks = new BlockSet.Builder();
    SEEDS.keySet().forEach(index -> blocks.add(index, 1));
    return blocks.build();
  }

  @Override
  protected byte[] expected(int index) {
    byte[] block = TestAws.block(SEEDS.get(index));
    assertThat(block).hasSize(Block.SIZE);
    return block;
  }
}
