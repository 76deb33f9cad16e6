package amber.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import amber.fixture.LeakCheck;
import amber.s3.FaultProxy.Harm;
import amber.s3.FaultProxy.Operation;
import amber.store.ArchiveSource;
import amber.store.PendingArchive;
import amber.work.RetryPolicy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class S3FaultTest {

  private static final int SMALL = 1000;
  private static final int LARGE = 5 << 20;

  private static final Set<Operation> IN_PARTS =
      EnumSet.of(Operation.CREATE, Operation.PART, Operation.COMPLETE);

  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  private final MockS3 s3 = MockS3.get();
  private final S3Location location = new S3Location(s3.newBucket(), "a.bin");
  private FaultProxy proxy;
  private S3Endpoint endpoint;

  @BeforeEach
  void connect() throws IOException {
    proxy = new FaultProxy(s3.endpoint());
    RetryPolicy policy =
        new RetryPolicy(
            3,
            Duration.ofSeconds(4),
            Duration.ofMillis(1),
            Duration.ofMillis(5),
            Duration.ofMinutes(1));
    endpoint = MockS3.connect(proxy.endpoint(), policy);
  }

  @AfterEach
  void close() {
    endpoint.close();
    proxy.close();
  }

  private static byte[] content(int size) {
    byte[] content = new byte[size];
    new Random(size).nextBytes(content);
    return content;
  }

  /** Stores two large pieces and a small one, or only that. */
  private void store(boolean large) throws IOException {
    try (PendingArchive pending = endpoint.store(S3Settings.DEFAULT).begin(location.toString())) {
      if (large) {
        pending.append(ByteBuffer.wrap(content(LARGE)), () -> {});
      }
      pending.append(ByteBuffer.wrap(content(SMALL)), () -> {});
      pending.commit();
    }
  }

  private void assertStored(boolean large) {
    byte[] stored = s3.bytes(location).orElseThrow();
    assertThat(stored).hasSize((large ? LARGE : 0) + SMALL).endsWith(content(SMALL));
    if (large) {
      assertThat(stored).startsWith(content(LARGE));
    }
    assertThat(s3.uploads(location.bucket())).isZero();
  }

  static List<Arguments> passingHarm() {
    List<Arguments> cases = new ArrayList<>();
    for (Operation operation :
        List.of(
            Operation.HEAD,
            Operation.HEAD_BUCKET,
            Operation.CREATE,
            Operation.PART,
            Operation.COMPLETE,
            Operation.PUT)) {
      for (Harm harm :
          List.of(
              Harm.ERROR_500,
              Harm.SLOW_DOWN,
              Harm.CUT,
              Harm.ERROR_500_AFTER_EFFECT,
              Harm.CUT_AFTER_EFFECT)) {
        if (operation != Operation.CREATE || !harm.hasEffect()) {
          cases.add(Arguments.of(operation, harm, 1));
        }
      }
    }
    cases.add(Arguments.of(Operation.HEAD, Harm.CUT, 2));
    cases.add(Arguments.of(Operation.PART, Harm.CUT, 2));
    cases.add(Arguments.of(Operation.PART, Harm.SILENCE_AFTER_EFFECT, 2));
    cases.add(Arguments.of(Operation.COMPLETE, Harm.SILENCE_AFTER_EFFECT, 1));
    return cases;
  }

  @ParameterizedTest
  @MethodSource("passingHarm")
  void harmThatPassesDoesNotShow(Operation operation, Harm harm, int number) throws IOException {
    proxy.harm(operation, harm, n -> n == number);
    boolean large = IN_PARTS.contains(operation);
    store(large);
    assertThat(proxy.calls(operation)).isGreaterThan(number - 1);
    assertStored(large);
    assertThat(endpoint.retries().retries()).isPositive();
  }

  @ParameterizedTest
  @EnumSource(names = {"ERROR_500_AFTER_EFFECT", "CUT_AFTER_EFFECT"})
  void uploadThatWasBegunTwiceIsThrownAwayOnce(Harm harm) throws IOException {
    proxy.harm(Operation.CREATE, harm, n -> n == 1);
    try (PendingArchive pending = endpoint.store(S3Settings.DEFAULT).begin(location.toString())) {
      pending.append(ByteBuffer.wrap(content(LARGE)), () -> {});
      pending.commit();
      // S3Mock forgets a key when an upload to it is aborted, so this is asked before.
      assertThat(s3.bytes(location)).hasValue(content(LARGE));
      assertThat(s3.uploads(location.bucket())).isEqualTo(1);
    }
    assertThat(s3.uploads(location.bucket())).isZero();
  }

  @ParameterizedTest
  @CsvSource({"ABORT, CUT_AFTER_EFFECT", "ABORT, ERROR_500", "LIST_PARTS, CUT"})
  void discardingOutlivesHarm(Operation operation, Harm harm) throws IOException {
    proxy.harm(operation, harm, n -> n == 1);
    try (PendingArchive pending = endpoint.store(S3Settings.DEFAULT).begin(location.toString())) {
      pending.append(ByteBuffer.wrap(content(LARGE)), () -> {});
    }
    assertThat(proxy.calls(operation)).isPositive();
    assertThat(s3.uploads(location.bucket())).isZero();
  }

  @Test
  void commitWithoutAnyAnswerIsFoundByItsAttempt() throws IOException {
    proxy.harm(Operation.COMPLETE, Harm.CUT_AFTER_EFFECT, n -> true);
    store(true);
    assertStored(true);
  }

  @Test
  void commitThatNobodyCanLookUpIsToldAsWhatItIs() throws IOException {
    try (PendingArchive pending = endpoint.store(S3Settings.DEFAULT).begin(location.toString())) {
      pending.append(ByteBuffer.wrap(content(SMALL)), () -> {});
      proxy.harmForGood();
      assertThatThrownBy(pending::commit)
          .isInstanceOf(UnknownCommitException.class)
          .hasMessageContaining("check whether the archive exists");
    }
  }

  @ParameterizedTest
  @CsvSource({"ERROR_500", "SLOW_DOWN", "CUT", "SILENCE_AFTER_EFFECT"})
  void readingOutlivesHarm(Harm harm) throws IOException {
    store(true);
    try (ArchiveSource source = endpoint.open(location)) {
      proxy.harm(Operation.GET, harm, n -> n == 1);
      ByteBuffer target = ByteBuffer.allocate(LARGE - 10);
      source.read(10, target);
      assertThat(target.flip()).isEqualTo(ByteBuffer.wrap(content(LARGE), 10, LARGE - 10));
      assertThat(proxy.calls(Operation.GET)).isGreaterThan(1);
    }
  }

  @Test
  void frozenArchiveIsToldThawedAndAwaited() throws IOException {
    store(false);
    proxy.addToHead(Map.of("x-amz-storage-class", "DEEP_ARCHIVE"));
    assertThatThrownBy(() -> endpoint.open(location))
        .isInstanceOf(FrozenArchiveException.class)
        .hasMessageContaining(location + ": is frozen in storage class DEEP_ARCHIVE");
    S3Object object = endpoint.object(location);
    assertThat(object.state()).isEqualTo(S3Object.State.FROZEN);
    proxy.answerRestore(202);
    object.thaw("Bulk", 3);
    proxy.answerRestore(409);
    object.thaw("Bulk", 3);
    proxy.addToHead(
        Map.of("x-amz-storage-class", "DEEP_ARCHIVE", "x-amz-restore", "ongoing-request=\"true\""));
    assertThatThrownBy(() -> object.awaitReadable(Duration.ofMillis(20), Duration.ofMillis(5)))
        .isInstanceOf(FrozenArchiveException.class)
        .satisfies(e -> assertThat(((FrozenArchiveException) e).thawing()).isTrue());
    proxy.addToHead(
        Map.of(
            "x-amz-storage-class",
            "DEEP_ARCHIVE",
            "x-amz-restore",
            "ongoing-request=\"false\", expiry-date=\"Fri, 21 Dec 2040 00:00:00 GMT\""));
    assertThat(object.awaitReadable(Duration.ofSeconds(1), Duration.ofMillis(5)).state())
        .isEqualTo(S3Object.State.READABLE);
    endpoint.open(location).close();
  }
}
