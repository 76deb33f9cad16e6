package amber.emulator.ebs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ebs.model.EbsException;
import software.amazon.awssdk.services.ebs.model.RequestThrottledException;

class EbsThrottleTest extends EbsTestCase {

  @Test
  void accountIsThrottledAndRecoversWithTime() throws IOException {
    start(RULES.withQuotas(new Quotas(0, 0, 0, 0, 0, 3, 0, 0)));
    IntStream.range(0, 3).forEach(i -> started());
    EbsException refused = catchEbs(this::started, EbsException.class);
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.awsErrorDetails().errorCode()).isEqualTo("ThrottlingException");
    assertThat(refused.isThrottlingException()).isTrue();
    clock.advance(Duration.ofMillis(334));
    started();
    catchEbs(this::started, EbsException.class);
  }

  @Test
  void eachSnapshotHasARateOfItsOwn() throws IOException {
    start(RULES.withQuotas(new Quotas(0, 0, 0, 2, 0, 0, 0, 0)));
    String one = started();
    String other = started();
    put(one, 0, block(0));
    put(one, 1, block(0));
    RequestThrottledException refused =
        catchEbs(() -> put(one, 2, block(0)), RequestThrottledException.class);
    assertThat(refused.reasonAsString()).isEqualTo("RESOURCE_LEVEL_THROTTLE");
    put(other, 0, block(0));
  }
}
