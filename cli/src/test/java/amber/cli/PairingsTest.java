package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Every sensible source with every sensible target. */
class PairingsTest {

  @Test
  void amiToS3AndBackInAnotherPartition() throws Exception {
    String snapshot =
        Cloud.snapshot(Cloud.EAST, 1, Map.of(0, 1, 1, 0, 2047, 2), Map.of(), Optional.empty());
    String ami = Cloud.image(Cloud.EAST, Cloud.newName("web"), snapshot);
    String bucket = Cloud.bucket(Cloud.EAST);
    Run packed = Cloud.amber("pack", ami, "s3://" + bucket + "/");
    assertThat(packed.stderr()).isEmpty();
    assertThat(packed.text()).startsWith("packed " + ami + " to s3://" + bucket + "/" + ami);
    String name = Cloud.newName("web");
    Run unpacked =
        Cloud.amber(
            "unpack",
            "s3://" + bucket + "/" + ami + ".bin",
            "ami:" + name,
            "--to-region",
            Cloud.GOV);
    assertThat(unpacked.stderr()).isEmpty();
    assertThat(unpacked.text()).contains("ami-");
    assertThat(unpacked.exitCode()).isZero();
  }
}
