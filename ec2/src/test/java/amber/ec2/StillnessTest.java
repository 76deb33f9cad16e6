package amber.ec2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import amber.emulator.ebs.EbsRules;
import amber.emulator.ec2.Ec2Rules;
import amber.work.RetryPolicy;
import amber.work.Traffic;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Connections over which nothing comes: they are given up long before the request's own limit, and
 * the request is asked again.
 */
@Timeout(60)
class StillnessTest {

  private static final Duration STILL = Duration.ofSeconds(2);

  // Far beyond what a test may take: who waits for it fails.
  private static final Duration ATTEMPT_LIMIT = Duration.ofMinutes(10);

  @TempDir private Path directory;

  private final Queue<String> again = new ConcurrentLinkedQueue<>();
  private TestAws emulator;
  private Traffic traffic;
  private Ec2Connection aws;

  @BeforeEach
  void start() throws IOException {
    emulator = TestAws.start(directory.resolve("aws"), EbsRules.DEFAULT, Ec2Rules.DEFAULT);
    traffic = new Traffic(STILL, (failure, verdict, number, pause) -> again.add(failure + ""));
    aws = Ec2Connection.open(patient(emulator.settings(TestAws.EAST)), traffic);
  }

  @AfterEach
  void stop() throws IOException {
    emulator.faults().clear();
    aws.close();
    emulator.close();
  }

  private static Ec2Settings patient(Ec2Settings settings) {
    RetryPolicy retry =
        new RetryPolicy(
            3, ATTEMPT_LIMIT, Duration.ofMillis(5), Duration.ofMillis(50), ATTEMPT_LIMIT);
    return settings.withWaits(
        retry, settings.poll(), settings.snapshotLimit(), settings.freshLimit());
  }

  private String snapshot() throws IOException {
    return TestAws.snapshot(
        aws, 1L << 30, Map.of(0, 1, 9, 4), TestAws.request(Map.of(), Optional.empty()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ebs:StartSnapshot",
        "ebs:PutSnapshotBlock",
        "ebs:CompleteSnapshot",
        "ec2:DescribeSnapshots"
      })
  void silentServerIsAskedAgainWhileASnapshotIsWritten(String operation) throws IOException {
    emulator.faults().add(operation + ":nth=1:silence");
    String snapshotId = snapshot();
    assertThat(emulator.blocks(TestAws.EAST, snapshotId)).containsOnlyKeys(0, 9);
    assertThat(again).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"silence", "silence-after"})
  void silentServerIsAskedAgainForABlock(String silence) throws IOException {
    String imageId = TestRuns.ami(aws, "silent", snapshot());
    emulator.faults().add("ebs:GetSnapshotBlock:nth=1:" + silence);
    TestRuns.pack(aws, imageId, directory.resolve("silent.bin"));
    assertThat(again).singleElement().asString().contains("block ").contains("snap-");
    assertThat(traffic.retries()).isEqualTo(1);
    assertThat(traffic.underWay()).isEmpty();
  }

  @Test
  void slowAnswerIsNotASilentOne() throws IOException {
    String imageId = TestRuns.ami(aws, "slow", snapshot());
    emulator.faults().add("ebs:GetSnapshotBlock:nth=1:drip=200000");
    TestRuns.pack(aws, imageId, directory.resolve("slow.bin"));
    assertThat(again).isEmpty();
  }

  @Test
  void serverThatNeverAcceptsIsGivenUp() throws IOException {
    // The system takes connections, and nobody ever looks at them: as if the peer had vanished.
    try (ServerSocket nobody = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Ec2Connection vanished =
            Ec2Connection.open(
                patient(emulator.settings(TestAws.EAST))
                    .withEndpoint(URI.create("http://127.0.0.1:" + nobody.getLocalPort())),
                traffic)) {
      assertThatThrownBy(() -> new AmiReader(vanished).describe("ami-0123456789abcdef0"))
          .isInstanceOf(AwsException.class)
          .hasMessageContaining("ami-0123456789abcdef0: no byte moved for 2 s on the connection");
      assertThatThrownBy(() -> SnapshotBlocks.open(vanished, "snap-0123456789abcdef0"))
          .isInstanceOf(AwsException.class)
          .hasMessageContaining("no byte moved for 2 s");
    }
    assertThat(List.copyOf(again)).hasSize(4);
  }
}
