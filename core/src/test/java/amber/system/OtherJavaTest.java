package amber.system;

import static amber.system.StockToolsImages.every;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import amber.block.Block;
import amber.image.Volume;
import amber.system.StockToolsImages.DirectoryBuilder;
import amber.system.StockToolsImages.Fill;
import java.io.IOException;
import java.lang.Runtime.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An archive's bytes do not depend on the Java that made it. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class OtherJavaTest {

  private static final Pattern RELEASE = Pattern.compile("JAVA_VERSION=\"([^\"]+)\"");

  @TempDir Path dir;

  @Test
  void anotherJavaMakesTheSameArchive() throws Exception {
    Optional<Path> java = otherJava();
    assumeTrue(
        java.isPresent(),
        "there is no other JDK beside this one, and AMBER_OTHER_JAVA names no java command");
    long even = 150L * Block.SIZE;
    Path image =
        new DirectoryBuilder(dir.resolve("image"))
            .volume(even, Fill.TEXT, every(1, 10, 100))
            .volume(even + Volume.SECTOR, Fill.RANDOM, every(3, 0, 51))
            .volume(even, Fill.ZEROS, every(2, 1, 70))
            .build();
    Path ours = dir.resolve("ours.bin");
    Path theirs = dir.resolve("theirs.bin");
    StockToolsImages.pack(image, ours, OtherJavaProgram.OPTIONS);
    StockTools.Result result =
        StockTools.java(
                java.get().toString(),
                Map.of(),
                List.of(),
                List.of(OtherJavaProgram.class.getName(), image.toString(), theirs.toString()))
            .requireSuccess();
    assertThat(result.text()).doesNotContain("Java " + Runtime.version() + "\n");
    assertThat(Files.mismatch(ours, theirs))
        .as("first byte that differs in what was %s", result.text())
        .isEqualTo(-1);
  }

  private static Optional<Path> otherJava() throws IOException {
    String named = System.getenv("AMBER_OTHER_JAVA");
    if (named != null && !named.isEmpty()) {
      return Optional.of(Path.of(named));
    }
    Path home = Path.of(System.getProperty("java.home")).toRealPath();
    if (home.getParent() == null) {
      return Optional.empty();
    }
    try (Stream<Path> homes = Files.list(home.getParent())) {
      return homes
          .filter(other -> Files.isExecutable(other.resolve("bin/java")))
          .filter(other -> version(other).filter(v -> !v.equals(Runtime.version())).isPresent())
          .filter(other -> version(other).get().feature() >= 17)
          .filter(other -> version(other).get().feature() != Runtime.version().feature())
          .max(Comparator.comparing(other -> version(other).get()))
          .map(other -> other.resolve("bin/java"));
    }
  }

  /** The version that a JDK's own description gives. */
  private static Optional<Version> version(Path home) {
    try {
      Matcher release = RELEASE.matcher(Files.readString(home.resolve("release")));
      return release.find() ? Optional.of(Version.parse(release.group(1))) : Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
