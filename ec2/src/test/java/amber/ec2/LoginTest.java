package amber.ec2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import amber.block.Block;
import amber.block.BlockReader;
import amber.emulator.ebs.EbsRules;
import amber.emulator.ec2.Ec2Rules;
import amber.work.LoginException;
import amber.work.LoginException.Why;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;

/** Whoever gives the credentials fails, at the beginning or in the middle. */
class LoginTest {

  @TempDir private Path directory;

  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicReference<String> trouble = new AtomicReference<>();

  private AwsCredentials resolve() {
    asked.incrementAndGet();
    if (trouble.get() != null) {
      throw new IllegalStateException(trouble.get());
    }
    return AwsBasicCredentials.create("test", "test");
  }

  private Ec2Connection connect(TestAws emulator) {
    Ec2Settings like = emulator.settings(TestAws.EAST);
    return Ec2Connection.open(
        Ec2Settings.of(like.region(), this::resolve)
            .withEndpoint(like.endpoint().orElseThrow())
            .withSpeed(8, like.blocksPerSecond())
            .withWaits(like.blockRetry(), like.poll(), like.snapshotLimit(), like.freshLimit()));
  }

  @Test
  void whatGivesNoCredentialsIsNotTakenForANetworkThatIsGone() throws IOException {
    try (TestAws emulator =
        TestAws.start(
            directory,
            EbsRules.DEFAULT.withCompletionDelay(Duration.ofMillis(10)),
            Ec2Rules.DEFAULT)) {
      String snapshotId;
      try (Ec2Connection aws = emulator.connect(TestAws.EAST)) {
        snapshotId =
            TestAws.snapshot(
                aws, 1L << 30, Map.of(0, 1), TestAws.request(Map.of(), Optional.empty()));
      }
      try (Ec2Connection aws = connect(emulator)) {
        trouble.set("the process that gives credentials ended with 1");
        assertThatThrownBy(() -> SnapshotBlocks.open(aws, snapshotId))
            .isInstanceOfSatisfying(
                LoginException.class, login -> assertThat(login.why()).isEqualTo(Why.MISSING))
            .hasMessage(
                snapshotId + ": no credentials: the process that gives credentials ended with 1");
        assertThat(asked).hasValue(1);
        trouble.set(null);
        try (SnapshotBlocks source = SnapshotBlocks.open(aws, snapshotId)) {
          int[] all = source.listed().slice(0, 1);
          trouble.set("The SSO session has expired");
          asked.set(0);
          try (BlockReader reader = source.read(all)) {
            ByteBuffer slot = ByteBuffer.allocate(Block.SIZE);
            assertThatThrownBy(() -> reader.next(slot))
                .isInstanceOfSatisfying(
                    LoginException.class, login -> assertThat(login.why()).isEqualTo(Why.EXPIRED))
                .hasMessageContaining("block 0 of " + snapshotId + ": no credentials: ");
          }
          assertThat(asked).hasValue(1);
        }
        assertThat(aws.counts().retries()).isZero();
      }
    }
  }
}
