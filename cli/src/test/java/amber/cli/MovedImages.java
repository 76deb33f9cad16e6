package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import amber.emulator.state.ImageState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** AMIs of one test, of a name that no other has, and the commands that move them. */
final class MovedImages {

  private final String name = Cloud.newName("moved");
  private final Path state;
  private String retryMillis = "20";

  /**
   * None yet.
   *
   * @param directory where runs are recorded
   */
  MovedImages(Path directory) {
    state = directory.resolve("state");
  }

  /** How the name of each begins. */
  String name() {
    return name;
  }

  /** From now on commands wait so long before they ask again. */
  void retryAfter(int millis) {
    retryMillis = Integer.toString(millis);
  }

  /** Makes one of three blocks. */
  String image(String suffix) throws IOException {
    return Cloud.image(
        Cloud.EAST,
        name + suffix,
        Cloud.snapshot(Cloud.EAST, 1, Map.of(0, 1, 7, 0, 100, 3), Map.of(), Optional.empty()));
  }

  Run amber(Object... arguments) {
    List<Object> all = new ArrayList<>(Arrays.asList(arguments));
    if (!arguments[0].equals("tasks")) {
      all.addAll(List.of("--endpoint-url", Cloud.emulator().endpoint()));
    }
    return Run.with(
        Map.of(
            "AWS_DEFAULT_REGION",
            Cloud.EAST,
            "AMBER_POLL_MS",
            "20",
            "AMBER_RETRY_MS",
            retryMillis,
            "AMBER_STATE_DIR",
            state.toString()),
        all.toArray());
  }

  Run succeed(Object... arguments) {
    Run run = amber(arguments);
    assertThat(run.exitCode()).as(run.stderr()).isZero();
    return run;
  }

  static boolean isThere(String id) {
    return Cloud.region(Cloud.EAST)
        .images()
        .find(id)
        .filter(image -> image.life().state() == ImageState.AVAILABLE)
        .isPresent();
  }
}
