package amber.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import amber.emulator.ebs.EbsRules;
import amber.emulator.ec2.Ec2Rules;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What EC2 has made but does not show everywhere yet, and what an account may do. */
class WindowsTest {

  @TempDir Path directory;

  private TestAws emulator;
  private Ec2Connection aws;

  private void start(Ec2Rules rules) throws IOException {
    emulator = TestAws.start(directory.resolve("region"), EbsRules.DEFAULT, rules);
    aws = emulator.connect(TestAws.EAST);
  }

  @AfterEach
  void stop() throws IOException {
    aws.close();
    emulator.close();
  }

  private Path archive() throws IOException {
    String snapshot =
        TestAws.snapshot(
            aws, 1L << 30, Map.of(3, 1, 5, 0), TestAws.request(Map.of("a", "b"), Optional.empty()));
    Path archive = directory.resolve("ami.bin");
    try (SnapshotBlocks blocks = SnapshotBlocks.open(aws, snapshot)) {
      TestRuns.pack(SnapshotImage.describe(aws, snapshot), blocks, archive);
    }
    return archive;
  }

  @Test
  void imageThatIsNotFoundAtFirstAndThenPendingIsWaitedFor() throws IOException {
    start(Ec2Rules.DEFAULT.withNewImages(Duration.ofMillis(400), Duration.ofMillis(900)));
    Path archive = archive();
    long began = System.nanoTime();
    RegisteredImage made = TestRuns.unpack(aws, archive, "new");
    assertThat(made.differences()).isEmpty();
    assertThat(System.nanoTime() - began).isGreaterThan(Duration.ofMillis(900).toNanos());
    assertThat(new AmiReader(aws).find(made.imageId()).stateAsString()).isEqualTo("available");
  }

  @Test
  void snapshotThatNowAndThenLooksPendingAgainIsNoReasonToFail() throws IOException {
    start(Ec2Rules.DEFAULT);
    Path archive = archive();
    stop();
    start(Ec2Rules.DEFAULT.withSnapshotFlapsFor(Duration.ofSeconds(60)));
    RegisteredImage made = TestRuns.unpack(aws, archive, "flapping");
    assertThat(made.differences()).isEmpty();
  }

  /** The same as the usual settings, without a rate of its own. */
  private Ec2Connection connectByQuota() {
    Ec2Settings usual = emulator.settings(TestAws.EAST);
    return Ec2Connection.open(
        new Ec2Settings(
            usual.region(),
            usual.endpoint(),
            usual.credentials(),
            usual.inFlight(),
            OptionalDouble.empty(),
            usual.blockRetry(),
            usual.poll(),
            usual.snapshotLimit(),
            usual.freshLimit(),
            usual.fips(),
            usual.dualStack()));
  }

  @Test
  void blocksAreAskedForJustBelowTheQuotasOfTheAccount() throws IOException {
    start(Ec2Rules.DEFAULT);
    emulator.quotas().set("L-C125AE42", 3000);
    emulator.quotas().set("L-AFAE1BE8", 200);
    emulator.quotas().set("L-94D7AB7D", 100);
    try (Ec2Connection byQuota = connectByQuota()) {
      assertThat(byQuota.counts().getsPerSecond()).isEqualTo(985);
      assertThat(byQuota.limits()).isEqualTo(new AccountLimits(3000, 200, 100, true));
      assertThat(byQuota.counts().getsPerSecond()).isEqualTo(2955);
      assertThat(byQuota.counts().putsPerSecond()).isEqualTo(197);
    }
    // A rate that is given is kept, whatever the quota.
    assertThat(aws.limits().known()).isTrue();
    assertThat(aws.counts().getsPerSecond()).isEqualTo(900);
  }

  @Test
  void whereServiceQuotasDoesNotTellTheDefaultsHold() throws IOException {
    start(Ec2Rules.DEFAULT);
    try (Ec2Connection byQuota = connectByQuota()) {
      assertThat(byQuota.limits()).isEqualTo(AccountLimits.DEFAULT);
      assertThat(byQuota.counts().getsPerSecond()).isEqualTo(985);
      assertThat(byQuota.counts().putsPerSecond()).isEqualTo(985);
    }
  }
}
