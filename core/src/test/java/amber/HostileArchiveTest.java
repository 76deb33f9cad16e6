package amber;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import amber.archive.ArchiveReader;
import amber.archive.CorruptArchiveException;
import amber.archive.UnsupportedArchiveException;
import amber.fixture.ArchiveEditor;
import amber.fixture.Archives;
import amber.fixture.HostileArchives;
import amber.fixture.HostileArchives.HostileArchive;
import amber.fixture.LeakCheck;
import amber.fixture.MemoryStore;
import amber.fixture.MemoryVolumes;
import amber.fixture.Vectors;
import amber.image.UnsupportedImageException;
import amber.store.ArchiveSource;
import amber.store.FileStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Archives made to do harm are refused for the reason meant, quickly and in little memory. */
class HostileArchiveTest {

  // Milliseconds each, on a quiet machine.
  private static final Duration LIMIT = Duration.ofSeconds(5);

  @TempDir Path directory;
  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  static List<HostileArchive> all() throws IOException {
    return HostileArchives.all();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("all")
  void isRefused(HostileArchive hostile) {
    long start = System.nanoTime();
    assertRefused(
        hostile, () -> Archives.verify(MemoryStore.source("hostile", hostile.bytes()), 2));
    MemoryVolumes volumes = leaks.watch(new MemoryVolumes());
    assertRefused(
        hostile, () -> Archives.unpack(MemoryStore.source("hostile", hostile.bytes()), 2, volumes));
    assertThat(volumes.committed()).isEmpty();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LIMIT);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("all")
  void endsNoSalvage(HostileArchive hostile) {
    Salvager salvager = new Salvager(2, new Progress());
    long start = System.nanoTime();
    assertThatCode(() -> salvager.report(MemoryStore.source("hostile", hostile.bytes())))
        .doesNotThrowAnyException();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LIMIT);
  }

  @Test
  void paddingOfManyFramesTakesFewReads() throws IOException {
    ArchiveEditor honest = new ArchiveEditor(Vectors.all().get("smallest-disk").bytes());
    byte[] padding = ArchiveEditor.repeated(ArchiveEditor.padding(0), 1 << 17);
    byte[] padded = honest.stray(1, padding).build();
    ArchiveReader archive = ArchiveReader.open(MemoryStore.source("padded", padded));
    new Verifier(1, new Progress()).verify(archive);
    assertThat(archive.reads()).isLessThan(30);
  }

  /** What the child process below runs. */
  public static final class InLittleMemory {
    private InLittleMemory() {}

    /** Scans and verifies all archives of a directory and says how many were refused. */
    public static void main(String[] arguments) throws IOException {
      int refused = 0;
      for (String file : Path.of(arguments[0]).toFile().list()) {
        try (ArchiveSource archive = FileStore.open(Path.of(arguments[0], file))) {
          new Salvager(2, new Progress()).report(archive);
          Archives.verify(archive, 2);
        } catch (CorruptArchiveException
            | UnsupportedArchiveException
            | UnsupportedImageException e) {
          refused++;
        }
      }
      System.out.println(refused + " refused");
    }
  }

  @Test
  void allAreRefusedInLittleMemory() throws Exception {
    Path archives = Files.createDirectory(directory.resolve("archives"));
    List<HostileArchive> all = all();
    for (int i = 0; i < all.size(); i++) {
      Files.write(archives.resolve(i + ".bin"), all.get(i).bytes());
    }
    Path output = directory.resolve("output");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:MaxDirectMemorySize=256m",
                "-cp",
                System.getProperty("java.class.path"),
                InLittleMemory.class.getName(),
                archives.toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = process.waitFor(2, TimeUnit.MINUTES);
    process.destroyForcibly();
    assertThat(Files.readString(output)).isEqualTo(all.size() + " refused\n");
    assertThat(ended).isTrue();
  }

  private interface Attempt {
    void run() throws IOException;
  }

  private static void assertRefused(HostileArchive hostile, Attempt attempt) {
    List<Throwable> failures = new ArrayList<>();
    try {
      attempt.run();
    } catch (CorruptArchiveException e) {
      assertThat(hostile.unsupported()).as("should be unsupported: %s", e).isFalse();
      failures.add(e);
    } catch (UnsupportedArchiveException | UnsupportedImageException e) {
      assertThat(hostile.unsupported()).as("should be corrupt: %s", e).isTrue();
      failures.add(e);
    } catch (IOException | RuntimeException e) {
      throw new AssertionError("not refused as it should be: " + e, e);
    }
    assertThat(failures)
        .as("%s is refused", hostile)
        .singleElement()
        .extracting(Throwable::getMessage)
        .asString()
        .startsWith("memory:hostile: ")
        .contains(hostile.says());
  }
}
