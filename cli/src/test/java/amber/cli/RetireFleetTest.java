package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import amber.emulator.state.Image;
import amber.emulator.state.ImageLife.Protection;
import amber.emulator.state.Region;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Many AMIs that are retired by one command. */
@ExtendWith(Cloud.class)
class RetireFleetTest {

  private static final String ALL = "deregister-with-snapshots";

  @TempDir private Path directory;

  private final Region region = Cloud.region(Cloud.EAST);
  private final String place = "s3://" + Cloud.bucket(Cloud.EAST) + "/";
  private MovedImages images;

  @BeforeEach
  void begin() {
    images = new MovedImages(directory);
  }

  private void requireWhole(String id) {
    Run run = images.succeed("verify", place + id + ".bin");
    assertThat(run.text()).contains("every byte is whole");
  }

  @Test
  void fleetGoesAsFarAsItsBudgetAndTellsOfEach() throws Exception {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      String id = images.image("-" + i);
      ids.add(id);
      age(id, Duration.ofDays(100 - i));
    }
    String kept = images.image("-kept");
    age(kept, Duration.ofDays(200));
    region
        .images()
        .update(
            kept, i -> i.withLife(i.life().withProtection(Protection.ENABLED, Optional.empty())));
    String young = images.image("-young");
    // Three blocks each: two AMIs fit, a third does not.
    Object[] command = {
      "retire",
      "--name",
      images.name() + "*",
      "--older-than",
      "30d",
      place,
      "--then",
      ALL,
      "--max-bytes",
      "4MiB",
      "--concurrency",
      "2"
    };
    Run listed = images.succeed(command);
    assertThat(listed.text())
        .contains("AMI ", "would be retired: 1.5 MiB", "--max-bytes", "is protected", "--yes")
        .containsPattern("archive, DEEP_ARCHIVE +at most 3\\.0 MiB ")
        .doesNotContain(young);
    assertThat(MovedImages.isThere(ids.get(0))).isTrue();
    List<Object> confirmed = new ArrayList<>(Arrays.asList(command));
    confirmed.addAll(List.of("--yes", "--output", "json"));
    Run done = images.amber(confirmed.toArray());
    assertThat(done.exitCode()).as("one is protected: %s", done.stderr()).isEqualTo(1);
    List<?> retired = (List<?>) done.json().get("images");
    assertThat(retired).hasSize(4);
    assertThat(retired.toString()).contains("end=done", "end=left");
    assertThat(((Map<?, ?>) done.json().get("savings")).get("snapshotBytes")).isEqualTo(3 << 20);
    assertThat(region.images().find(ids.get(0))).isEmpty();
    assertThat(region.images().find(ids.get(1))).isEmpty();
    assertThat(MovedImages.isThere(ids.get(2))).isTrue();
    assertThat(MovedImages.isThere(kept)).isTrue();
    requireWhole(ids.get(0));
    requireWhole(ids.get(1));
    Run named = images.succeed("retire", ids.get(2), young, place, "--then", ALL);
    assertThat(named.text()).contains(ids.get(2) + ".bin", young + ".bin");
    assertThat(MovedImages.isThere(young)).isFalse();
  }

  private void age(String id, Duration age) throws IOException {
    Instant made = Instant.now().minus(age);
    region
        .images()
        .update(
            id,
            i ->
                new Image(
                    i.id(),
                    i.ownerId(),
                    made,
                    i.registration(),
                    i.origin(),
                    i.billing(),
                    i.life(),
                    i.launchPermissions(),
                    i.tags()));
  }
}
