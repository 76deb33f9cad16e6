package amber.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher, in a house of its own with a program that says how it was started. */
class LauncherTest {

  private static final Path SCRIPT = Path.of("..", "amber");
  private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");
  private static final long LIMIT_SECONDS = 60;

  @TempDir private Path house;

  /** The program. It makes no jar for the launcher, and all of its training is to be started. */
  static final class Said {
    private Said() {}

    public static void main(String[] arguments) {
      System.out.print(Arrays.toString(arguments) + System.getProperty("said", "") + "\n");
    }
  }

  private record Ended(int code, String out, String err) {}

  @BeforeEach
  void build() throws IOException {
    Path target = Files.createDirectories(house.resolve("cli/target"));
    Files.createDirectory(target.resolve("lib"));
    Files.copy(SCRIPT, house.resolve("amber"), StandardCopyOption.COPY_ATTRIBUTES);
    Files.createFile(house.resolve("pom.xml"));
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, Said.class.getName());
    String name = Said.class.getName().replace('.', '/') + ".class";
    try (OutputStream file = Files.newOutputStream(target.resolve("amber-cli.jar"));
        JarOutputStream jar = new JarOutputStream(file, manifest);
        InputStream said = Said.class.getClassLoader().getResourceAsStream(name)) {
      jar.putNextEntry(new ZipEntry(name));
      said.transferTo(jar);
    }
  }

  private Ended run(Map<String, String> environment, String... arguments) throws Exception {
    List<String> command =
        Stream.concat(Stream.of(house.resolve("amber").toString()), Arrays.stream(arguments))
            .toList();
    Path out = house.resolve("out");
    Path err = house.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    // Java says so when it takes options from there.
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.startsWith("AMBER_") || name.contains("JAVA_"));
    builder.environment().put("AMBER_JAVA", JAVA.toString());
    builder.environment().putAll(environment);
    Process process = builder.start();
    assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).as("in time").isTrue();
    return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  private void assertSays(String said, Ended run) {
    assertThat(run).isEqualTo(new Ended(0, said + "\n", ""));
  }

  @Test
  void javaTakesAllOptionsAndSaysNothingOfThem() throws Exception {
    assertSays("[pack, a b, -]", run(Map.of(), "pack", "a b", "-"));
    assertSays("[inspect, x*]", run(Map.of(), "inspect", "x*"));
    assertSays("[]", run(Map.of()));
  }

  @Test
  void optionsOfUsersComeLast() throws Exception {
    Map<String, String> more = Map.of("AMBER_JAVA_OPTS", "-Dsaid=! -Xmx64m");
    assertSays("[verify]!", run(more, "verify"));
  }

  @Test
  void withoutUnsignedCopiesTheArchiveIsOfTheProgramItself() throws Exception {
    assertSays("[verify]", run(Map.of(), "verify"));
    Path target = house.resolve("cli/target");
    String version = System.getProperty("java.version");
    assertThat(target.resolve("launch-" + version)).doesNotExist();
    assertThat(target.resolve("amber-" + version + ".jsa")).isNotEmptyFile();
    try (Stream<Path> files = Files.list(target)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("amber-" + version + ".jsa", "amber-cli.jar", "lib");
    }
  }

  @Test
  void oldJavaIsRefused() throws Exception {
    Path old = Files.createDirectories(house.resolve("old/bin")).getParent();
    Files.writeString(old.resolve("release"), "JAVA_VERSION=\"11.0.2\"\n");
    Path java = Files.createSymbolicLink(old.resolve("bin/java"), JAVA);
    // What counts is the Java that a link leads to.
    assertSays("[verify]", run(Map.of("AMBER_JAVA", java.toString()), "verify"));
    Files.delete(java);
    Files.copy(Path.of("/bin/true"), java, StandardCopyOption.COPY_ATTRIBUTES);
    Ended refused = run(Map.of("AMBER_JAVA", java.toString()), "verify");
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.out()).isEmpty();
    assertThat(refused.err())
        .startsWith("amber: error: " + java + ": is Java 11.0.2, Java 17 or newer should be\n")
        .contains("\namber: hint: ");
  }

  @Test
  void missingJavaIsRefused() throws Exception {
    Ended refused = run(Map.of("AMBER_JAVA", "/nowhere/java"), "verify");
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err())
        .startsWith("amber: error: AMBER_JAVA=/nowhere/java: no java there, ")
        .contains("\namber: hint: install a JDK 17 or newer");
  }

  /** Java passes over options about methods that it has not, so that nobody would notice. */
  @Test
  void methodsThatAreCompiledFirstAreThere() throws Exception {
    String script = Files.readString(SCRIPT);
    String digest = variable(script, "digest");
    String cipher = variable(script, "cipher");
    String[] methods =
        Pattern.compile("\\$(digest|cipher)(\\S*)::(\\w+)")
            .matcher(script)
            .results()
            .map(found -> method(found, found.group(1).equals("digest") ? digest : cipher))
            .toArray(String[]::new);
    assertThat(methods).hasSizeGreaterThan(4);
    for (String method : methods) {
      String[] parts = method.split("::", -1);
      // The last is of Java 18 and newer.
      if (!parts[1].equals("implGCMCrypt") || Runtime.version().feature() > 17) {
        assertThatCode(() -> assertHas(parts[0], parts[1])).as(method).doesNotThrowAnyException();
      }
    }
  }

  private static String variable(String script, String name) {
    MatchResult found =
        Pattern.compile("(?m)^" + name + "=(\\S+)$").matcher(script).results().findFirst().get();
    return found.group(1);
  }

  private static String method(MatchResult found, String prefix) {
    return prefix + found.group(2).replace("\\$", "$") + "::" + found.group(3);
  }

  private static void assertHas(String type, String method) throws ClassNotFoundException {
    Class<?> found = Class.forName(type, false, null);
    assertThat(Arrays.stream(found.getDeclaredMethods()).map(Method::getName))
        .as(type)
        .contains(method);
  }
}
