package amber.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import amber.archive.CorruptArchiveException;
import amber.archive.Geometry;
import amber.block.Block;
import amber.fixture.Archives;
import amber.fixture.GeneratedVolume;
import amber.fixture.LeakCheck;
import amber.s3.FaultProxy.Harm;
import amber.s3.FaultProxy.Operation;
import amber.store.ArchiveSource;
import amber.store.PendingArchive;
import amber.work.RetryPolicy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every call of every operation meets every harm. Whatever happens there is the right object or
 * none, no upload is left that is paid for and seen by nobody, and no run hangs.
 */
class CampaignTest {

  private static final int SMALL = 1000;
  private static final int LARGE = 5 << 20;
  private static final Duration NO_HANG = Duration.ofMinutes(5);
  private static final Geometry GEOMETRY = new Geometry(2, 4);

  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  private final MockS3 s3 = MockS3.get();
  private FaultProxy proxy;
  private S3Endpoint endpoint;
  private S3Location location;

  @BeforeEach
  void connect() throws IOException {
    proxy = new FaultProxy(s3.endpoint());
    RetryPolicy policy =
        new RetryPolicy(
            3,
            Duration.ofSeconds(20),
            Duration.ofMillis(1),
            Duration.ofMillis(5),
            Duration.ofMinutes(2));
    endpoint = MockS3.connect(proxy.endpoint(), policy);
  }

  @AfterEach
  void close() {
    endpoint.close();
    proxy.close();
  }

  private static byte[] content(boolean large) {
    byte[] content = new byte[large ? LARGE + SMALL : SMALL];
    new Random(7).nextBytes(content);
    return content;
  }

  /** One run; what is there is looked at before its end, because S3Mock then forgets keys. */
  private Optional<IOException> store(boolean large, boolean commit) {
    byte[] content = content(large);
    Optional<byte[]> there = Optional.empty();
    try (PendingArchive pending = endpoint.store(S3Settings.DEFAULT).begin(location.toString())) {
      if (large) {
        pending.append(ByteBuffer.wrap(content, 0, LARGE), () -> {});
      }
      pending.append(ByteBuffer.wrap(content, content.length - SMALL, SMALL), () -> {});
      if (commit) {
        pending.commit();
        there = s3.bytes(location);
        assertThat(there).hasValue(content);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining(location.bucket());
      return Optional.of(e);
    }
    return Optional.empty();
  }

  /** Runs again and again with the harm on the next call, until no call is left to be harmed. */
  private void campaign(Harm harm, boolean large, boolean commit) {
    int number = 0;
    do {
      number++;
      location = new S3Location(s3.newBucket(), "a.bin");
      proxy.harmCall(harm, number);
      Optional<IOException> failure =
          assertTimeoutPreemptively(NO_HANG, () -> store(large, commit));
      String which = "%s of call %d".formatted(harm, number);
      assertThat(failure).as(which).isEmpty();
      assertThat(s3.uploads(location.bucket())).as(which).isZero();
    } while (proxy.allCalls() >= number);
    assertThat(number).isGreaterThan(2);
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"DENIED", "FLIPPED", "SILENCE_AFTER_EFFECT"})
  void harmOfOneCallDoesNotShowInTheObject(Harm harm) {
    campaign(harm, true, true);
    campaign(harm, false, true);
  }

  @ParameterizedTest
  @EnumSource(names = {"ERROR_500", "CUT", "CUT_AFTER_EFFECT", "TRUNCATED"})
  void harmOfOneCallLeavesNothingOfWhatIsDiscarded(Harm harm) {
    campaign(harm, true, false);
    assertThat(s3.objects(location.bucket())).isZero();
  }

  @ParameterizedTest
  @EnumSource(names = {"HEAD", "HEAD_BUCKET", "CREATE", "PART", "COMPLETE", "PUT"})
  void harmThatStaysLeavesTheRightObjectOrNothing(Operation operation) {
    for (Harm harm : List.of(Harm.ERROR_500, Harm.CUT, Harm.CUT_AFTER_EFFECT, Harm.DENIED)) {
      for (int from = 1; from <= 2; from++) {
        int first = from;
        boolean large = operation != Operation.PUT;
        location = new S3Location(s3.newBucket(), "a.bin");
        proxy.harm(operation, harm, n -> n >= first);
        Optional<IOException> failure =
            assertTimeoutPreemptively(NO_HANG, () -> store(large, true));
        String which = "%s of %s from call %d on".formatted(harm, operation, from);
        assertThat(s3.uploads(location.bucket())).as(which).isZero();
        if (failure.isPresent() && !(failure.get() instanceof UnknownCommitException)) {
          assertThat(s3.objects(location.bucket())).as(which).isZero();
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"ERROR_500", "CUT", "TRUNCATED", "FLIPPED"})
  void readerGetsTheRightBytesOrSaysThatTheyAreNot(Harm harm) throws IOException {
    location = new S3Location(s3.newBucket(), "a.bin");
    List<GeneratedVolume> volumes =
        List.of(
            new GeneratedVolume(1, 4L * Block.SIZE, GeneratedVolume.blocks(0, 4), 0, Block.SIZE));
    Archives.pack(
        Archives.options(1, GEOMETRY),
        volumes,
        endpoint.store(S3Settings.DEFAULT),
        location.toString());
    int number = 0;
    do {
      number++;
      proxy.harmCall(harm, number);
      assertTimeoutPreemptively(NO_HANG, () -> verify(harm));
    } while (proxy.allCalls() >= number);
    assertThat(number).isGreaterThan(3);
  }

  private void verify(Harm harm) throws IOException {
    try (ArchiveSource source = endpoint.open(location)) {
      Archives.verify(source, 1);
    } catch (CorruptArchiveException e) {
      assertThat(harm).isEqualTo(Harm.FLIPPED);
    }
  }
}
