package amber;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import amber.archive.CorruptArchiveException;
import amber.archive.UnsupportedArchiveException;
import amber.fixture.Archives;
import amber.fixture.LeakCheck;
import amber.fixture.MemoryStore;
import amber.fixture.MemoryVolumes;
import amber.fixture.Vectors;
import amber.fixture.Vectors.Vector;
import amber.image.UnsupportedImageException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The archives under {@code vectors/} are read as the files beside them say, for ever. {@code
 * -Dvectors.write=true} writes them; those that are there must not change.
 */
class VectorTest {

  private static final int MOST_BYTES = 1 << 20;

  private static SortedMap<String, Vector> generated;

  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  @BeforeAll
  static void generate() throws IOException {
    generated = Vectors.all();
    if (Boolean.getBoolean("vectors.write")) {
      Path directory = Path.of(System.getProperty("basedir", "core"), "src/test/resources/vectors");
      Files.createDirectories(directory);
      for (Map.Entry<String, Vector> vector : generated.entrySet()) {
        Files.write(directory.resolve(vector.getKey() + ".bin"), vector.getValue().bytes());
        Files.writeString(
            directory.resolve(vector.getKey() + ".expect"), vector.getValue().expect());
      }
    }
  }

  static List<String> names() throws IOException, URISyntaxException {
    Path directory = Path.of(VectorTest.class.getResource("/vectors").toURI());
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".bin"))
          .map(name -> name.substring(0, name.length() - ".bin".length()))
          .sorted()
          .toList();
    }
  }

  static Set<String> generatedNames() throws IOException {
    return Vectors.all().keySet();
  }

  @ParameterizedTest
  @MethodSource("names")
  void isReadAsExpected(String name) throws IOException {
    byte[] bytes = resource(name + ".bin");
    Map<String, String> expect = expect(resource(name + ".expect"));
    MemoryVolumes volumes = leaks.watch(new MemoryVolumes());
    Throwable verified = catchThrowable(() -> Archives.verify(MemoryStore.source(name, bytes), 2));
    Throwable unpacked =
        catchThrowable(() -> Archives.unpack(MemoryStore.source(name, bytes), 2, volumes));
    if (expect.get("expect").equals("ok")) {
      assertThat(verified).isNull();
      assertThat(unpacked).isNull();
      assertThat(rawVolumes(volumes)).isEqualTo(expectedVolumes(expect));
      return;
    }
    boolean corrupt = expect.get("expect").equals("corrupt");
    for (Throwable failure : Arrays.asList(verified, unpacked)) {
      assertThat(failure).hasMessageContaining(expect.get("says"));
      assertThat(failure instanceof CorruptArchiveException).isEqualTo(corrupt);
      assertThat(
              failure instanceof UnsupportedArchiveException
                  || failure instanceof UnsupportedImageException)
          .isNotEqualTo(corrupt);
    }
    assertThat(volumes.committed()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("generatedNames")
  void isWhatTheGeneratorMakes(String name) throws IOException {
    Map<String, String> expect = expect(resource(name + ".expect"));
    Map<String, String> made = expect(generated.get(name).expect().getBytes(UTF_8));
    boolean sameZstd = expect.remove("zstd").equals(made.remove("zstd"));
    assertThat(made).isEqualTo(expect);
    if (sameZstd) {
      assertThat(Arrays.mismatch(generated.get(name).bytes(), resource(name + ".bin")))
          .as("first byte that differs from %s.bin", name)
          .isEqualTo(-1);
    }
  }

  @Test
  void vectorsTakeLittleRoom() {
    assertThat(generated.values().stream().mapToInt(vector -> vector.bytes().length).sum())
        .isLessThan(MOST_BYTES);
  }

  private static Map<String, String> rawVolumes(MemoryVolumes volumes) {
    Map<String, String> raw = new TreeMap<>();
    volumes
        .committed()
        .forEach(
            (number, volume) ->
                raw.put(
                    "volume-%02d".formatted(number),
                    "%s %d"
                        .formatted(HexFormat.of().formatHex(volume.sha256()), volume.sizeBytes())));
    return raw;
  }

  private static Map<String, String> expectedVolumes(Map<String, String> expect) {
    Map<String, String> volumes = new TreeMap<>(expect);
    volumes.keySet().removeIf(key -> !key.startsWith("volume-"));
    return volumes;
  }

  private static Map<String, String> expect(byte[] text) {
    Map<String, String> fields = new LinkedHashMap<>();
    new String(text, UTF_8)
        .lines()
        .forEach(
            line -> {
              int colon = line.indexOf(": ");
              fields.put(line.substring(0, colon), line.substring(colon + 2));
            });
    return fields;
  }

  private static byte[] resource(String file) throws IOException {
    try (InputStream in = VectorTest.class.getResourceAsStream("/vectors/" + file)) {
      assertThat(in).as("vectors/" + file).isNotNull();
      return in.readAllBytes();
    }
  }
}
