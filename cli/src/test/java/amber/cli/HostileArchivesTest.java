package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;

import amber.fixture.HostileArchives;
import amber.fixture.HostileArchives.HostileArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Archives made to do harm end commands as damaged ones do, and leave nothing behind. */
class HostileArchivesTest {

  /** One of so many: all of them are for the engine's own test. */
  private static final int SHARE = 9;

  @TempDir Path directory;

  static List<HostileArchive> some() throws IOException {
    List<HostileArchive> all = HostileArchives.all();
    List<HostileArchive> some = new ArrayList<>();
    for (int i = 0; i < all.size(); i += SHARE) {
      some.add(all.get(i));
    }
    return some;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("some")
  void endCommandsInOneLine(HostileArchive hostile) throws IOException {
    Path archive = Files.write(directory.resolve("hostile.bin"), hostile.bytes());
    Path target = directory.resolve("restored");
    assertRefused(hostile, Run.of("verify", archive));
    assertRefused(hostile, Run.of("unpack", archive, target));
    assertThat(target).doesNotExist();
    assertThat(directory).isDirectoryContaining("glob:**hostile.bin");
    try (var files = Files.list(directory)) {
      assertThat(files).containsExactly(archive);
    }
  }

  private static void assertRefused(HostileArchive hostile, Run run) {
    int exitCode = hostile.unsupported() ? 7 : 3;
    assertThat(run.exitCode()).as("%s: %s", hostile, run.stderr()).isEqualTo(exitCode);
    assertThat(run.stdout()).isEmpty();
    assertThat(run.stderr().lines().filter(line -> line.startsWith("amber: error: ")))
        .singleElement()
        .asString()
        .contains("hostile.bin: ")
        .contains(hostile.says());
  }
}
