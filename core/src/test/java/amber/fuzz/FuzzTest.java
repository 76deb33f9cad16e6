package amber.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever the bytes are, they are read or refused. How to fuzz for longer, and what to do with a
 * finding: CONTRIBUTING.md.
 */
class FuzzTest {

  private static final Duration IN_A_CHECK = Duration.ofMinutes(1);

  @TempDir Path directory;

  static Set<String> targets() throws IOException {
    return FuzzTargets.all().keySet();
  }

  @ParameterizedTest
  @MethodSource("targets")
  void readsOrRefusesWhatWasKept(String name) throws Exception {
    FuzzTarget target = FuzzTargets.named(name);
    for (byte[] seed : target.seeds()) {
      run(target, "a seed", seed);
    }
    for (Map.Entry<String, byte[]> kept : FuzzCorpus.kept(name).entrySet()) {
      run(target, kept.getKey(), kept.getValue());
    }
  }

  private static void run(FuzzTarget target, String what, byte[] input) {
    try {
      target.run(input);
    } catch (Exception | AssertionError e) {
      throw new AssertionError("%s: %s".formatted(what, e), e);
    }
  }

  @Test
  void readsOrRefusesWhatFuzzingThinksOf() throws Exception {
    String minutes = System.getProperty("fuzz.minutes");
    if (minutes == null) {
      fuzz(new FuzzProgram(directory), AnyTarget.NAME, IN_A_CHECK);
      return;
    }
    Path place = Path.of(System.getProperty("fuzz.directory", "target/fuzz")).toAbsolutePath();
    FuzzProgram program = new FuzzProgram(place);
    String only = System.getProperty("fuzz.target");
    Set<String> names = only == null ? targets() : Set.of(only);
    Duration each = Duration.ofMinutes(Long.parseLong(minutes)).dividedBy(names.size());
    for (String name : names) {
      fuzz(program, name, each);
      if (Boolean.getBoolean("fuzz.keep")) {
        program.merge(name, Path.of("src/test/resources/fuzz", name).toAbsolutePath());
      }
    }
  }

  private static void fuzz(FuzzProgram program, String name, Duration time) throws Exception {
    FuzzProgram.Result result = program.run(name, time);
    System.out.printf("fuzzing %s: %d inputs in %s%n", name, result.inputs(), time);
    assertThat(result.findings()).as("findings; the log:%n%s", result.log()).isEqualTo(List.of());
    assertThat(result.inputs()).as("inputs tried; the log:%n%s", result.log()).isPositive();
  }
}
