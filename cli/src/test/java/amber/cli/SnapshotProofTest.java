package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import amber.ReadPlan;
import amber.block.BlockDigest;
import amber.block.BlockSource;
import amber.block.PendingVolume;
import amber.ec2.Ec2Connection;
import amber.ec2.SnapshotBlocks;
import amber.ec2.SnapshotRequest;
import amber.ec2.SnapshotWriter;
import amber.image.Volume;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The proof that new snapshots hold what they should, on snapshots that do not. */
@ExtendWith(Cloud.class)
class SnapshotProofTest {

  private static final Map<Integer, Integer> SEEDS = new TreeMap<>(Map.of(0, 1, 5, 2, 9, 0));

  private AwsSide side;
  private SnapshotBlocks source;

  @BeforeEach
  void open() throws IOException {
    Console console =
        new Console(
            new ByteArrayOutputStream(),
            new ByteArrayOutputStream(),
            Map.of("AMBER_POLL_MS", "20"),
            false,
            false);
    AwsSettings settings =
        new AwsSettings(
            Optional.empty(),
            false,
            Optional.of(Cloud.EAST),
            Optional.of(Cloud.emulator().endpoint()),
            false,
            false,
            Optional.empty(),
            false,
            Optional.empty());
    side = new AwsSide(settings, console, Stillness.traffic(console, false));
    String snapshot = Cloud.snapshot(Cloud.EAST, 1, SEEDS, Map.of(), Optional.empty());
    source = SnapshotBlocks.open(side.ec2(), snapshot);
  }

  @AfterEach
  void close() throws IOException {
    source.close();
    side.close();
  }

  /** Writes what it is told to, and proves that it is what the source has. */
  private SnapshotProof prove(SnapshotProof.Mode mode, Map<Integer, Integer> written)
      throws IOException {
    Ec2Connection aws = side.ec2();
    Volume volume = new Volume(0, source.sizeBytes(), Optional.empty());
    ReadPlan plan = ReadPlan.of(List.of(volume), List.of(source));
    SnapshotProof proof = new SnapshotProof(mode, 1, plan, List.<BlockSource>of(source), aws, 2);
    SnapshotRequest request =
        new SnapshotRequest(
            Optional.empty(),
            Map.of(),
            false,
            Optional.empty(),
            UUID.randomUUID().toString(),
            60,
            false);
    try (SnapshotWriter writer = new SnapshotWriter(aws, number -> request)) {
      try (PendingVolume pending = writer.begin(0, source.sizeBytes())) {
        for (Map.Entry<Integer, Integer> each : written.entrySet()) {
          ByteBuffer block = ByteBuffer.wrap(Cloud.block(each.getValue()));
          pending.write(each.getKey(), block, new BlockDigest().of(block.duplicate()));
        }
        pending.commit();
      }
      writer.awaitCompleted();
      proof.prove(writer, Set.of());
    }
    return proof;
  }

  @ParameterizedTest
  @EnumSource(SnapshotProof.Mode.class)
  void sameBlocksAreProved(SnapshotProof.Mode mode) throws IOException {
    assertThat(prove(mode, SEEDS).json()).containsEntry("blocks", 3L);
  }

  @ParameterizedTest
  @EnumSource(SnapshotProof.Mode.class)
  void blockThatIsMissingIsFound(SnapshotProof.Mode mode) {
    Map<Integer, Integer> without = new TreeMap<>(SEEDS);
    without.remove(9);
    assertThatThrownBy(() -> prove(mode, without))
        .isInstanceOf(MismatchException.class)
        .hasMessageContaining("lists 2 blocks in 2 extents, should list 3 blocks");
  }

  @Test
  void blockThatIsAnotherIsFoundInASample() {
    Map<Integer, Integer> other = new TreeMap<>(SEEDS);
    other.put(5, 3);
    assertThatThrownBy(() -> prove(SnapshotProof.Mode.SAMPLE, other))
        .isInstanceOf(MismatchException.class)
        .hasMessageContaining("block 5 has SHA-256");
    assertThat(Outcome.of(new MismatchException("snap-1", "differs"))).isEqualTo(Outcome.CORRUPT);
  }
}
