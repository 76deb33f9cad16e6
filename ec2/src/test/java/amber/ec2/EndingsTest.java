package amber.ec2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import amber.block.BlockDigest;
import amber.block.PendingVolume;
import amber.emulator.ebs.EbsRules;
import amber.emulator.ec2.Ec2Rules;
import amber.emulator.http.Interference;
import amber.emulator.http.Response;
import amber.emulator.state.SnapshotState;
import amber.image.Image;
import amber.image.Volume;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that are given up, by AWS or by the user, leave nothing behind. */
class EndingsTest {

  private static final Map<Integer, Integer> SEEDS = Map.of(0, 1, 2, 0);

  @TempDir Path directory;

  private TestAws emulator;
  private Ec2Connection aws;

  @AfterEach
  void stop() throws IOException {
    assertThat(aws.readSlots().freeCount()).isEqualTo(8);
    assertThat(aws.writeSlots().freeCount()).isEqualTo(8);
    aws.close();
    emulator.close();
  }

  private void start(EbsRules rules, Interference interference) throws IOException {
    emulator = TestAws.start(directory, rules, Ec2Rules.DEFAULT, interference);
    aws = emulator.connect(TestAws.EAST);
  }

  private String snapshot() throws IOException {
    return TestAws.snapshot(aws, 1L << 30, SEEDS, TestAws.request(Map.of(), Optional.empty()));
  }

  @Test
  void snapshotThatEbsGaveUpFailsTheVolume() throws IOException {
    start(EbsRules.DEFAULT.withCompletionDelay(Duration.ofMinutes(1)), Interference.NONE);
    SnapshotWriter writer =
        new SnapshotWriter(aws, number -> TestAws.request(Map.of(), Optional.empty()));
    try (writer;
        PendingVolume volume = writer.begin(0, 1L << 30)) {
      giveUp(volume.location());
      volume.write(3, ByteBuffer.wrap(TestAws.block(0)), BlockDigest.zeroBlock());
      assertThatThrownBy(volume::commit)
          .isInstanceOf(AwsException.class)
          .hasMessageContaining("block 3 of " + volume.location());
    }
    try (SnapshotWriter second =
            new SnapshotWriter(aws, number -> TestAws.request(Map.of(), Optional.empty()));
        PendingVolume volume = second.begin(0, 1L << 30)) {
      volume.write(3, ByteBuffer.wrap(TestAws.block(0)), BlockDigest.zeroBlock());
      volume.commit();
      giveUp(volume.location());
      assertThatThrownBy(second::awaitCompleted)
          .hasMessageContaining(volume.location() + ": is in error");
    }
    assertThat(emulator.region(TestAws.EAST).snapshots().all()).isEmpty();
  }

  private void giveUp(String snapshotId) throws IOException {
    emulator
        .region(TestAws.EAST)
        .snapshots()
        .update(snapshotId, s -> s.withState(SnapshotState.ERROR));
  }

  @Test
  void snapshotThatIsNeverCompletedIsGivenUp() throws IOException {
    start(EbsRules.DEFAULT.withCompletionDelay(Duration.ofMinutes(10)), Interference.NONE);
    aws.close();
    Ec2Settings settings = emulator.settings(TestAws.EAST);
    aws =
        Ec2Connection.open(
            settings.withWaits(
                settings.blockRetry(),
                settings.poll(),
                Duration.ofMillis(300),
                settings.freshLimit()));
    assertThatThrownBy(this::snapshot).hasMessageContaining("is pending after 0 s");
    assertThat(emulator.region(TestAws.EAST).snapshots().all()).isEmpty();
  }

  @Test
  void interruptWhileASnapshotBeginsLeavesNone() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    AtomicInteger starts = new AtomicInteger();
    start(
        EbsRules.DEFAULT,
        (service, operation, request, call) -> {
          Response answer = call.run();
          if (operation.equals("StartSnapshot") && starts.incrementAndGet() == 1) {
            begun.countDown();
            sleep(Duration.ofSeconds(2));
          }
          return answer;
        });
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread run = new Thread(() -> thrown.set(catchThrowable(this::snapshot)));
    run.start();
    assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
    run.interrupt();
    run.join(TimeUnit.SECONDS.toMillis(20));
    assertThat(thrown.get()).isInstanceOf(InterruptedIOException.class);
    assertThat(starts).hasValue(2);
    assertThat(emulator.region(TestAws.EAST).snapshots().all()).isEmpty();
  }

  @Test
  void interruptWhileAnImageIsRegisteredLeavesNone() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    start(
        EbsRules.DEFAULT,
        (service, operation, request, call) -> {
          Response answer = call.run();
          if (operation.equals("RegisterImage")) {
            begun.countDown();
            sleep(Duration.ofSeconds(1));
          }
          return answer;
        });
    String snapshotId = snapshot();
    Image image =
        new Image(Map.of("name", "x"), List.of(new Volume(0, 1L << 30, Optional.empty())));
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread run =
        new Thread(
            () ->
                thrown.set(
                    catchThrowable(
                        () ->
                            new ImageRegistrar(aws, false)
                                .register(image, "new", new TreeMap<>(Map.of(0, snapshotId))))));
    run.start();
    assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
    run.interrupt();
    run.join(TimeUnit.SECONDS.toMillis(20));
    assertThat(thrown.get()).isInstanceOf(InterruptedIOException.class);
    assertThat(emulator.region(TestAws.EAST).images().all()).isEmpty();
  }

  private static void sleep(Duration time) throws IOException {
    try {
      TimeUnit.NANOSECONDS.sleep(time.toNanos());
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
